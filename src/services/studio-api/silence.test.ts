import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../fake-clock.ts';
import { createSilence, patience } from './silence.ts';

/** Requests whose connections the test answers, or leaves dead. */
function start() {
  const clock = createFakeClock();
  const silence = createSilence(clock);
  const connections: { answer: () => void; isAborted: () => boolean }[] = [];
  const attempt = (signal: AbortSignal) =>
    new Promise<Response>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      connections.push({ answer: () => resolve(new Response('ok')), isAborted: () => signal.aborted });
    });
  const send = (request: { isSafe?: boolean; size?: number } = {}, signal?: AbortSignal) => {
    let outcome = 'waits';
    silence
      .guard(attempt, signal, { isSafe: false, size: 0, ...request })
      .then(async (response) => (outcome = await response.text()))
      .catch((error: unknown) => (outcome = String(error)));
    return () => outcome;
  };
  return { clock, silence, connections, send };
}

describe('requests around a silence of the network', () => {
  it('take as long as they want while nothing is suspected', async () => {
    const { clock, connections, send } = start();
    const outcome = send();
    await clock.advance(3_600_000);
    connections[0]?.answer();
    await clock.settle();
    expect(outcome()).toBe('ok');
  });

  it('that wait on a dead connection: reads are sent again, writes fail as a cut network does [Q3]', async () => {
    const { clock, silence, connections, send } = start();
    const write = send();
    const read = send({ isSafe: true });
    await clock.advance(9_000);
    silence.begin();
    await clock.advance(0);
    expect(write()).toBe('TypeError: The network went silent');
    expect(connections).toHaveLength(3);
    connections[2]?.answer();
    await clock.settle();
    expect(read()).toBe('ok');
  });

  it('that are younger get their time, and so do those taken from the pool soon after', async () => {
    const { clock, silence, connections, send } = start();
    silence.begin();
    const before = send();
    await clock.advance(7_000);
    expect(before()).toBe('waits');
    await clock.advance(1_000);
    expect(before()).toContain('silent');
    await clock.advance(30_000);
    const later = send();
    await clock.advance(3_600_000);
    expect(later()).toBe('waits');
    connections.at(-1)?.answer();
    await clock.settle();
    expect(later()).toBe('ok');
  });

  it('that their owner takes back are not sent again', async () => {
    const { clock, silence, connections, send } = start();
    const owner = new AbortController();
    const read = send({ isSafe: true }, owner.signal);
    owner.abort(new Error('taken back'));
    silence.begin();
    await clock.advance(60_000);
    expect(read()).toBe('Error: taken back');
    expect(connections).toHaveLength(1);
  });

  it('of any size end on a dead connection, and not before a slow network had carried them', async () => {
    const moments = fc.record({
      size: fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 100_000_000 })),
      /** When the silence is found, seen from the request; negative: before it. */
      foundAfter: fc.integer({ min: -29_000, max: 600_000 }),
    });
    await fc.assert(
      fc.asyncProperty(moments, async ({ size, foundAfter }) => {
        const { clock, silence, send } = start();
        if (foundAfter < 0) {
          silence.begin();
          await clock.advance(-foundAfter);
        }
        const outcome = send({ size });
        if (foundAfter >= 0) {
          await clock.advance(foundAfter);
          expect(outcome()).toBe('waits');
          silence.begin();
        }
        const left = Math.ceil(patience(size)) - Math.max(0, foundAfter);
        if (left > 1) await clock.advance(left - 2);
        if (left > 1) expect(outcome()).toBe('waits');
        await clock.advance(3);
        expect(outcome()).toBe('TypeError: The network went silent');
      }),
      { numRuns: 60 },
    );
    // What a part of a save takes at 50 kB a second, and a whole file of 60 MB.
    expect(patience(8_000_000)).toBeGreaterThan(160_000);
    expect(patience(60_000_000)).toBeLessThan(35 * 60_000);
  });

  it('end when every connection of the pool was dead', async () => {
    const { clock, silence, connections, send } = start();
    silence.begin();
    const read = send({ isSafe: true });
    await clock.advance(29_000);
    silence.begin();
    await clock.advance(100_000);
    expect(connections.length).toBeGreaterThan(3);
    expect(connections.slice(0, -1).every(({ isAborted }) => isAborted())).toBe(true);
    connections.at(-1)?.answer();
    await clock.settle();
    expect(read()).toMatch(/ok|silent/);
  });
});
