// Files of tests with a document share a process: what one leaves in the page is nothing to the next.
import { afterAll } from 'vitest';

afterAll(() => {
  for (const element of [document.documentElement, document.body]) {
    for (const name of element.getAttributeNames()) element.removeAttribute(name);
  }
  document.body.replaceChildren();
  localStorage.clear();
  sessionStorage.clear();
});
