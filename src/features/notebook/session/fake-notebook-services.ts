/** The world around a notebook session, in memory, for tests: files with hashes, a document, executions, a kernel. */
import {
  type Execution,
  problem,
  ProblemError,
  type StudioDocument,
  type StudioEvent,
} from '@atelier-ide/contract';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { createMessage, type JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import { createStore } from 'zustand/vanilla';
import { Emitter } from '@/base/emitter.ts';
import { createFakeStorage } from '@/services/fake-backend.ts';
import { createNoLease } from '@/services/documents/document-lease.ts';
import { createFakeEdits } from '@/services/edits/fake-edits.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import type { ExecutionItem } from '@/services/executions/executions-service.ts';
import type { SaveCondition } from '@/services/files/files-service.ts';
import type { KernelChannelState, ReceivedMessage } from '@/services/jupyter/kernels-service.ts';
import { type NotebookServices, NotebookSession } from './notebook-session.ts';

/** A stand-in for the content hash: equal for equal texts. */
export const hashOfText = (text: string) => `${text.length}-${hashSource(text)}`;

const image = {
  id: 'data-science',
  displayName: 'Data Science',
  version: '3.1',
  kernels: [{ name: 'python3', displayName: 'Python 3 (Data Science)', language: 'python' }],
  aliases: ['datascience-1.0'],
};

export function createFakeWorld(files: Record<string, string> = {}) {
  const clock = createFakeClock();
  const disk = fakeFiles(files);
  const documents = fakeDocuments();
  const executions = fakeExecutions();
  const kernel = fakeKernel();
  const edits = createFakeEdits(clock);
  const events = new Emitter<StudioEvent>();
  const notices: { what: string; error: unknown }[] = [];
  const commands: string[] = [];
  let choose: () => void | Promise<void> = () => undefined;
  const settings = new Map<string, unknown>([
    ['notebook.stopOnError', true],
    ['notebook.savesTimes', false],
    ['notebook.asksBeforeRestart', true],
    ['notebook.savesWidgets', true],
  ]);
  const compute = createStore(() => ({
    images: [image],
    apps: [{ id: 'app-1', imageId: image.id, instanceType: 'ml.t3.medium' }],
  }));
  const services = {
    files: disk.service,
    documents: documents.service,
    executions: executions.service,
    kernels: kernel.service,
    edits,
    events: { onDidReceive: events.event },
    compute: { store: compute },
    commands: {
      async run(id: string) {
        commands.push(id);
        await choose();
      },
    },
    notifications: { error: (what: string, error: unknown) => void notices.push({ what, error }) },
    settings: { get: (id: string) => settings.get(id) },
    storage: createFakeStorage(),
    log: { debug: () => undefined, warn: () => undefined, error: () => undefined },
  };
  return {
    ...disk,
    ...documents,
    ...executions,
    ...kernel,
    clock,
    notices,
    commands,
    edits,
    events,
    settings,
    services: services as unknown as NotebookServices,
    async open(path = 'n.ipynb') {
      const session = new NotebookSession(path, services as unknown as NotebookServices, clock);
      await clock.settle();
      return session;
    },
    onChooseEnvironment(run: () => void | Promise<void>) {
      choose = run;
    },
    /** A whole run: busy, count, text, idle. */
    runsTo(id: string, text: string, count = 1) {
      executions.tellExecution(id, { state: 'running', startedAt: '2026-11-23T00:00:00.000Z' });
      kernel.say(id, 'status', { execution_state: 'busy' });
      kernel.say(id, 'execute_input', { execution_count: count, code: '' });
      if (text !== '') kernel.say(id, 'stream', { name: 'stdout', text });
      kernel.say(id, 'status', { execution_state: 'idle' });
      const endedAt = '2026-11-23T00:00:01.000Z';
      executions.tellExecution(id, { state: 'done', executionCount: count, endedAt });
    },
  };
}

function fakeFiles(files: Record<string, string>) {
  const disk = new Map(Object.entries(files));
  const writes: { path: string; text: string; condition: SaveCondition }[] = [];
  /** Errors that the next writes fail with. */
  const failures: Error[] = [];
  const check = (path: string, condition: SaveCondition) => {
    const now = disk.get(path);
    const isFine =
      condition === 'any' ||
      (condition === 'new' ? now === undefined : now !== undefined && hashOfText(now) === condition.hash);
    if (!isFine) throw new ProblemError(problem('changed-on-disk', 'The file changed.'));
  };
  const service = {
    isAtomic: true,
    async readText(path: string) {
      const text = disk.get(path);
      if (text === undefined) throw new ProblemError(problem('not-found', 'There is no such file.'));
      return { text, hash: hashOfText(text), size: text.length, modifiedAt: '', writable: true };
    },
    async writeText(path: string, text: string, condition: SaveCondition, before?: string) {
      if (before !== undefined && typeof condition === 'object' && hashOfText(before) !== condition.hash)
        throw new Error('The text that the save names is not that of its condition.');
      await Promise.resolve();
      const failure = failures.shift();
      if (failure) throw failure;
      check(path, condition);
      writes.push({ path, text, condition });
      disk.set(path, text);
      return { hash: hashOfText(text), size: text.length, modifiedAt: '' };
    },
    checkpoint: async () => undefined,
  };
  return { disk, writes, failures, service };
}

function fakeDocuments() {
  const store = createStore<{ byId: Record<string, StudioDocument> }>(() => ({ byId: {} }));
  const current = () => store.getState().byId['doc-1'];
  const put = (path: string, binding: StudioDocument['binding']) => {
    const document: StudioDocument = {
      id: 'doc-1',
      path,
      kind: 'notebook',
      binding,
      proposal: { imageId: null, kernelName: null, instanceType: null, source: 'default' },
      lease: { fence: 0 },
    };
    store.setState({ byId: { 'doc-1': document } });
    return document;
  };
  return {
    service: {
      store,
      lease: () => createNoLease(),
      open: async ({ path }: { path: string }) => current() ?? put(path, { generation: 1, state: 'none' }),
    },
    bind(state: StudioDocument['binding']['state'], kernelId = 'kernel-1') {
      const generation = (current()?.binding.generation ?? 0) + 1;
      put(current()?.path ?? 'n.ipynb', {
        generation,
        state,
        appId: 'app-1',
        kernelId,
        kernelName: 'python3',
      });
    },
  };
}

function fakeExecutions() {
  const store = createStore<{ isLoaded: boolean; byId: Record<string, Execution> }>(() => ({
    isLoaded: true,
    byId: {},
  }));
  const submitted: ExecutionItem[][] = [];
  const recorded: string[] = [];
  const seen: string[] = [];
  /** What the server has of executions, as texts of notebooks. */
  const results = new Map<string, string>();
  const removed: string[] = [];
  /** Of each submission: whether an error stops the rest. */
  const stops: boolean[] = [];
  let serial = 0;
  /** Makes or changes an execution as an event of the server would. */
  const tellExecution = (id: string, change: Partial<Execution>) => {
    const { byId } = store.getState();
    store.setState({ byId: { ...byId, [id]: { ...(byId[id] ?? queuedExecution(id)), ...change } } });
  };
  const one = {
    store,
    endsWithPage: false,
    async submit(items: readonly ExecutionItem[], stopOnError: boolean) {
      submitted.push([...items]);
      stops.push(stopOnError);
      for (const [position, { id, cellId, sourceHash }] of items.entries()) {
        tellExecution(id, { cellId, sourceHash, position });
      }
    },
    async dropAndThen(act: () => Promise<void>) {
      for (const { id, state } of Object.values(store.getState().byId))
        if (state === 'queued') tellExecution(id, { state: 'aborted', cause: 'Interrupted' });
      await act();
    },
    remove: async (id: string) => void removed.push(id),
    async recorded(ids: readonly string[]) {
      recorded.push(...ids);
      for (const id of ids) tellExecution(id, { recorded: true });
    },
    async seen(ids: readonly string[]) {
      seen.push(...ids);
      const { byId } = store.getState();
      const told = ids.flatMap((id) => {
        const { unseen: _, ...rest } = byId[id] ?? queuedExecution(id);
        return [[id, rest]];
      });
      store.setState({ byId: { ...byId, ...Object.fromEntries(told) } });
    },
    async result(id: string) {
      const text = results.get(id);
      if (text === undefined) throw new ProblemError(problem('not-found', 'The outputs are no longer kept.'));
      return text;
    },
    dispose: () => undefined,
  };
  const service = { newId: () => `execution-${String(++serial).padStart(4, '0')}`, of: () => one };
  return { submitted, recorded, seen, results, removed, stops, tellExecution, service };
}

function queuedExecution(id: string): Execution {
  return {
    id,
    documentId: 'doc-1',
    cellId: null,
    sourceHash: null,
    kernelId: 'kernel-1',
    state: 'queued',
    position: 0,
    executionCount: null,
    queuedAt: `2026-11-23T00:00:00.${id.slice(-3)}Z`,
    recorded: false,
  };
}

function fakeKernel() {
  const received = new Emitter<ReceivedMessage>();
  const reset = new Emitter<void>();
  const channelStore = createStore<KernelChannelState>(() => ({
    state: 'idle',
    since: 0,
    from: null,
    language: null,
  }));
  const attaches: ({ epoch: string; seq: number } | undefined)[] = [];
  const answers: { parent: JupyterMessage; value: string }[] = [];
  /** What the kernel remembers of before; null while it has no time to answer. */
  const memory: { sources: string[] | null } = { sources: [] };
  const assist = {
    history: async () =>
      memory.sources === null ? { ok: false, why: 'busy' } : { ok: true, value: memory.sources },
  };
  let serial = 0;
  let place: { epoch: string; seq: number } | null = null;
  const opensBehind = (seq: number) => {
    place = { epoch: 'e', seq };
    channelStore.setState({ from: seq + 1 });
  };
  const service = {
    async attach(appId: string, kernelId: string, after?: { epoch: string; seq: number }) {
      attaches.push(after);
      if (after) opensBehind(after.seq);
      return {
        appId,
        kernelId,
        get place() {
          return place;
        },
        isCatchingUp: false,
        store: channelStore,
        assist,
        onDidReceive: received.event,
        onDidReset: reset.event,
        answerInput: (parent: JupyterMessage, value: string) => void answers.push({ parent, value }),
        sendComm: () => true,
        interrupt: async () => undefined,
        restart: async () => undefined,
        dispose: () => undefined,
      };
    },
  };
  return {
    service,
    attaches,
    answers,
    memory,
    reset,
    channelStore,
    /** The line that was asked for without a place stands, and tells what comes behind this number. */
    opensBehind,
    /** A message of the kernel about an execution. */
    // oxlint-disable-next-line max-params -- reads as one line in tests
    say(executionId: string, type: string, content: JsonObject, seq: number | null = null) {
      const message = createMessage({
        channel: type === 'input_request' ? 'stdin' : 'iopub',
        type,
        content,
        id: `m${++serial}`,
        session: 's',
        date: '2026-11-23T00:00:00.000Z',
        parent: { msg_id: executionId, msg_type: 'execute_request' },
      });
      if (seq !== null) place = { epoch: 'e', seq };
      received.fire({ message, seq, direction: 'out', isReplay: false });
    },
  };
}

/** A notebook file with these code cells. */
export function notebookFile(...sources: readonly string[]): string {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    execution_count: null,
    id: `cell-${index}`,
    metadata: {},
    outputs: [],
    source,
  }));
  return `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}
