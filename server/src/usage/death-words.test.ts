import { expect, it } from 'vitest';
import { deathWords } from './death-words.ts';

const again = 'The kernel died and was started again; its variables are gone';
const forGood = 'The kernel died and could not be started again';

it.each([
  [again, { code: null, signal: 'SIGKILL', said: '' }, '(ended by SIGKILL) and was started again;'],
  [
    again,
    { code: null, signal: 'SIGSEGV', said: 'Fatal Python error: Segmentation fault' },
    '(ended by SIGSEGV: Segmentation fault) and was started again;',
  ],
  [
    forGood,
    { code: 1, signal: null, said: "ModuleNotFoundError: No module named 'ipykernel'" },
    "(exit code 1: ModuleNotFoundError: No module named 'ipykernel') and could not be started again",
  ],
])('%s: %o', (former, death, words) => {
  expect(deathWords(former, death)).toContain(`The kernel died ${words}`);
});

it('says nothing where nothing is known, or nothing died', () => {
  expect(deathWords(again, { code: null, signal: null, said: 'bye' })).toBeUndefined();
  expect(deathWords('The kernel was restarted', { code: 0, signal: null, said: '' })).toBeUndefined();
});
