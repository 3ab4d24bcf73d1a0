import { createStudioClient, type Execution } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { createFakeBackend, createFakeLog, problemResponse } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createFakeEvents } from '../fake-events.ts';
import { createServerExecutions } from './server-executions.ts';

const time = '2026-11-23T00:00:00.000Z';
const path = '/api/studio/v1/documents/d1/executions';

function execution(id: string, change: Partial<Execution> = {}): Execution {
  return {
    id,
    documentId: 'd1',
    cellId: `cell-${id}`,
    sourceHash: 'h',
    kernelId: 'k',
    state: 'queued',
    position: 0,
    executionCount: null,
    queuedAt: time,
    recorded: false,
    ...change,
  };
}

const item = (id: string) => ({ id, cellId: `cell-${id}`, sourceHash: 'h', code: id });

function start(listed: Execution[] = []) {
  const backend = createFakeBackend();
  const events = createFakeEvents();
  const clock = createFakeClock(1);
  const api = createStudioClient({ baseUrl: 'http://studio.test', fetch: backend.fetch });
  backend.on(`GET ${path}`, () => ({ items: listed }));
  backend.on(`POST ${path}`, ({ body }) => {
    const { items } = body as { items: { id: string }[] };
    return Response.json({ items: items.map(({ id }) => execution(id)) }, { status: 202 });
  });
  const executions = createServerExecutions({
    documentId: 'd1',
    api,
    events: events.stream,
    clock,
    log: createFakeLog(),
  });
  const states = () =>
    Object.fromEntries(Object.values(executions.store.getState().byId).map((one) => [one.id, one.state]));
  const tell = (told: Execution) => events.fire({ type: 'execution', seq: 1, time, execution: told });
  // Promises of `fetch` bodies settle in tasks, not only in microtasks.
  const settle = async () => {
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve));
  };
  return { backend, events, clock, executions, states, tell, settle };
}

