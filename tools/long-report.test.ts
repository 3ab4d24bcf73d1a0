import { expect, it } from 'vitest';
import { withRun } from './lib/long-report.mjs';

const counts = { passed: 3, failed: 0, seconds: 60 };
const when = { commit: 'a', date: '2026-11-23', seed: 1 };
const row = (fault: string, lost = 0) => ({ row: '4', fault, times: 10, expected: 100, lost });

it('a long run replaces what it ran, and leaves what other runs have told', () => {
  const first = withRun(null, {
    ...when,
    files: [],
    suites: [
      { suite: 'server', ...counts },
      { suite: 'e2e', ...counts },
    ],
    faults: [row('refused'), row('cut')],
  });
  const part = withRun(first, {
    ...when,
    commit: 'b',
    files: ['faults/network'],
    suites: [{ suite: 'e2e', ...counts, passed: 1 }],
    faults: [row('cut', 2)],
  });
  expect(part.suites.map(({ suite, files, commit }) => [suite, files, commit])).toEqual([
    ['server', undefined, 'a'],
    ['e2e', undefined, 'a'],
    ['e2e', ['faults/network'], 'b'],
  ]);
  expect(part.faults.map(({ fault, lost, commit }) => [fault, lost, commit])).toEqual([
    ['cut', 2, 'b'],
    ['refused', 0, 'a'],
  ]);
  const whole = withRun(part, {
    ...when,
    commit: 'c',
    files: [],
    suites: [{ suite: 'e2e', ...counts }],
    faults: [],
  });
  expect(whole.suites.map(({ suite, commit }) => [suite, commit])).toEqual([
    ['server', 'a'],
    ['e2e', 'c'],
  ]);
});
