import type { Clock } from '@/services/clock.ts';
import { FindEngine, type FindWorker } from './find-engine.ts';

/** The engine of the page, with a worker that is loaded with the first pattern. */
export function createEngine(clock: Clock): FindEngine {
  return new FindEngine({
    createWorker: (): FindWorker =>
      new Worker(new URL('./find-worker.ts', import.meta.url), { type: 'module', name: 'find' }),
    now: () => performance.now(),
    later: (next) => void setTimeout(next, 0),
    after: (ms, run) => clock.after(ms, run),
  });
}
