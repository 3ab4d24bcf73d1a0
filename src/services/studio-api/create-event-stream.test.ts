import { describe, expect, it } from 'vitest';
import { beat } from '@atelier-ide/contract';
import { createFakeLog } from '../fake-backend.ts';
import { createFakeLineWorld } from '../fake-line-world.ts';
import { createOrigin } from '../origin.ts';
import { createEventStream } from './create-event-stream.ts';

const time = '2026-11-23T00:00:00.000Z';
const hello = (seq: number) => JSON.stringify({ type: 'hello', seq, time });
const death = (seq: number) =>
  JSON.stringify({ type: 'death', seq, time, kernelId: 'k', appId: 'a', cause: `no ${seq}` });

function start() {
  const { world, sockets, clock, page, told } = createFakeLineWorld();
  let silences = 0;
  const log = createFakeLog();
  const stream = createEventStream({
    origin: createOrigin('', 'http://studio.test'),
    page: 'tab-1',
    world,
    log,
    onDidGoSilent: () => void silences++,
  });
  const heard: string[] = [];
  stream.onDidReceive((event) => heard.push(`${event.type} ${event.seq}`));
  stream.start();
  return { sockets, clock, page, stream, heard, log, told, silences: () => silences };
}

const status = (stream: ReturnType<typeof start>['stream']) => stream.connection.getState().status;

describe('event stream', () => {
  it('treats the first hello as a reset, later ones not', async () => {
    const { sockets, clock, heard } = start();
    expect(sockets.last().url).toBe('ws://studio.test/api/studio/v1/events?page=tab-1&beat=1');
    sockets.last().open();
    sockets.last().receive(hello(7));
    expect(heard).toEqual(['hello 7', 'reset 7']);
    sockets.last().cut();
    await clock.advance(0);
    expect(sockets.last().url).toContain('&after=7');
    sockets.last().receive(hello(7));
    expect(heard).toEqual(['hello 7', 'reset 7', 'hello 7']);
  });

  it('resumes behind the last event it has seen', async () => {
    const { sockets, clock, heard } = start();
    sockets.last().receive(hello(7));
    sockets.last().receive(death(8));
    sockets.last().receive(death(12));
    sockets.last().cut(1001);
    await clock.advance(0);
    expect(sockets.last().url).toContain('after=12');
    sockets.last().receive(hello(12));
    sockets.last().receive(death(13));
    expect(heard.filter((one) => one.startsWith('death'))).toEqual(['death 8', 'death 12', 'death 13']);
  });

  it('hears every reading that repeats the number of the event before it, and resumes as if there were none', async () => {
    const { sockets, clock, heard } = start();
    const usage = (seq: number) =>
      JSON.stringify({
        type: 'usage',
        seq,
        time,
        usage: {
          instanceId: 'i',
          time,
          cpuPercent: 1,
          memoryBytes: 2,
          memoryLimitBytes: null,
          source: 'processes',
          apps: [],
        },
      });
    sockets.last().receive(hello(7));
    sockets.last().receive(usage(7));
    sockets.last().receive(usage(7));
    sockets.last().receive(death(8));
    sockets.last().receive(usage(8));
    sockets.last().cut();
    await clock.advance(0);
    expect(sockets.last().url).toContain('after=8');
    expect(heard.slice(2)).toEqual(['usage 7', 'usage 7', 'death 8', 'usage 8']);
  });

  it('goes on from where a reset says', async () => {
    const { sockets, clock } = start();
    sockets.last().receive(hello(7));
    sockets.last().cut();
    await clock.advance(0);
    sockets.last().receive(hello(900));
    sockets.last().receive(JSON.stringify({ type: 'reset', seq: 900, time }));
    sockets.last().cut();
    await clock.advance(0);
    expect(sockets.last().url).toContain('after=900');
  });

  it('never gives up, waits longer and longer, and is offline only after a failed try', async () => {
    const { sockets, clock, stream } = start();
    sockets.last().receive(hello(1));
    expect(status(stream)).toBe('connected');
    sockets.last().cut();
    expect(status(stream)).toBe('connecting');
    await clock.advance(0);
    sockets.last().cut();
    expect(status(stream)).toBe('offline');
    for (let i = 0; i < 40; i++) {
      const before = sockets.all.length;
      await clock.advance(30_000);
      expect(sockets.all.length).toBeGreaterThan(before);
      sockets.last().cut();
    }
    expect(status(stream)).toBe('offline');
  });

  it('tries at once when the page wakes, and drops a line that may be dead', async () => {
    const { sockets, clock, page, stream } = start();
    sockets.last().receive(hello(1));
    sockets.last().cut();
    await clock.advance(0);
    sockets.last().cut();
    const before = sockets.all.length;
    page.wake();
    expect(sockets.all.length).toBe(before + 1);
    sockets.last().receive(hello(1));
    expect(status(stream)).toBe('connected');
    const old = sockets.last();
    page.maybeLose();
    expect(old.isClosedByPage).toBe(true);
    expect(sockets.last()).not.toBe(old);
    old.receive(death(5));
    old.cut();
    expect(sockets.last().url).toContain('after=1');
  });

  it('waits for the sign-in after 4401', async () => {
    const { sockets, clock, stream, told } = start();
    sockets.last().receive(hello(1));
    sockets.last().cut(4401);
    expect(told.rejects).toBe(1);
    expect(status(stream)).toBe('signed-out');
    await clock.advance(120_000);
    expect(sockets.all).toHaveLength(1);
    stream.retryNow();
    expect(sockets.all).toHaveLength(2);
  });

  it('tells when nothing is heard any more', async () => {
    const { sockets, clock, stream, silences } = start();
    sockets.last().receive(hello(1));
    sockets.last().receive(beat.text);
    await clock.advance(10_000);
    expect(silences()).toBe(1);
    expect(status(stream)).toBe('connecting');
    expect(sockets.last().url).toContain('after=1');
  });

  it('survives what it does not understand and a listener that throws', () => {
    const { sockets, heard, stream, log } = start();
    stream.onDidReceive(() => {
      throw new Error('listener');
    });
    sockets.last().receive('not json');
    sockets.last().receive(JSON.stringify({ type: 'from-the-future', seq: 3, time }));
    sockets.last().receive(hello(4));
    expect(heard).toEqual(['hello 4', 'reset 4']);
    expect(log.lines.filter((line) => line.startsWith('error'))).toHaveLength(2);
  });

  it('sends nothing by itself', async () => {
    const { sockets, clock } = start();
    sockets.last().open();
    sockets.last().receive(hello(1));
    await clock.advance(60_000);
    expect(sockets.all).toHaveLength(1);
    expect(sockets.last().sent).toEqual([]);
  });
});
