import { createStudioClient, type StudioDocument } from '@atelier-ide/contract';
import { describe, expect, it, vi } from 'vitest';
import { createFakeBackend, createFakeLog, problemResponse } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createFakeEvents } from '../fake-events.ts';
import type { FilesService } from '../files/files-service.ts';
import { createDocuments } from './create-documents.ts';
import type { DocumentSession } from './documents-service.ts';

const time = '2026-11-23T00:00:00.000Z';
const environment = { imageId: 'base', kernelName: 'python3', instanceType: 'ml.t3.medium' };

function document(generation: number, change: Partial<StudioDocument> = {}): StudioDocument {
  return {
    id: 'd1',
    path: 'work/a.ipynb',
    kind: 'notebook',
    binding: { generation, state: 'none' },
    proposal: { ...environment, source: 'default' },
    lease: { fence: 0 },
    ...change,
  };
}

function start() {
  const backend = createFakeBackend();
  const events = createFakeEvents();
  const renamed: string[] = [];
  const files = {
    rename: async (from: string, to: string) => void renamed.push(`${from} → ${to}`),
  } as unknown as FilesService;
  const api = createStudioClient({ baseUrl: 'http://studio.test', fetch: backend.fetch });
  const documents = createDocuments({
    api,
    events: events.stream,
    files,
    log: createFakeLog(),
    session: { has: () => false },
    clock: createFakeClock(),
    page: 'page',
  });
  backend.on('PUT /api/studio/v1/documents', () => document(1));
  return { backend, events, documents, renamed };
}

function session(path: string): DocumentSession & { moves: string[]; isDisposed: boolean } {
  let now = path;
  return {
    moves: [],
    isDisposed: false,
    get path() {
      return now;
    },
    didMove(to) {
      this.moves.push(to);
      now = to;
    },
    isDirty: false,
    save: async () => {},
    dispose() {
      this.isDisposed = true;
    },
  };
}

const binding = '/api/studio/v1/documents/d1/binding';

