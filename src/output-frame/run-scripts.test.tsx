import { expect, it } from 'vitest';
import { insertMarkup } from './run-scripts.ts';

it.each([
  '<script type="text/x-template" src="data:text/plain,hello"></script>',
  '<script type="application/json" src="data:application/json,1"></script>',
])('what is no script for this browser is not waited for: %s', async (html) => {
  const markup = document.createElement('template');
  markup.innerHTML = `<p>before</p>${html}<p>after</p>`;
  const parent = document.createElement('div');
  document.body.append(parent);
  const patience = new Promise((resolve) => setTimeout(() => resolve('waited'), 500));
  const inserted = insertMarkup(parent, markup.content, new AbortController().signal);
  expect(await Promise.race([inserted.then(() => 'inserted'), patience])).toBe('inserted');
  expect(parent.textContent).toContain('after');
});
