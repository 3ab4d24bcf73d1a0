import { expect, it } from 'vitest';
import { signInAddress, takesToken } from './sign-in-address.ts';

const page = new URL('https://studio.test/?path=dir%2Fa.ipynb&test=1');

it.each([
  ['the printed link', ' http://127.0.0.1:8787/login?token=abc-123 '],
  ['the token alone', 'abc-123'],
  ['a link with more in it', 'https://elsewhere.test/login?x=1&token=abc-123#top'],
])('takes %s to the sign-in page of this origin and keeps the query', (_, pasted) => {
  expect(signInAddress(pasted, '/login', page)).toBe(
    'https://studio.test/login?path=dir%2Fa.ipynb&test=1&token=abc-123',
  );
});

it.each(['', '  ', 'http://127.0.0.1:8787/', 'two words', 'javascript:alert(1)'])(
  'finds no token in "%s"',
  (pasted) => {
    expect(signInAddress(pasted, '/login', page)).toBeNull();
  },
);

it('a token with signs survives', () => {
  expect(signInAddress('http://h/login?token=a%2Bb', '/login', new URL('http://h/'))).toBe(
    'http://h/login?token=a%2Bb',
  );
});

it.each([
  ['/login', true],
  ['/login?here', true],
  ['https://studio.test/login', true],
  ['https://elsewhere.test/login', false],
  ['/sso/begin', false],
])('a token of this server is for %s: %s', (loginUrl, isOurs) => {
  expect(takesToken(loginUrl, page)).toBe(isOurs);
});