describe('documents', () => {
  it('names the generation it saw when it binds [C2]', async () => {
    const { backend, documents } = start();
    await documents.open({ path: 'work/a.ipynb' });
    backend.on(`PUT ${binding}`, () => document(2, { binding: { generation: 2, state: 'starting' } }));
    await documents.bind('d1', environment);
    expect(backend.seen('PUT', binding)[0]?.headers.get('If-Match')).toBe('"1"');
    expect(documents.store.getState().byId['d1']?.binding.state).toBe('starting');
  });

  it('binds once more when only its generation was old', async () => {
    const { backend, documents } = start();
    await documents.open({ path: 'work/a.ipynb' });
    backend.on('GET /api/studio/v1/documents/d1', () => document(5));
    backend.on(`PUT ${binding}`, ({ headers }) =>
      headers.get('If-Match') === '"5"'
        ? document(6, { binding: { generation: 6, state: 'starting' } })
        : problemResponse(412, 'stale-generation'),
    );
    expect((await documents.bind('d1', environment)).binding.generation).toBe(6);
    expect(backend.seen('PUT', binding)).toHaveLength(2);
  });

  it('does not bind a third time', async () => {
    const { backend, documents } = start();
    await documents.open({ path: 'work/a.ipynb' });
    backend.on('GET /api/studio/v1/documents/d1', () => document(5));
    backend.on(`PUT ${binding}`, () => problemResponse(412, 'stale-generation'));
    await expect(documents.bind('d1', null)).rejects.toMatchObject({ problem: { code: 'stale-generation' } });
    expect(backend.seen('PUT', binding)).toHaveLength(2);
  });

  it('does not try again what a limit forbids', async () => {
    const { backend, documents } = start();
    await documents.open({ path: 'work/a.ipynb' });
    backend.on(`PUT ${binding}`, () => problemResponse(409, 'limit-exceeded'));
    await expect(documents.bind('d1', environment)).rejects.toMatchObject({
      problem: { code: 'limit-exceeded' },
    });
    expect(backend.seen('PUT', binding)).toHaveLength(1);
  });

  it('keeps what an event told over the answer that was on its way', async () => {
    const { backend, events, documents } = start();
    await documents.open({ path: 'work/a.ipynb' });
    const bound = { generation: 2, state: 'bound', appId: 'a', kernelId: 'k' } as const;
    backend.on(`PUT ${binding}`, () => {
      events.fire({ type: 'document', seq: 9, time, document: document(2, { binding: bound }) });
      return document(2, { binding: { generation: 2, state: 'starting' } });
    });
    expect((await documents.bind('d1', environment)).binding.state).toBe('bound');
    expect(documents.store.getState().byId['d1']?.binding).toEqual(bound);
  });

  it('follows events of open documents only, and never an older generation', async () => {
    const { events, documents } = start();
    await documents.open({ path: 'work/a.ipynb' });
    events.fire({ type: 'document', seq: 1, time, document: document(3) });
    events.fire({ type: 'document', seq: 2, time, document: document(2, { path: 'old' }) });
    events.fire({ type: 'document', seq: 3, time, document: document(9, { id: 'other' }) });
    const { byId } = documents.store.getState();
    expect(Object.keys(byId)).toEqual(['d1']);
    expect(byId['d1']?.binding.generation).toBe(3);
  });

  it('reads open documents again after a gap', async () => {
    const { backend, events, documents } = start();
    await documents.open({ path: 'work/a.ipynb' });
    backend.on('GET /api/studio/v1/documents/d1', () => document(8));
    events.fire({ type: 'reset', seq: 1, time });
    await vi.waitFor(() => expect(documents.store.getState().byId['d1']?.binding.generation).toBe(8));
  });

  it('moves a folder: the files, the open sessions, and every document below it [D1]', async () => {
    const { backend, documents, renamed } = start();
    const inside = session('work/a.ipynb');
    const beside = session('workshop/b.ipynb');
    documents.sessions.acquire('work/a.ipynb', () => inside);
    documents.sessions.acquire('workshop/b.ipynb', () => beside);
    await documents.open({ path: 'work/a.ipynb' });
    const all = [document(1), document(1, { id: 'd2', path: 'work/deep/c.ipynb' })];
    backend.on('GET /api/studio/v1/documents?path=work', () => ({ items: [] }));
    backend.on('GET /api/studio/v1/documents?prefix=work%2F', () => ({ items: all }));
    for (const id of ['d1', 'd2']) {
      backend.on(`POST /api/studio/v1/documents/${id}/move`, ({ body }) =>
        document(1, { id, path: (body as { path: string }).path }),
      );
    }
    await documents.move('work', 'done');
    expect(renamed).toEqual(['work → done']);
    expect(inside.moves).toEqual(['done/a.ipynb']);
    expect(beside.moves).toEqual([]);
    expect(backend.seen('POST', '/').map((one) => one.body)).toEqual([
      { path: 'done/a.ipynb' },
      { path: 'done/deep/c.ipynb' },
    ]);
    expect(documents.store.getState().byId['d1']?.path).toBe('done/a.ipynb');
    expect(Object.keys(documents.store.getState().byId)).toEqual(['d1']);
  });
});

describe('sessions', () => {
  it('are shared by path until the last one lets go', async () => {
    const { documents } = start();
    await documents.open({ path: 'work/a.ipynb' });
    const made = session('work/a.ipynb');
    const first = documents.sessions.acquire('work/a.ipynb', () => made);
    const second = documents.sessions.acquire('work/a.ipynb', () => session('never'));
    expect(second.session).toBe(made);
    first.release();
    first.release();
    expect(made.isDisposed).toBe(false);
    second.release();
    expect(made.isDisposed).toBe(true);
    expect(documents.sessions.all()).toEqual([]);
    expect(documents.store.getState().byId).toEqual({});
  });

  it('are found by the path they have now', () => {
    const { documents } = start();
    const made = session('a.txt');
    documents.sessions.acquire('a.txt', () => made);
    made.didMove('b.txt');
    expect(documents.sessions.acquire('b.txt', () => session('never')).session).toBe(made);
    const other = session('a.txt');
    expect(documents.sessions.acquire('a.txt', () => other).session).toBe(other);
  });
});
