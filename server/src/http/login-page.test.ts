import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loginPage, loginPageHeaders } from './login-page.ts';

const tokens = readFileSync(new URL('../../../src/ui/tokens.css', import.meta.url), 'utf8');

/** The tokens of a theme of the product. */
function theme(name: string): Map<string, string> {
  const body = new RegExp(`\\.at-root\\[data-theme='${name}'\\][^{]*\\{([^}]*)\\}`).exec(tokens)?.[1] ?? '';
  return new Map(
    [...body.matchAll(/--at-([\w-]+): ([^;]+);/g)].map(([, key, value]) => [key ?? '', value ?? '']),
  );
}

it('has the colours of the product, in light and dark and with more contrast [B7]', () => {
  const blocks = [...loginPage.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) => body ?? '');
  const names = ['light', 'dark', 'high-contrast-light', 'high-contrast'];
  expect(blocks).toHaveLength(names.length);
  for (const [index, name] of names.entries()) {
    const own = [...(blocks[index] ?? '').matchAll(/--([\w-]+): ([^;]+);/g)];
    expect(own.length).toBeGreaterThan(8);
    const known = theme(name);
    for (const [, key = '', value] of own)
      expect(`${name} ${key} ${value}`).toBe(`${name} ${key} ${known.get(key)}`);
  }
});

it('stands alone: nothing is loaded, and only its own script and style run', () => {
  expect(loginPage).not.toMatch(/src=|href=|url\(|@import/);
  const policy = loginPageHeaders['Content-Security-Policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
});
