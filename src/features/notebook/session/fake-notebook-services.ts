/** The world around a notebook session, in memory, for tests: files with hashes, a document, executions, a kernel. */
import {
  type Execution,
  problem,
  ProblemError,
  type StudioDocument,
  type StudioEvent,
} from '@atelier-ide/contract';
import { createMessage, type JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { createStore } from 'zustand/vanilla';
import { Emitter } from '@/base/emitter.ts';
import type { SaveCondition } from '@/services/files/files-service.ts';
import type { ExecutionItem } from '@/services/executions/executions-service.ts';
import type { KernelChannelState, ReceivedMessage } from '@/services/jupyter/kernels-service.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import { NotebookSession, type NotebookServices } from './notebook-session.ts';

/** A stand-in for the content hash: equal for equal texts. */
export const hashOfText = (text: string) => `${text.length}-${hashSource(text)}`;

export function createFakeWorld(files: Record<string, string> = {}) {
  const clock = createFakeClock();
  const disk = new Map(Object.entries(files));
  const writes: { path: string; text: string; condition: SaveCondition }[] = [];
  const failures: Error[] = [];
  const notices: { what: string; error: unknown }[] = [];
  const recorded: string[] = [];
  const submitted: ExecutionItem[][] = [];
  const commands: string[] = [];
  const attaches: ({ epoch: string; seq: number } | undefined)[] = [];
  const answers: { parent: JupyterMessage; value: string }[] = [];
  const events = new Emitter<StudioEvent>();
  const received = new Emitter<ReceivedMessage>();
  const reset = new Emitter<void>();
  const channelStore = createStore<KernelChannelState>(() => ({ state: 'idle', since: 0, language: null }));
  const executions = createStore<{ isLoaded: boolean; byId: Record<string, Execution> }>(() => ({
    isLoaded: true,
    byId: {},
  }));
  const documents = createStore<{ byId: Record<string, StudioDocument> }>(() => ({ byId: {} }));
  const compute = createStore(() => ({
    isLoaded: true,
    domain: null,
    images: [image],
    instanceTypes: [],
    apps: [{ id: 'app-1', imageId: image.id, instanceType: 'ml.t3.medium' }],
    instances: [],
  }));
  let serial = 0;
  let onChooseEnvironment = () => undefined as void;

  const read = (path: string) => {
    const text = disk.get(path);
    if (text === undefined) throw new ProblemError(problem('not-found', 'There is no such file.'));
    return { text, hash: hashOfText(text), size: text.length, modifiedAt: '', writable: true };
  };
  const check = (path: string, condition: SaveCondition) => {
    const now = disk.get(path);
    const isFine =
      condition === 'any' ||
      (condition === 'new' ? now === undefined : now !== undefined && hashOfText(now) === condition.hash);
    if (!isFine) throw new ProblemError(problem('changed-on-disk', 'The file changed.'));
  };

  const services = {
    clock,
    files: {
      isAtomic: true,
      readText: async (path: string) => read(path),
      async writeText(path: string, text: string, condition: SaveCondition) {
        await Promise.resolve();
        const failure = failures.shift();
        if (failure) throw failure;
        check(path, condition);
        writes.push({ path, text, condition });
        disk.set(path, text);
        return { hash: hashOfText(text), size: text.length, modifiedAt: '' };
      },
      checkpoint: async () => undefined,
    },
    documents: {
      store: documents,
      async open({ path }: { path: string }) {
        const document =
          documents.getState().byId['doc-1'] ?? documentOf(path, { generation: 1, state: 'none' });
        documents.setState({ byId: { 'doc-1': document } });
        return document;
      },
    },
    executions: {
      newId: () => `execution-${String(++serial).padStart(4, '0')}`,
      of: () => ({
        store: executions,
        endsWithPage: false,
        async submit(items: readonly ExecutionItem[]) {
          submitted.push([...items]);
          for (const [position, item] of items.entries()) world.tellExecution(item.id, { ...item, position });
        },
        remove: async () => undefined,
        async recorded(ids: readonly string[]) {
          recorded.push(...ids);
          for (const id of ids) world.tellExecution(id, { recorded: true });
        },
        dispose: () => undefined,
      }),
    },
    kernels: {
      async attach(appId: string, kernelId: string, after?: { epoch: string; seq: number }) {
        attaches.push(after);
        return {
          appId,
          kernelId,
          store: channelStore,
          onDidReceive: received.event,
          onDidReset: reset.event,
          answerInput: (parent: JupyterMessage, value: string) => void answers.push({ parent, value }),
          interrupt: async () => undefined,
          restart: async () => undefined,
          dispose: () => undefined,
        };
      },
    },
    events: { onDidReceive: events.event },
    compute: { store: compute },
    commands: {
      async run(id: string) {
        commands.push(id);
        onChooseEnvironment();
      },
    },
    notifications: { error: (what: string, error: unknown) => void notices.push({ what, error }) },
    log: { debug: () => undefined, warn: () => undefined, error: () => undefined },
  };

  const world = {
    clock,
    disk,
    writes,
    failures,
    notices,
    recorded,
    submitted,
    commands,
    attaches,
    answers,
    events,
    reset,
    channelStore,
    documents,
    async open(path = 'n.ipynb') {
      const session = new NotebookSession(path, services as unknown as NotebookServices, clock);
      await clock.settle();
      return session;
    },
    bind(state: StudioDocument['binding']['state'], kernelId = 'kernel-1') {
      const before = documents.getState().byId['doc-1'];
      const path = before?.path ?? 'n.ipynb';
      const binding = {
        generation: (before?.binding.generation ?? 0) + 1,
        state,
        appId: 'app-1',
        kernelId,
        kernelName: 'python3',
      };
      documents.setState({ byId: { 'doc-1': documentOf(path, binding) } });
    },
    onChooseEnvironment(run: () => void) {
      onChooseEnvironment = run;
    },
    /** Makes or changes an execution as an event of the server would. */
    tellExecution(id: string, change: Partial<Execution>) {
      const { byId } = executions.getState();
      const { code: _, ...rest } = change as Partial<ExecutionItem>;
      executions.setState({ byId: { ...byId, [id]: { ...(byId[id] ?? queuedExecution(id)), ...rest } } });
    },
    /** A message of the kernel about an execution. */
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
      received.fire({ message, seq, direction: 'out', isReplay: false });
    },
    /** A whole run: busy, count, text, idle. */
    runsTo(executionId: string, text: string, count = 1) {
      world.tellExecution(executionId, { state: 'running', startedAt: '2026-11-23T00:00:00.000Z' });
      world.say(executionId, 'status', { execution_state: 'busy' });
      world.say(executionId, 'execute_input', { execution_count: count, code: '' });
      if (text !== '') world.say(executionId, 'stream', { name: 'stdout', text });
      world.say(executionId, 'status', { execution_state: 'idle' });
      world.tellExecution(executionId, {
        state: 'done',
        executionCount: count,
        endedAt: '2026-11-23T00:00:01.000Z',
      });
    },
  };
  return world;
}

const image = {
  id: 'data-science',
  displayName: 'Data Science',
  version: '3.1',
  kernels: [{ name: 'python3', displayName: 'Python 3 (Data Science)', language: 'python' }],
  aliases: ['datascience-1.0'],
};

function documentOf(path: string, binding: StudioDocument['binding']): StudioDocument {
  return {
    id: 'doc-1',
    path,
    kind: 'notebook',
    binding,
    proposal: { imageId: null, kernelName: null, instanceType: null, source: 'default' },
    lease: { fence: 0 },
  };
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
