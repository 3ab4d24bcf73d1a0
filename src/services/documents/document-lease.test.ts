import { createStudioClient, ProblemError, problem, type StudioDocument } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { createFakeBackend, createFakeLog, problemResponse } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createFakeEvents } from '../fake-events.ts';
import { withFence } from '../files/save-fence.ts';
import { createDocumentLease } from './document-lease.ts';

const time = '2026-11-23T00:00:00.000Z';
const address = 'POST /api/studio/v1/documents/d1/lease';

type LeaseBody = { holder: string; take?: boolean; release?: boolean };

/** A server with the rules of the real one, and this page, called `here`. */
function start() {
  const backend = createFakeBackend();
  const events = createFakeEvents();
  const clock = createFakeClock();
  const server = {
    holder: null as string | null,
    writer: '',
    fence: 0,
    written: undefined as string | undefined,
  };
  const view = (): StudioDocument => ({
    id: 'd1',
    path: 'a.ipynb',
    kind: 'notebook',
    binding: { generation: 0, state: 'none' },
    proposal: { imageId: null, kernelName: null, instanceType: null, source: 'default' },
    lease: {
      fence: server.fence,
      ...(server.holder === null ? {} : { holder: server.holder }),
      ...(server.written === undefined ? {} : { written: server.written }),
    },
  });
  const give = (holder: string) => {
    if (server.writer !== holder) server.fence += 1;
    server.writer = holder;
    server.holder = holder;
  };
  backend.on(address, ({ body }) => {
    const { holder, take, release } = body as LeaseBody;
    if (release === true) {
      if (server.holder === holder) server.holder = null;
    } else if (server.holder === null || server.holder === holder || take === true) give(holder);
    return view();
  });
  const api = createStudioClient({ baseUrl: 'http://studio.test', fetch: backend.fetch });
  const tell = () => events.fire({ type: 'document', seq: 1, time, document: view() });
  const open = () =>
    createDocumentLease({
      documentId: 'd1',
      page: 'here',
      api,
      events: events.stream,
      clock,
      log: createFakeLog(),
      didEnd: () => undefined,
    });
  const asked = () => backend.seen('POST', '/api/studio/v1/documents/d1/lease').map(({ body }) => body);
  return { backend, events, clock, server, give, tell, open, asked };
}

describe('the lease of a page', () => {
  it('is asked for at once, renewed in time without a stream of events, and given back at the end', async () => {
    const { clock, events, server, open, asked } = start();
    events.become('connecting');
    const lease = open();
    await lease.settled();
    expect(lease.store.getState()).toEqual({ kind: 'held', fence: 1 });
    await clock.advance(40_000);
    expect(asked().length).toBeGreaterThan(5);
    expect(server.fence).toBe(1);
    lease.dispose();
    await clock.settle();
    expect(asked().at(-1)).toEqual({ holder: 'here', release: true });
    const count = asked().length;
    await clock.advance(60_000);
    expect(asked()).toHaveLength(count);
  });

  it('is not asked for again while the stream of events stands, which says that the page is there [P4]', async () => {
    const { clock, events, open, asked } = start();
    events.become('connected');
    const lease = open();
    await lease.settled();
    events.fire({ type: 'death', seq: 2, time, kernelId: 'k', appId: 'a', cause: 'c' });
    await clock.advance(60_000);
    expect(asked()).toHaveLength(1);
    expect(lease.store.getState()).toEqual({ kind: 'held', fence: 1 });
  });

  it('is asked for again after a question that failed, stream or not', async () => {
    const { backend, clock, events, open } = start();
    events.become('connected');
    backend.cutNetwork(true);
    const lease = open();
    await lease.settled();
    backend.cutNetwork(false);
    await clock.advance(7_000);
    expect(lease.store.getState()).toEqual({ kind: 'held', fence: 1 });
  });

  it('watches a page that writes already, and follows it when it leaves', async () => {
    const { server, give, tell, open } = start();
    give('other');
    const lease = open();
    await lease.settled();
    expect(lease.store.getState()).toEqual({ kind: 'watching' });
    server.holder = null;
    tell();
    await lease.settled();
    expect(lease.store.getState()).toEqual({ kind: 'held', fence: 2 });
  });

  it('is taken by a save, and lost to another page that saves', async () => {
    const { give, tell, open, asked } = start();
    give('other');
    const lease = open();
    expect(await lease.fenceForSave()).toBe(2);
    expect(asked().at(-1)).toEqual({ holder: 'here', take: true });
    give('other');
    tell();
    expect(lease.store.getState()).toEqual({ kind: 'watching' });
    expect(await lease.fenceForSave()).toBe(4);
  });

  it('is asked for anew before a save after a sleep, and tells once what the server wrote meanwhile', async () => {
    const { clock, server, give, open } = start();
    const lease = open();
    const found: string[] = [];
    lease.onDidFindWritten((hash) => found.push(hash));
    await lease.settled();
    await clock.sleep(3_600_000);
    give('server');
    server.holder = null;
    server.written = 'hash';
    expect(await lease.fenceForSave()).toBe(3);
    expect(found).toEqual(['hash']);
    await clock.advance(20_000);
    expect(found).toEqual(['hash']);
  });

  it('is asked for when the stream of events stands again: its end gave it back', async () => {
    const { clock, events, server, open } = start();
    events.become('connected');
    const lease = open();
    await lease.settled();
    events.become('connecting');
    server.holder = null;
    events.become('connected');
    await clock.settle();
    expect(server.holder).toBe('here');
    expect(lease.store.getState()).toEqual({ kind: 'held', fence: 1 });
  });

  it('is not asked for without a line of events: nobody is disturbed while a sign-in is waited for', async () => {
    const { clock, events, open, asked } = start();
    const lease = open();
    await lease.settled();
    events.become('signed-out');
    const count = asked().length;
    await clock.advance(60_000);
    lease.dispose();
    await clock.settle();
    expect(asked()).toHaveLength(count);
  });

  it('keeps nobody from saving where the server is away or knows no leases', async () => {
    const { backend, clock, open, asked } = start();
    backend.cutNetwork(true);
    const lease = open();
    expect(await lease.fenceForSave()).toBeNull();
    backend.cutNetwork(false);
    backend.on(address, () => problemResponse(501, 'not-offered'));
    expect(await lease.fenceForSave()).toBeNull();
    const count = asked().length;
    await clock.advance(60_000);
    expect(asked()).toHaveLength(count);
  });
});

it('a save that is refused for its number is sent once more with a new one', async () => {
  const { give, open } = start();
  const lease = open();
  await lease.settled();
  give('other');
  const sent: unknown[] = [];
  const save = (headers: Readonly<Record<string, string>>) => {
    sent.push(headers['X-Atelier-Fence']);
    return sent.length === 1
      ? Promise.reject(new ProblemError(problem('lease-lost', 'Another page has written.')))
      : Promise.resolve('saved');
  };
  expect(await withFence({ documentId: 'd1', lease }, save)).toBe('saved');
  expect(sent).toEqual(['d1:1', 'd1:3']);
});
