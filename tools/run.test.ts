import { expect, it } from 'vitest';
import { show } from './lib/run.mjs';

const hangs = 'setInterval(() => undefined, 1000);';

it('a command that takes too long is interrupted, and has failed', async () => {
  expect(await show(process.execPath, ['-e', hangs], { withinMs: 200 })).not.toBe(0);
});

it('a command that is over in time gives its code', async () => {
  expect(await show(process.execPath, ['-e', 'process.exit(3)'], { withinMs: 60_000 })).toBe(3);
});
