import { beforeAll, expect, it } from 'vitest';
import { FormulaSetter } from './formula-setter.ts';

// KaTeX looks at it when it is loaded; the DOM of these tests says nothing.
beforeAll(() => void Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' }));

function textWith(formula: string): HTMLElement {
  const host = document.createElement('p');
  host.innerHTML = `so <code class="at-math">${formula}</code> holds`;
  return host;
}

it('once KaTeX is there a formula is set at once, before its cell is measured [E5]', async () => {
  const formulas = new FormulaSetter();
  const first = textWith('a^2');
  const set = formulas.setAll(first, () => false);
  expect(first.querySelector('.at-formula')).toBeNull();
  await set;
  expect(first.querySelector('.at-formula .katex')?.textContent).toContain('a');

  const second = textWith('b_1');
  void formulas.setAll(second, () => false);
  expect(second.querySelector('.at-formula .katex')?.textContent).toContain('b');
  expect(second.querySelector('code')).toBeNull();
});

it('what is gone before KaTeX came stays as it is', async () => {
  const host = textWith('a^2');
  await new FormulaSetter().setAll(host, () => true);
  expect(host.querySelector('code.at-math')?.textContent).toBe('a^2');
});
