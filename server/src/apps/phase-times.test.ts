import type { App } from '@atelier-ide/contract';
import { expect, it } from 'vitest';
import { memoryFacts } from './app-service.fixture.ts';
import { createPhaseTimes, median } from './phase-times.ts';

function started(ms: number): App {
  const at = Date.parse('2026-01-01T00:00:00.000Z');
  const iso = (offset: number): string => new Date(at + offset).toISOString();
  return {
    phases: [
      { name: 'queued', startedAt: iso(0), endedAt: iso(10) },
      { name: 'server', startedAt: iso(10), endedAt: iso(10 + ms) },
    ],
  } as App;
}

it('takes the median', () => {
  expect(median([])).toBeUndefined();
  expect(median([3])).toBe(3);
  expect(median([9, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(3);
});

it('keeps the last twenty starts and what they say across a restart', async () => {
  const facts = memoryFacts();
  const times = createPhaseTimes(facts);
  for (const ms of [...Array.from({ length: 30 }, () => 5_000), ...Array.from({ length: 20 }, () => 200)])
    times.record('k', started(ms));
  await times.flush();
  const again = createPhaseTimes(facts);
  await again.flush();
  expect(again.typical('k', 'server')).toBe(200);
  expect(again.typicalTotal('k')).toBe(210);
  expect(again.typical('other', 'server')).toBeUndefined();
  expect(again.typicalTotal('other')).toBeUndefined();
});

it('begins anew when the stored times are not readable', async () => {
  const facts = memoryFacts();
  await facts.set('app-phase-times', '{"k": [');
  const times = createPhaseTimes(facts);
  times.record('k', started(100));
  await times.flush();
  expect(times.typical('k', 'server')).toBe(100);
});
