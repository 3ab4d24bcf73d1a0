import { createStudioClient, type StudioDocument, type Switch } from '@atelier-ide/contract';
import { describe, expect, it, vi } from 'vitest';
import { createFakeBackend, createFakeLog, problemResponse } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createFakeEvents } from '../fake-events.ts';
import type { FilesService } from '../files/files-service.ts';
import { createDocuments } from './create-documents.ts';

const time = '2026-11-23T00:00:00.000Z';
const from = { imageId: 'base', kernelName: 'python3', instanceType: 'ml.t3.medium' };
const to = { ...from, instanceType: 'ml.m5.large' };

const document = (generation: number): StudioDocument => ({
  id: 'd1',
  path: 'work/a.ipynb',
  kind: 'notebook',
  binding: { generation, state: 'bound', appId: 'a1', kernelId: 'k1', kernelName: 'python3' },
  proposal: { ...from, source: 'default' },
  lease: { fence: 0 },
});

const move = (change: Partial<Switch> = {}): Switch => ({
  id: 's1',
  documentId: 'd1',
  notebookPath: 'work/a.ipynb',
  from,
  to,
  state: 'starting',
  createdAt: time,
  ...change,
});

async function start() {
  const backend = createFakeBackend();
  const events = createFakeEvents();
  const api = createStudioClient({ baseUrl: 'http://studio.test', fetch: backend.fetch });
  const documents = createDocuments({
    api,
    events: events.stream,
    files: {} as FilesService,
    log: createFakeLog(),
    session: { has: () => false },
    clock: createFakeClock(),
    page: 'page',
  });
  backend.on('PUT /api/studio/v1/documents', () => document(4));
  backend.on('POST /api/studio/v1/switches', () => Response.json(move(), { status: 202 }));
  await documents.open({ path: 'work/a.ipynb' });
  const known = () => documents.store.getState().switches['d1'];
  const tell = (change: Partial<Switch>, seq = 1) =>
    events.fire({ type: 'switch', switch: move(change), seq, time });
  return { backend, events, documents, known, tell };
}

