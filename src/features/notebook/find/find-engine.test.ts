import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '@/services/fake-clock.ts';
import { FindEngine, type FindWorker } from './find-engine.ts';
import { answerJob, type FindJob } from './find-job.ts';

const query = (text: string, isRegex = false) => ({ text, isRegex, isCase: false, isWord: false });
const texts = (...sources: string[]) =>
  sources.map((text, n) => ({ cellId: asCellId(`c${n}`), place: 'source' as const, text }));

function setUp() {
  const clock = createFakeClock();
  const waiting: (() => void)[] = [];
  const workers: { worker: FindWorker; job: FindJob | null; isEnded: boolean }[] = [];
  const engine = new FindEngine({
    createWorker() {
      const entry = { job: null as FindJob | null, isEnded: false };
      const worker: FindWorker = {
        onmessage: null,
        onerror: null,
        postMessage: (job) => void (entry.job = job),
        terminate: () => void (entry.isEnded = true),
      };
      workers.push(Object.assign(entry, { worker }));
      return worker;
    },
    now: () => clock.now(),
    later: (next) => waiting.push(next),
    after: (ms, run) => clock.after(ms, run),
  });
  const answer = (n: number) => {
    const { worker, job } = workers[n] ?? {};
    if (job) worker?.onmessage?.({ data: answerJob(job) } as MessageEvent);
  };
  return { engine, clock, waiting, workers, answer };
}

describe('the search engine', () => {
  it('finds words without a worker', async () => {
    const { engine, workers } = setUp();
    const answer = await engine.search(texts('a needle', 'Needle'), query('needle'));
    expect(answer).toMatchObject({ kind: 'hits', isCut: false, hits: [{ start: 2 }, { cellId: 'c1' }] });
    expect(workers).toEqual([]);
  });

  it('stops between slices, and drops the answer, when something else is wanted', async () => {
    const { engine, clock, waiting } = setUp();
    const now = clock.now.bind(clock);
    let ticks = 0;
    clock.now = () => now() + ticks++ * 5;
    const first = engine.search(texts('a', 'a', 'a', 'a', 'a', 'a'), query('a'));
    expect(waiting).toHaveLength(1);
    const second = engine.search(texts('b'), query('b'));
    while (waiting.length > 0) waiting.shift()?.();
    expect(await first).toBeNull();
    expect(await second).toMatchObject({ hits: [{ cellId: 'c0' }] });
  });

  it('runs patterns in one worker, again and again', async () => {
    const { engine, workers, answer } = setUp();
    const first = engine.search(texts('ab', 'b'), query('^b', true));
    answer(0);
    expect(await first).toMatchObject({ hits: [{ cellId: 'c1', start: 0, end: 1 }] });
    const second = engine.search(texts('ab'), query('a.', true));
    answer(0);
    expect(await second).toMatchObject({ hits: [{ start: 0, end: 2 }] });
    expect(workers).toHaveLength(1);
  });

  it('ends a pattern that never comes to an end, with words, and goes on with a new worker [E7]', async () => {
    const { engine, clock, workers, answer } = setUp();
    const hanging = engine.search(texts('aaaa!'), query('(a+)+$', true));
    await clock.advance(3_000);
    expect(await hanging).toMatchObject({ kind: 'problem', problem: expect.stringContaining('too long') });
    expect(workers[0]?.isEnded).toBe(true);
    const next = engine.search(texts('a'), query('a+', true));
    answer(1);
    expect(await next).toMatchObject({ hits: [{ start: 0 }] });
  });

  it('ends a worker at work when the question changes, and the idle one with itself', async () => {
    const { engine, workers, answer } = setUp();
    const first = engine.search(texts('a'), query('a+', true));
    const second = engine.search(texts('b'), query('b+', true));
    expect(await first).toBeNull();
    expect(workers[0]?.isEnded).toBe(true);
    answer(1);
    expect(await second).toMatchObject({ kind: 'hits' });
    engine.dispose();
    expect(workers[1]?.isEnded).toBe(true);
  });

  it('says why a pattern is wrong, without a worker', async () => {
    const { engine, workers } = setUp();
    expect(await engine.search(texts('a'), query('(', true))).toMatchObject({ kind: 'problem' });
    expect(workers).toEqual([]);
  });
});
