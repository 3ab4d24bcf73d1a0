import { expect, it } from 'vitest';
import { tableOf } from './lib/bench-table.mjs';

const facts = {
  date: '2026-11-23T04:00:00.000Z',
  commit: 'abc1234',
  cores: 2,
  processor: 'A processor',
  memoryGiB: 24,
  loadAtStart: 0.1,
};

it('shows medians with their spread and the ratio of medians', () => {
  const rows = [
    { what: 'load', unit: 'ms', ours: [30, 10, 20], peer: [400, 100, 200, 300], bar: '≤ 1/4' },
    { what: 'memory', unit: 'MiB', ours: [1234.5], peer: [], bar: '≤ 2,000' },
  ];
  const table = tableOf({ ...facts, rows });
  expect(table).toContain('| load | 20 ms (10–30) | 250 ms (100–400) | 0.08 | ≤ 1/4 |');
  expect(table).toContain('| memory | 1,235 MiB (1,235–1,235) | – | – | ≤ 2,000 |');
});
