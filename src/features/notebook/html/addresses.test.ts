import { describe, expect, it } from 'vitest';
import { imageAddress, linkAddress } from './addresses.ts';
import { safeStyle } from './safe-style.ts';

describe('addresses of images', () => {
  it.each([
    ['https://a.test/x.png', 'remote'],
    ['//a.test/x.png', 'remote'],
    ['\\\\a.test/x.png', 'remote'],
    ['/\\a.test/x.png', 'remote'],
    ['ht\ntps://a.test/x.png', 'remote'],
    [' \u0001https://a.test/x.png', 'remote'],
    ['data:image/png;base64,AA==', 'data'],
    ['data:text/html,<script>1</script>', 'refused'],
    ['data:image/svg+xml,<svg/>', 'data'],
    ['javascript:alert(1)', 'refused'],
    ['java\tscript:alert(1)', 'refused'],
    ['blob:https://a.test/1', 'refused'],
    ['file:///etc/passwd', 'refused'],
    ['', 'refused'],
  ])('%s is %s', (address, kind) => expect(imageAddress(address, 'a').kind).toBe(kind));

  it('finds files from the folder of the notebook, inside the home only', () => {
    const path = (address: string) => {
      const found = imageAddress(address, 'work/nb');
      return found.kind === 'file' ? found.path : found.kind;
    };
    expect(path('img/a%20b.png?raw=1#x')).toBe('work/nb/img/a b.png');
    expect(path('./../data/x.png')).toBe('work/data/x.png');
    expect(path('/top.png')).toBe('top.png');
    expect(path('../../../etc/passwd')).toBeNull();
    expect(path('%2e%2e/%2e%2e/%2e%2e/etc')).toBeNull();
    expect(imageAddress('attachment:a%20b.png', '')).toEqual({ kind: 'attachment', name: 'a b.png' });
  });
});

describe('addresses of links', () => {
  it.each([
    ['javascript:alert(1)', 'refused'],
    ['java\nscript:alert(1)', 'refused'],
    ['\u0001javascript:alert(1)', 'refused'],
    ['data:text/html,x', 'refused'],
    ['vbscript:x', 'refused'],
    ['//evil.test', 'outside'],
    ['mailto:a@b.test', 'outside'],
    ['#Part-2', 'heading'],
    ['../x.ipynb#Part', 'file'],
    ['?', 'file'],
  ])('%s is %s', (address, kind) => expect(linkAddress(address, 'a/b').kind).toBe(kind));
});

describe('safeStyle', () => {
  it('keeps the look and nothing that loads or moves', () => {
    expect(safeStyle('color: red; position: fixed; inset: 0; TEXT-ALIGN: right !important')).toBe(
      'color: red; text-align: right',
    );
    for (const bad of [
      'background: url(https://a.test)',
      'background: u\\72l(x)',
      'background: image-set("a")',
      'width: expression(alert(1))',
      'margin-top: -900px',
      'color: var(--at-text)',
      'color: red} * {display: none',
      'z-index: 9',
      'transform: translateY(-9px)',
      'display: fixed',
      'behavior: x',
      'font: 12px/1 "</style><script>"',
    ]) {
      expect(safeStyle(bad)).toBe('');
    }
  });
});
