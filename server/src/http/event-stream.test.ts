import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StudioEvent, beat, studioEventSchema } from '@atelier-ide/contract';
import { type TestHttp, startHttp } from './http.fixture.ts';

const path = '/api/studio/v1/events';

describe('the event stream', () => {
  let t: TestHttp;
  let own: Record<string, string>;
  beforeEach(async () => {
    t = await startHttp();
    own = await t.signIn();
  });
  afterEach(() => t.close());

  const publish = (count: number) => {
    for (let n = 0; n < count; n += 1)
      t.bus.publish('ada', { type: 'death', kernelId: `k${n}`, appId: 'a', cause: 'killed' });
  };
  /** The first `count` events as the client sees them. */
  const read = (query: string, count: number): Promise<StudioEvent[]> =>
    new Promise((resolve, reject) => {
      const ws = t.socket(`${path}${query}`, own);
      const events: StudioEvent[] = [];
      ws.on('error', reject);
      ws.on('message', (data: Buffer) => {
        events.push(studioEventSchema.parse(JSON.parse(data.toString())));
        if (events.length < count) return;
        ws.terminate();
        resolve(events);
      });
    });
  const short = (events: StudioEvent[]) => events.map(({ type, seq }) => `${type} ${seq - start}`);
  let start = 0;
  beforeEach(() => {
    start = t.bus.head('ada');
  });

  it('begins with hello at the newest number and goes on with what happens', async () => {
    publish(2);
    const ws = t.socket(path, own);
    const events: StudioEvent[] = [];
    const isDone = new Promise<void>((resolve) => {
      ws.on('message', (data: Buffer) => {
        events.push(studioEventSchema.parse(JSON.parse(data.toString())));
        if (events.length === 1) publish(2);
        if (events.length === 3) resolve();
      });
    });
    await isDone;
    ws.terminate();
    expect(short(events)).toEqual(['hello 2', 'death 3', 'death 4']);
  });

  it('sends beats to who asks for them, and to nobody else [Q3]', async () => {
    const heard = (query: string) => {
      const texts: string[] = [];
      const ws = t.socket(`${path}${query}`, own);
      ws.on('message', (data: Buffer) => texts.push(data.toString()));
      return { ws, texts };
    };
    const plain = heard('');
    const asking = heard('?beat=1');
    await expect
      .poll(() => asking.texts.filter((text) => text === beat.text).length, { timeout: 10_000 })
      .toBe(2);
    expect(JSON.parse(asking.texts[0] ?? '')).toMatchObject({ type: 'hello' });
    expect(plain.texts).toHaveLength(1);
    for (const { ws } of [plain, asking]) ws.terminate();
  });

  it('sends readings with the number of the event before, to those who are there only', async () => {
    const usage = {
      instanceId: 'i',
      time: '2026-06-01T00:00:00.000Z',
      cpuPercent: 50,
      memoryBytes: 1,
      memoryLimitBytes: null,
      source: 'processes',
      apps: [],
    };
    publish(1);
    const ws = t.socket(path, own);
    const events: StudioEvent[] = [];
    await new Promise<void>((resolve) => {
      ws.on('message', (data: Buffer) => {
        events.push(studioEventSchema.parse(JSON.parse(data.toString())));
        if (events.length === 1) {
          t.bus.publishTransient('ada', { type: 'usage', usage });
          publish(1);
        }
        if (events.length === 3) resolve();
      });
    });
    ws.terminate();
    expect(short(events)).toEqual(['hello 1', 'usage 1', 'death 2']);
    expect(short(await read(`?after=${start + 1}`, 2))).toEqual(['hello 1', 'death 2']);
  });

  it('gives exactly what was missed after a cut', async () => {
    publish(5);
    expect(short(await read(`?after=${start + 3}`, 3))).toEqual(['hello 3', 'death 4', 'death 5']);
  });

  it('says that nothing was missed by the number of hello alone', async () => {
    publish(5);
    expect(short(await read(`?after=${start + 5}`, 1))).toEqual(['hello 5']);
  });

  it.each([
    ['too old', () => start + 1],
    ['of an earlier server', () => 17],
    ['of the future', () => start + 9999],
  ])('says reset to a number that is %s', async (_what, after) => {
    publish(30);
    expect(short(await read(`?after=${after()}`, 2))).toEqual(['hello 30', 'reset 30']);
  });

  it('tells nobody what happens to another user', async () => {
    t.bus.publish('bob', { type: 'death', kernelId: 'secret', appId: 'a', cause: 'x' });
    publish(1);
    const events = await read(`?after=${start}`, 2);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('is the same as SSE, resumed by Last-Event-ID', async () => {
    publish(5);
    const outgoing = request({
      port: t.port,
      path: `${path}?after=1`,
      headers: { ...own, Host: `127.0.0.1:${t.port}`, 'Last-Event-ID': String(start + 4) },
    });
    outgoing.end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(incoming.headers['content-type']).toBe('text/event-stream');
    let text = '';
    publish(1);
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.includes(`id: ${start + 6}\n`)) break;
    }
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id) - start);
    expect(ids).toEqual([4, 5, 6]);
    const data = [...text.matchAll(/^data: (.+)$/gm)].map(([, json]) =>
      studioEventSchema.parse(JSON.parse(json ?? '')),
    );
    expect(short(data)).toEqual(['hello 4', 'death 5', 'death 6']);
    outgoing.destroy();
  });

  it('needs a sign-in and is a GET', async () => {
    expect((await t.send(path)).status).toBe(401);
    expect((await t.send(path, { method: 'POST', headers: own })).status).toBe(404);
  });
});
