import { expect, it } from 'vitest';
import { afterDeath, noDeaths } from './restart-policy.ts';

it('waits longer each time and gives up after three quick deaths', () => {
  const first = afterDeath(noDeaths, 100);
  const second = afterDeath(first.history, 100);
  const third = afterDeath(second.history, 100);
  expect([first.waitMs, second.waitMs, third.waitMs]).toEqual([250, 2_000, 'give-up']);
});

it('counts anew after an app that lived', () => {
  const second = afterDeath(afterDeath(noDeaths, 0).history, 0);
  expect(afterDeath(second.history, 60_000)).toEqual({ history: { quickDeaths: 1 }, waitMs: 250 });
});