describe('a switch', () => {
  it('names the generation that was seen, and shows where it is [G1]', async () => {
    const { backend, documents, known, tell } = await start();
    await documents.switchTo('d1', to);
    expect(backend.seen('POST', '/api/studio/v1/switches')[0]?.body).toEqual({
      documentId: 'd1',
      generation: 4,
      environment: to,
    });
    expect(known()?.state).toBe('starting');
    tell({ state: 'done', endedAt: time, old: { state: 'running', otherDocuments: [] } });
    expect(known()?.old?.state).toBe('running');
    tell({ state: 'done', endedAt: time, old: { state: 'ended', otherDocuments: [] } });
    expect(known()?.old?.state).toBe('ended');
  });

  it('is asked for once more when only its generation was old', async () => {
    const { backend, documents } = await start();
    backend.on('GET /api/studio/v1/documents/d1', () => document(7));
    backend.on('POST /api/studio/v1/switches', ({ body }) =>
      (body as { generation: number }).generation === 7
        ? Response.json(move(), { status: 202 })
        : problemResponse(412, 'stale-generation'),
    );
    await documents.switchTo('d1', to);
    expect(backend.seen('POST', '/api/studio/v1/switches')).toHaveLength(2);
  });

  it('that has ended is not taken back by an answer that was on its way', async () => {
    const { backend, documents, known, tell } = await start();
    backend.on('POST /api/studio/v1/switches', () => {
      tell({ state: 'failed', failure: { code: 'start-failed', message: 'no host has 32 GiB free' } });
      return Response.json(move(), { status: 202 });
    });
    expect((await documents.switchTo('d1', to)).state).toBe('failed');
    expect(known()?.state).toBe('failed');
  });

  it('that was under way when the page was opened is read, and can be cancelled [G3]', async () => {
    const { backend, documents, known, tell } = await start();
    const binding = { ...document(5).binding, state: 'switching' as const, switchId: 's1' };
    backend.on('PUT /api/studio/v1/documents', () => ({ ...document(5), binding }));
    backend.on('GET /api/studio/v1/switches/s1', () => move({ waitingFor: 'executions' }));
    await documents.open({ path: 'work/a.ipynb' });
    await vi.waitFor(() => expect(known()?.waitingFor).toBe('executions'));
    backend.on('DELETE /api/studio/v1/switches/s1', () => {
      tell({ state: 'cancelled', endedAt: time });
      return Response.json(move({ state: 'cancelled', endedAt: time }), { status: 202 });
    });
    await documents.cancelSwitch('s1');
    expect(known()?.state).toBe('cancelled');
    expect(backend.seen('GET', '/api/studio/v1/switches/s1')).toHaveLength(1);
  });

  it('goes on to be shown when its notebook is closed and opened again', async () => {
    const { backend, documents, known } = await start();
    const binding = { ...document(5).binding, state: 'switching' as const, switchId: 's1' };
    await documents.switchTo('d1', to);
    documents.putAwaySwitch('d1');
    expect(known()).toBeUndefined();
    backend.on('PUT /api/studio/v1/documents', () => ({ ...document(5), binding }));
    backend.on('GET /api/studio/v1/switches/s1', () => move());
    await documents.open({ path: 'work/a.ipynb' });
    await vi.waitFor(() => expect(known()?.id).toBe('s1'));
  });

  it('gives way to a newer one, never to an older', async () => {
    const { documents, known, tell } = await start();
    await documents.switchTo('d1', to);
    tell({ id: 's2', createdAt: '2026-11-23T00:00:09.000Z' });
    expect(known()?.id).toBe('s2');
    tell({ id: 's1', state: 'cancelled' });
    expect(known()?.id).toBe('s2');
  });

  it('can be cancelled; one that had ended meanwhile is read [G3]', async () => {
    const { backend, documents, known } = await start();
    await documents.switchTo('d1', to);
    backend.on('DELETE /api/studio/v1/switches/s1', () =>
      Response.json(move({ state: 'cancelled', endedAt: time }), { status: 202 }),
    );
    await documents.cancelSwitch('s1');
    expect(known()?.state).toBe('cancelled');

    backend.on('POST /api/studio/v1/switches', () =>
      Response.json(move({ id: 's2', createdAt: '2026-11-23T00:00:09.000Z' }), { status: 202 }),
    );
    await documents.switchTo('d1', to);
    backend.on('DELETE /api/studio/v1/switches/s2', () => undefined);
    backend.on('GET /api/studio/v1/switches/s2', () =>
      move({ id: 's2', state: 'done', createdAt: '2026-11-23T00:00:09.000Z' }),
    );
    await documents.cancelSwitch('s2');
    expect(known()?.state).toBe('done');
  });

  it('stays away once it was put away, and another document’s is not kept', async () => {
    const { documents, known, tell } = await start();
    await documents.switchTo('d1', to);
    tell({ state: 'done' });
    documents.putAwaySwitch('d1');
    tell({ state: 'done', old: { state: 'ended', otherDocuments: [] } });
    expect(known()).toBeUndefined();
    tell({ id: 'x', documentId: 'other' });
    expect(Object.keys(documents.store.getState().switches)).toEqual([]);
  });

  it('is read again after a gap, and goes with what the server no longer knows', async () => {
    const { backend, events, documents, known } = await start();
    await documents.switchTo('d1', to);
    backend.on('GET /api/studio/v1/documents/d1', () => document(5));
    backend.on('GET /api/studio/v1/switches/s1', () => move({ state: 'done' }));
    events.fire({ type: 'reset', seq: 9, time });
    await vi.waitFor(() => expect(known()?.state).toBe('done'));

    backend.on('POST /api/studio/v1/switches', () =>
      Response.json(move({ id: 's2', createdAt: '2026-11-23T00:00:09.000Z' }), { status: 202 }),
    );
    await documents.switchTo('d1', to);
    backend.on('GET /api/studio/v1/switches/s2', () => problemResponse(404, 'not-found'));
    events.fire({ type: 'reset', seq: 19, time });
    await vi.waitFor(() => expect(known()).toBeUndefined());
  });
});
