import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../fake-clock.ts';
import { createSilence } from './silence.ts';

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
  const send = (request: { isSafe?: boolean; isLarge?: boolean } = {}, signal?: AbortSignal) => {
    let outcome = 'waits';
    silence
      .guard(attempt, signal, { isSafe: false, isLarge: false, ...request })
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

  it('with a large body are left alone, and what its owner takes back is not sent again', async () => {
    const { clock, silence, connections, send } = start();
    const large = send({ isLarge: true });
    const owner = new AbortController();
    const read = send({ isSafe: true }, owner.signal);
    owner.abort(new Error('taken back'));
    silence.begin();
    await clock.advance(60_000);
    expect(large()).toBe('waits');
    expect(read()).toBe('Error: taken back');
    expect(connections).toHaveLength(2);
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
