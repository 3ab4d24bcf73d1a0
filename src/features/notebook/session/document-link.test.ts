import { problem, ProblemError, type StudioDocument } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { DocumentLink } from './document-link.ts';
import { createFakeWorld } from './fake-notebook-services.ts';
import { createNotebookStore } from './notebook-store.ts';

/** The link by itself; `told` is what it did, in order. */
function start({ isRead = true } = {}) {
  const world = createFakeWorld();
  const { services, clock } = world;
  const bind = (state: StudioDocument['binding']['state']) => world.bind(state);
  const store = createNotebookStore('n.ipynb');
  if (isRead) store.setState({ status: { kind: 'ready' } });
  const told: string[] = [];
  let isLoaded = false;
  const loading: (() => void)[] = [];
  const lease = services.documents.lease('doc-1');
  let settle: () => void = () => undefined;
  services.documents.lease = (id) => {
    told.push(`lease of ${id}`);
    return { ...lease, settled: () => new Promise((resolve) => (settle = resolve)) };
  };
  const link = new DocumentLink({
    store,
    services,
    saver: () => ({ hash: '', isDirty: false, look: async () => undefined, flush: async () => undefined }),
    runs: {
      get isLoaded() {
        return isLoaded;
      },
      follow: () => {
        told.push('executions');
        return new Promise((resolve) => {
          loading.push(() => {
            isLoaded = true;
            resolve();
          });
        });
      },
    },
    follow: ({ state }: StudioDocument['binding']) => told.push(`follow ${state}`),
    didBind: () => told.push('bound'),
  });
  const load = () => loading.shift()?.();
  return { link, store, services, clock, bind, told, settle: () => settle(), load };
}

describe('the document of a notebook', () => {
  it('is opened once for all who ask: who writes first, then executions, then its kernel', async () => {
    const { link, store, clock, told, settle, load } = start();
    const asked = Promise.all([link.get(), link.get()]);
    await clock.settle();
    expect(store.getState().document?.id).toBe('doc-1');
    expect([told, link.executions]).toEqual([['lease of doc-1'], null]);
    settle();
    await clock.settle();
    expect(told).toEqual(['lease of doc-1', 'executions']);
    expect(link.executions).not.toBeNull();
    load();
    expect((await asked).map((one) => one?.id)).toEqual(['doc-1', 'doc-1']);
    expect(told).toEqual(['lease of doc-1', 'executions', 'follow none']);
    await link.get();
    expect(told).toHaveLength(3);
  });

  it('is not opened before the file is read, for the file says what environment it wants [C3]', async () => {
    const { link, store, services, clock } = start({ isRead: false });
    const asked: unknown[] = [];
    const open = services.documents.open.bind(services.documents);
    services.documents.open = (request) => {
      asked.push(request);
      return open(request);
    };
    void link.get();
    await clock.settle();
    expect(asked).toEqual([]);
    store.setState({ status: { kind: 'ready' }, metadata: { instance_type: 'ml.m5.large' } });
    await clock.settle();
    expect(asked).toMatchObject([{ path: 'n.ipynb', metadata: { instanceType: 'ml.m5.large' } }]);
  });

  it('is followed to what it is bound to, but no kernel is before the executions are known', async () => {
    const { link, store, clock, bind, told, settle, load } = start();
    const asked = link.get();
    await clock.settle();
    settle();
    await clock.settle();
    bind('starting');
    expect(store.getState().document?.binding.state).toBe('starting');
    expect(told).toEqual(['lease of doc-1', 'executions']);
    load();
    await asked;
    expect(told.slice(2)).toEqual(['follow starting']);
    bind('bound');
    expect(told.slice(3)).toEqual(['follow bound', 'bound']);
  });

  it('that could not be opened is said, and asked for again', async () => {
    const { link, store, services, told } = start();
    const { documents } = services;
    const open = documents.open.bind(documents);
    documents.open = () => Promise.reject(new ProblemError(problem('internal', 'No document.')));
    expect(await link.get()).toBeNull();
    expect(store.getState().documentProblem).toContain('No document.');
    documents.open = open;
    void link.get();
    await Promise.resolve();
    await Promise.resolve();
    expect(store.getState()).toMatchObject({ document: { id: 'doc-1' }, documentProblem: null });
    expect(told).toEqual(['lease of doc-1']);
  });

  it('is nothing any more after the notebook was closed', async () => {
    const { link, store, clock, bind, told, settle } = start();
    void link.get();
    await clock.settle();
    link.dispose();
    settle();
    bind('bound');
    await clock.settle();
    expect(told).toEqual(['lease of doc-1']);
    expect(store.getState().document?.binding.state).toBe('none');
  });
});