describe('executions of the server', () => {
  it('shows what runs and what ended, then follows', async () => {
    const world = start([execution('a', { state: 'done' }), execution('b', { state: 'running' })]);
    await world.settle();
    expect(world.executions.store.getState().isLoaded).toBe(true);
    expect(world.executions.endsWithPage).toBe(false);
    world.tell(execution('b', { state: 'error' }));
    world.tell(execution('other', { documentId: 'd2' }));
    expect(world.states()).toEqual({ a: 'done', b: 'error' });
  });

  it('hands all cells over at once, in order, with one request', async () => {
    const world = start();
    await world.executions.submit([item('a'), item('b')], true);
    const sent = world.backend.seen('POST', path);
    expect(sent.map((one) => one.body)).toEqual([{ items: [item('a'), item('b')], stopOnError: true }]);
    expect(world.states()).toEqual({ a: 'queued', b: 'queued' });
  });

  it('shows cells as queued before the server has answered', async () => {
    const world = start();
    const sent = world.executions.submit([item('a')], true);
    expect(world.states()).toEqual({ a: 'queued' });
    await sent;
  });

  it('never takes a state back, whichever of answer and event comes first', async () => {
    const world = start();
    world.backend.on(`POST ${path}`, () => {
      world.tell(execution('a', { state: 'running' }));
      world.tell(execution('a', { state: 'done' }));
      return Response.json({ items: [execution('a')] }, { status: 202 });
    });
    await world.executions.submit([item('a')], true);
    expect(world.states()).toEqual({ a: 'done' });
    world.tell(execution('a', { state: 'running' }));
    expect(world.states()).toEqual({ a: 'done' });
  });

  it('forgets cells that the server refused, and says why', async () => {
    const world = start();
    world.backend.on(`POST ${path}`, () => problemResponse(409, 'conflict'));
    await expect(world.executions.submit([item('a')], true)).rejects.toMatchObject({
      problem: { code: 'conflict' },
    });
    expect(world.states()).toEqual({});
  });

  it('goes on with the next as soon as the server tells of the one before, whose answer may take long', async () => {
    const world = start();
    const taken: string[] = [];
    const answers: (() => void)[] = [];
    world.backend.on(`POST ${path}`, ({ body }) => {
      const [{ id } = { id: '' }] = (body as { items: { id: string }[] }).items;
      taken.push(id);
      const answer = Response.json({ items: [execution(id)] }, { status: 202 });
      return new Promise<Response>((resolve) => answers.push(() => resolve(answer)));
    });
    const all = ['a', 'b', 'c'].map((id) => world.executions.submit([item(id)], true));
    await world.settle();
    expect(taken).toEqual(['a']);
    world.tell(execution('a', { state: 'done' }));
    await world.settle();
    expect(taken).toEqual(['a', 'b']);
    for (const answer of answers) answer();
    await world.settle();
    expect(taken).toEqual(['a', 'b', 'c']);
    answers.at(-1)?.();
    await Promise.all(all);
    expect(world.states()).toEqual({ a: 'done', b: 'queued', c: 'queued' });
  });

  it('sends again in order what a killed server had taken and not kept', async () => {
    const world = start();
    await world.settle();
    const taken: string[] = [];
    const cuts: (() => void)[] = [];
    world.backend.on(`POST ${path}`, ({ body }) => {
      const [{ id } = { id: '' }] = (body as { items: { id: string }[] }).items;
      taken.push(id);
      if (taken.length > 2) return Response.json({ items: [execution(id)] }, { status: 202 });
      return new Promise<Response>((_, reject) => cuts.push(() => reject(new TypeError('cut'))));
    });
    const all = ['a', 'b'].map((id) => world.executions.submit([item(id)], true));
    await world.settle();
    world.tell(execution('a'));
    await world.settle();
    // The later one is tried again first.
    for (const cut of cuts.toReversed()) cut();
    await world.settle();
    await world.clock.advance(60_000);
    await world.settle();
    await Promise.all(all);
    expect(taken).toEqual(['a', 'b', 'a', 'b']);
  });

  it('keeps cells while the server is away and sends them in order when it is back, once', async () => {
    const world = start();
    await world.settle();
    world.events.become('offline');
    world.backend.cutNetwork(true);
    const first = world.executions.submit([item('a')], true);
    const second = world.executions.submit([item('b')], true);
    await world.settle();
    expect(world.states()).toEqual({ a: 'queued', b: 'queued' });
    world.backend.cutNetwork(false);
    world.events.become('connected');
    await Promise.all([first, second]);
    expect(
      world.backend.seen('POST', path).map((one) => (one.body as { items: { id: string }[] }).items[0]?.id),
    ).toEqual(['a', 'b']);
  });

  describe('dropped before an interrupt [F1]', () => {
    const dropPath = '/api/studio/v1/documents/d1/dropped';

    /** A server where requests are taken, and answered when the test wants. */
    async function startHeld() {
      const world = start();
      await world.settle();
      const log: string[] = [];
      const answers = new Map<string, (answer: Response | Error) => void>();
      world.backend.on(`POST ${path}`, ({ body }) => {
        const id = (body as { items: { id: string }[] }).items.map((one) => one.id).join();
        log.push(`run ${id}`);
        return new Promise((resolve, reject) =>
          answers.set(id, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
        );
      });
      const known = new Map<string, Execution>();
      world.backend.on(`POST ${dropPath}`, ({ body }) => {
        const { executionIds } = body as { executionIds: string[] };
        log.push(`drop ${executionIds.join()}`);
        return { items: executionIds.flatMap((id) => known.get(id) ?? []) };
      });
      const take = (...all: Execution[]) => Response.json({ items: all }, { status: 202 });
      const act = async () => void log.push('interrupt');
      return { ...world, log, answers, known, take, act };
    }

    it('what may come behind it is named first, and what was not sent never is', async () => {
      const world = await startHeld();
      const all = ['a', 'b'].map((id) => world.executions.submit([item(id)], true));
      await world.settle();
      await world.executions.dropAndThen(world.act);
      expect(world.log).toEqual(['run a', 'drop a,b', 'interrupt']);
      expect(world.states()).toEqual({ a: 'aborted', b: 'aborted' });
      world.answers.get('a')?.(world.take(execution('a', { state: 'aborted' })));
      await Promise.all(all);
      expect(world.log).toHaveLength(3);
    });

    it('what the server has begun with goes on until the interrupt comes', async () => {
      const world = await startHeld();
      const sent = world.executions.submit([item('a')], true);
      await world.settle();
      world.known.set('a', execution('a', { state: 'running' }));
      await world.executions.dropAndThen(world.act);
      expect(world.states()).toEqual({ a: 'running' });
      world.answers.get('a')?.(world.take(execution('a', { state: 'running' })));
      await sent;
      world.tell(execution('a', { state: 'error' }));
      expect(world.states()).toEqual({ a: 'error' });
      await world.executions.dropAndThen(world.act);
      expect(world.log.filter((one) => one.startsWith('run'))).toEqual(['run a']);
    });

    it('a server that is away hears of it before it is sent anything again, and runs none of it', async () => {
      const world = await startHeld();
      const sent = world.executions.submit([item('a')], true);
      await world.settle();
      world.backend.cutNetwork(true);
      await expect(
        world.executions.dropAndThen(() => Promise.reject(new TypeError('no network'))),
      ).rejects.toThrow('no network');
      expect(world.states()).toEqual({ a: 'queued' });
      world.answers.get('a')?.(new TypeError('cut'));
      await world.settle();
      world.backend.cutNetwork(false);
      await world.clock.advance(60_000);
      await sent;
      expect(world.log).toEqual(['run a', 'drop a']);
      expect(world.states()).toEqual({ a: 'aborted' });
    });

    it('a server that took it and did not hear of the drop is told again', async () => {
      const world = await startHeld();
      const sent = world.executions.submit([item('a')], true);
      await world.settle();
      world.backend.cutNetwork(true);
      await world.executions.dropAndThen(world.act);
      world.backend.cutNetwork(false);
      world.known.set('a', execution('a', { state: 'aborted' }));
      world.answers.get('a')?.(world.take(execution('a')));
      await sent;
      expect(world.log).toEqual(['run a', 'interrupt', 'drop a']);
      expect(world.states()).toEqual({ a: 'aborted' });
    });

    it('costs nothing where all is known, and what is submitted meanwhile goes behind the interrupt', async () => {
      const world = await startHeld();
      world.tell(execution('a'));
      let end = () => {};
      const done = world.executions.dropAndThen(() => {
        world.log.push('interrupt');
        return new Promise<void>((resolve) => (end = resolve));
      });
      const sent = world.executions.submit([item('b')], true);
      await world.settle();
      expect(world.log).toEqual(['interrupt']);
      expect(world.states()).toEqual({ a: 'queued', b: 'queued' });
      end();
      await done;
      await world.settle();
      expect(world.log).toEqual(['interrupt', 'run b']);
      world.answers.get('b')?.(world.take(execution('b')));
      await sent;
    });

    it('what waits for a kernel that starts is named too', async () => {
      const world = await startHeld();
      world.known.set('a', execution('a', { state: 'aborted' }));
      world.tell(execution('a', { kernelId: '' }));
      await world.executions.dropAndThen(world.act);
      expect(world.log).toEqual(['drop a', 'interrupt']);
      expect(world.states()).toEqual({ a: 'aborted' });
    });
  });

  it('shows where a cell will stand before the server has told it', async () => {
    const world = start([execution('a', { state: 'running' }), execution('b', { position: 1 })]);
    await world.settle();
    const sent = world.executions.submit([item('c'), item('d')], true);
    const { byId } = world.executions.store.getState();
    expect([byId['c']?.position, byId['d']?.position]).toEqual([2, 3]);
    await sent;
  });

  it('counts no cell as waiting that has ended, though its end is shown a moment later', async () => {
    const world = start([execution('a', { state: 'running' }), execution('b', { position: 1 })]);
    await world.settle();
    for (const id of ['a', 'b']) world.tell(execution(id, { state: 'done' }));
    expect(world.states()).toEqual({ a: 'done', b: 'queued' });
    const sent = world.executions.submit([item('c')], true);
    expect(world.executions.store.getState().byId).toMatchObject({
      b: { state: 'done' },
      c: { position: 0 },
    });
    await sent;
  });

  it('keeps cells while the session has to be renewed', async () => {
    const world = start();
    let isSignedIn = false;
    world.backend.on(`POST ${path}`, () =>
      isSignedIn
        ? Response.json({ items: [execution('a')] }, { status: 202 })
        : problemResponse(401, 'sign-in-required'),
    );
    const sent = world.executions.submit([item('a')], true);
    await world.settle();
    isSignedIn = true;
    await world.clock.advance(30_000);
    await sent;
    expect(world.states()).toEqual({ a: 'queued' });
  });

  it('reads the list again after a gap and forgets what the server does not know', async () => {
    const listed = [execution('a', { state: 'running' })];
    const world = start(listed);
    await world.settle();
    listed.splice(0, 1, execution('b', { state: 'done' }));
    world.events.fire({ type: 'reset', seq: 5, time });
    await world.settle();
    expect(world.states()).toEqual({ b: 'done' });
  });

  it('keeps the newest execution of a cell only', async () => {
    const world = start();
    await world.settle();
    world.tell(execution('a', { cellId: 'c', state: 'done', queuedAt: '2026-11-23T00:00:01.000Z' }));
    world.tell(execution('b', { cellId: 'c', state: 'queued', queuedAt: '2026-11-23T00:00:02.000Z' }));
    await world.clock.advance(32);
    expect(world.states()).toEqual({ b: 'queued' });
  });

  it('shows a single event and the end of a cell at once, a burst of them together', async () => {
    const world = start();
    await world.settle();
    let changes = 0;
    world.executions.store.subscribe(() => (changes += 1));
    world.tell(execution('a', { state: 'queued' }));
    expect(world.states()).toEqual({ a: 'queued' });
    world.tell(execution('a', { state: 'running' }));
    expect(world.states()).toEqual({ a: 'queued' });
    world.tell(execution('a', { state: 'done' }));
    expect(world.states()).toEqual({ a: 'done' });
    expect(changes).toBe(2);
    // Another end so soon waits for what comes with it.
    world.tell(execution('b', { state: 'running' }));
    world.tell(execution('b', { state: 'done' }));
    world.tell(execution('c', { state: 'running' }));
    expect(changes).toBe(2);
    await world.clock.advance(32);
    expect(world.states()).toEqual({ a: 'done', b: 'done', c: 'running' });
    expect(changes).toBe(3);
    await world.clock.advance(1_000);
    expect(world.clock.pending).toBe(0);
  });

  it('shows "Run all" of 5,000 cells, twice, in a handful of changes', { timeout: 30_000 }, async () => {
    const world = start();
    await world.settle();
    let changes = 0;
    world.executions.store.subscribe(() => (changes += 1));
    const ids = Array.from({ length: 5_000 }, (_, index) => `${index}`);
    for (const run of ['1', '2']) {
      const id = (one: string) => `${run}-${one}`;
      const change = { queuedAt: `2026-11-23T00:00:0${run}.000Z` };
      await world.executions.submit(
        ids.map((one) => ({ ...item(id(one)), cellId: one })),
        true,
      );
      for (const state of ['queued', 'running', 'done'] as const)
        for (const one of ids) world.tell(execution(id(one), { ...change, cellId: one, state }));
      await world.clock.advance(32);
    }
    const shown = Object.values(world.executions.store.getState().byId);
    expect(shown).toHaveLength(5_000);
    expect(shown.every((one) => one.state === 'done' && one.id.startsWith('2-'))).toBe(true);
    expect(changes).toBeLessThan(20);
  });

  it('reads the queue, and moves in it under the order that was seen [F2]', async () => {
    const world = start([execution('a', { position: 1 }), execution('b', { position: 2 })]);
    await world.settle();
    const url = '/api/studio/v1/documents/d1/queue';
    world.backend.on(`GET ${url}`, () => ({ items: [execution('a'), execution('other')], total: 300 }));
    expect(await world.executions.queue()).toMatchObject({
      items: [{ id: 'a' }, { id: 'other' }],
      total: 300,
    });
    world.backend.on('PATCH /api/studio/v1/executions/b', () => execution('b', { position: 1 }));
    await world.executions.move('b', 1, ['x', 'a', 'b']);
    expect(world.backend.seen('PATCH', '/api/studio/v1/executions/b')[0]?.body).toEqual({
      position: 1,
      seen: ['x', 'a', 'b'],
    });
    expect(world.executions.store.getState().byId['b']?.position).toBe(1);
  });

  it('shows a removed cell as aborted and recorded outputs as recorded', async () => {
    const world = start([execution('a'), execution('b', { state: 'done' })]);
    await world.settle();
    world.backend.on('DELETE /api/studio/v1/executions/a', () => undefined);
    world.backend.on('POST /api/studio/v1/documents/d1/recorded', () => undefined);
    await world.executions.remove('a');
    await world.executions.recorded(['b']);
    expect(world.states()).toEqual({ a: 'aborted', b: 'done' });
    expect(world.executions.store.getState().byId['b']?.recorded).toBe(true);
    await world.executions.recorded([]);
    expect(world.backend.seen('POST', '/api/studio/v1/documents/d1/recorded')).toHaveLength(1);
  });
});
