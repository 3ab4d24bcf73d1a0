import {
  type Binding,
  type Execution,
  executionSchema,
  problem,
  ProblemError,
  type Queue,
  queueShown,
} from '@atelier-ide/contract';
import { movedOrder } from '@atelier-ide/core/execution/queue-order.ts';
import {
  type ExecutionTracker,
  kernelDied,
  newTracker,
  track,
  trailLost,
  withdrawn,
} from '@atelier-ide/core/execution/tracker.ts';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { isJsonObject, type JsonValue } from '@atelier-ide/core/notebook/model.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { Clock } from '../clock.ts';
import type { DocumentsService } from '../documents/documents-service.ts';
import type { KernelChannel, KernelsService, ReceivedMessage } from '../jupyter/kernels-service.ts';
import { inOrder, without, withExecutions } from './executions-by-id.ts';
import type { DocumentExecutions, ExecutionItem } from './executions-service.ts';
import { createExecutionsStore } from './executions-store.ts';

/**
 * The queue of one document in this page, for backends without `executions`: one request at a time goes over the
 * kernel's socket. What was sent is kept in the browser with its place in the journal, so that a reloaded page goes
 * on following it; what only waited ends with the page. A running request ends by reply and idle, by the death of
 * its kernel, or, when the kernel is idle and no reply comes, as unknown.
 */
export type BrowserExecutionsConfig = {
  documentId: string;
  documents: Pick<DocumentsService, 'store'>;
  kernels: Pick<KernelsService, 'attach'>;
  storage: StorageService;
  clock: Clock;
  log: LogService;
};

/** How long after the kernel's idle a reply may still come. */
const REPLY_GRACE_MS = 5_000;

type Waiting = { id: string; code: string; cellId: string; submission: number; stopOnError: boolean };
type Running = {
  tracker: ExecutionTracker;
  submission: number;
  stopOnError: boolean;
  /** It was interrupted from here: what waits was submitted since. */
  isInterrupted?: boolean;
};

/** Makes the queue of one document for a backend without `executions`. */
export function createBrowserExecutions(config: BrowserExecutionsConfig): DocumentExecutions {
  return new BrowserQueue(config);
}

class BrowserQueue implements DocumentExecutions {
  readonly store = createExecutionsStore();
  readonly endsWithPage = true;
  readonly #config: BrowserExecutionsConfig;
  readonly #owned = new DisposableStore();
  readonly #key: string;
  #waiting: Waiting[] = [];
  #running: Running | null = null;
  #submissions = 0;
  /** Interrupts and restarts that are on their way: they are not meant for what is sent now. */
  #controls = 0;
  /** The kernel that requests go to, `app/kernel`. */
  #address = '';
  #channel: KernelChannel | null = null;
  #line: DisposableStore | null = null;
  #lost: Disposable | null = null;

  constructor(config: BrowserExecutionsConfig) {
    this.#config = config;
    this.#key = `executions.${config.documentId}`;
    this.#restore();
    this.#owned.add(toDisposable(config.documents.store.subscribe(() => this.#follow())));
    this.#owned.add(toDisposable(() => this.#leave()));
    this.#follow();
  }

  async submit(items: readonly ExecutionItem[], stopOnError: boolean): Promise<void> {
    const binding = this.#binding();
    if (!binding || binding.state === 'none' || binding.state === 'ended') {
      throw new ProblemError(
        problem('conflict', 'The document has no kernel. Nothing was run. Choose a kernel.'),
      );
    }
    const submission = ++this.#submissions;
    const queuedAt = this.#now();
    const { documentId } = this.#config;
    const kernelId = binding.kernelId ?? '';
    const known = new Set(Object.keys(this.store.getState().byId));
    const told: Execution[] = [];
    for (const { id, cellId, code, sourceHash, mayFail = false } of items) {
      if (known.has(id)) continue;
      known.add(id);
      const position = this.#waiting.length + (this.#running ? 1 : 0);
      this.#waiting.push({ id, code, cellId, submission, stopOnError: stopOnError && !mayFail });
      told.push({
        id,
        documentId,
        cellId,
        sourceHash,
        kernelId,
        state: 'queued',
        position,
        executionCount: null,
        queuedAt,
        recorded: false,
      });
    }
    this.#tell(told);
    this.#pump();
  }

  async dropAndThen(act: () => Promise<void>): Promise<void> {
    if (this.#running) this.#running = { ...this.#running, isInterrupted: true };
    this.#withdraw(() => true, 'Interrupted.');
    this.#controls += 1;
    try {
      await act();
    } finally {
      this.#controls -= 1;
      this.#pump();
    }
  }

  async remove(executionId: string): Promise<void> {
    const waiting = this.#waiting.find((one) => one.id === executionId);
    if (!waiting)
      throw new ProblemError(problem('conflict', 'The cell has begun to run. Interrupt the kernel instead.'));
    this.#withdraw((one) => one.id === executionId, 'Removed from the queue.');
  }

  async queue(): Promise<Queue> {
    const { byId } = this.store.getState();
    const running = this.#running ? [this.#running.tracker.msgId] : [];
    const ids = [...running, ...this.#waiting.map(({ id }) => id)];
    return { items: ids.slice(0, queueShown).flatMap((id) => byId[id] ?? []), total: ids.length };
  }

  async move(executionId: string, position: number, seen: readonly string[]): Promise<void> {
    const waiting = new Map(this.#waiting.map((one) => [one.id, one]));
    if (!waiting.has(executionId))
      throw new ProblemError(problem('conflict', 'Only a cell that waits can be moved in the queue.'));
    const order = movedOrder([...waiting.keys()], this.#running !== null, {
      id: executionId,
      position,
      seen,
    });
    if (!order)
      throw new ProblemError(problem('stale-generation', 'The queue has changed. Move the cell again.'));
    this.#waiting = order.flatMap((id) => waiting.get(id) ?? []);
    this.#renumber();
  }

  async recorded(executionIds: readonly string[]): Promise<void> {
    const { byId } = this.store.getState();
    this.#tell(executionIds.flatMap((id) => (byId[id] ? { ...byId[id], recorded: true } : [])));
    this.#persist();
  }

  /** Nobody else could have told that no page was there. */
  async seen(): Promise<void> {}

  /** Nobody else writes the file: all outputs are this page's. */
  async result(): Promise<string> {
    throw new ProblemError(problem('not-found', 'The outputs are not kept by this server.'));
  }

  dispose(): void {
    this.#withdraw(() => true, 'The page was closed before the cell was sent.');
    this.#owned.dispose();
  }

  #binding() {
    return this.#config.documents.store.getState().byId[this.#config.documentId]?.binding;
  }

  /** Goes where the document is bound now. */
  #follow(): void {
    const binding = this.#binding();
    const kernel = binding ? kernelOf(binding) : null;
    const address = kernel ? `${kernel.app}/${kernel.id}` : '';
    if (binding?.state === 'none' || binding?.state === 'ended') {
      this.#withdraw(() => true, binding.failure?.message ?? 'The document has no kernel now.');
    }
    if (address === this.#address) return;
    const hadKernel = this.#address !== '';
    this.#address = address;
    if (hadKernel) {
      this.#leave();
      this.#withdraw(() => true, 'The document was moved to another kernel.');
      this.#end((tracker) => trailLost(tracker, 'The document was moved to another kernel.', this.#now()));
    }
    if (kernel) void this.#attach(kernel.app, kernel.id);
  }

  async #attach(appId: string, kernelId: string): Promise<void> {
    const address = this.#address;
    const running = this.#running && this.store.getState().byId[this.#running.tracker.msgId];
    const after = running?.kernelId === kernelId ? running.journal : undefined;
    try {
      const channel = await this.#config.kernels.attach(appId, kernelId, after);
      if (this.#address !== address || this.#owned.isDisposed) {
        channel.dispose();
        return;
      }
      const line = new DisposableStore();
      line.add(channel);
      line.add(channel.onDidReceive((received) => this.#receive(received)));
      line.add(toDisposable(channel.store.subscribe(() => this.#look())));
      this.#line = line;
      this.#channel = channel;
      this.#look();
    } catch (error) {
      this.#config.log.error('The kernel of a document was not reached', error);
      if (this.#address === address) this.#address = '';
      this.#withdraw(() => true, 'The kernel cannot be reached.');
    }
  }

  #leave(): void {
    this.#lost?.dispose();
    this.#lost = null;
    this.#channel = null;
    this.#line?.dispose();
    this.#line = null;
  }

  /** The kernel's state changed: the next request may go, or the running one has lost its trail. */
  #look(): void {
    const state = this.#channel?.store.getState().state;
    if (state === 'dead') this.#kernelEnded('The kernel died.');
    if (state !== 'idle') {
      this.#lost?.dispose();
      this.#lost = null;
    } else if (this.#running && !this.#lost) {
      this.#lost = this.#config.clock.after(REPLY_GRACE_MS, () => {
        this.#lost = null;
        this.#end((tracker) =>
          trailLost(tracker, 'The kernel is idle, but its reply did not arrive.', this.#now()),
        );
      });
    }
    this.#pump();
  }

  #receive({ message, seq, direction }: ReceivedMessage): void {
    const running = this.#running;
    if (direction === 'in') {
      const epoch = this.#channel?.place?.epoch;
      if (running?.tracker.msgId !== message.header.msg_id || seq === null || epoch === undefined) return;
      const known = this.store.getState().byId[running.tracker.msgId];
      if (known) this.#tell([{ ...known, journal: { epoch, seq } }]);
      this.#persist();
      return;
    }
    const death = deathIn(message);
    if (death !== null) {
      this.#kernelEnded(death);
      return;
    }
    const isInterrupt =
      message.header.msg_type === 'execute_reply' && message.content['ename'] === 'KeyboardInterrupt';
    if (isInterrupt && running?.isInterrupted !== true) this.#withdraw(() => true, 'Interrupted.');
    if (running) this.#step(running, track(running.tracker, message));
  }

  #step(running: Running, tracker: ExecutionTracker): void {
    if (tracker === running.tracker) return;
    const before = running.tracker.state;
    this.#running = isFinished(tracker.state) ? null : { ...running, tracker };
    const known = this.store.getState().byId[tracker.msgId];
    if (known) this.#tell([executionOf(known, tracker)]);
    if (tracker.state !== before) this.#persist();
    if (!isFinished(tracker.state)) return;
    this.#lost?.dispose();
    this.#lost = null;
    if (tracker.state === 'error' && running.stopOnError) {
      this.#withdraw((one) => one.submission === running.submission, 'An earlier cell failed.');
    }
    this.#pump();
  }

  #end(step: (tracker: ExecutionTracker) => ExecutionTracker): void {
    if (this.#running) this.#step(this.#running, step(this.#running.tracker));
  }

  #kernelEnded(cause: string): void {
    this.#withdraw(() => true, cause);
    this.#end((tracker) => kernelDied(tracker, cause, this.#now()));
  }

  #withdraw(which: (one: Waiting) => boolean, cause: string): void {
    const gone = this.#waiting.filter(which);
    this.#waiting = this.#waiting.filter((one) => !which(one));
    if (gone.length === 0) return;
    const { byId } = this.store.getState();
    const end = (id: string) => withdrawn(newTracker(id), cause, this.#now());
    this.#tell(gone.flatMap(({ id }) => (byId[id] ? executionOf(byId[id], end(id)) : [])));
    this.#renumber();
  }

  #pump(): void {
    const next = this.#waiting[0];
    const channel = this.#channel;
    const state = channel?.store.getState().state;
    if (this.#running || this.#controls > 0 || !next || !channel || (state !== 'idle' && state !== 'busy'))
      return;
    try {
      channel.execute({ id: next.id, code: next.code, cellId: next.cellId });
    } catch (error) {
      // The line is cut at this moment; the change of state that follows comes here again.
      this.#config.log.debug('A cell waits for its kernel', { error: String(error) });
      return;
    }
    this.#waiting.shift();
    this.#running = {
      tracker: newTracker(next.id),
      submission: next.submission,
      stopOnError: next.stopOnError,
    };
    const known = this.store.getState().byId[next.id];
    if (known) this.#tell([{ ...known, kernelId: channel.kernelId }]);
    this.#persist();
    this.#renumber();
  }

  #renumber(): void {
    const first = this.#running ? 1 : 0;
    const { byId } = this.store.getState();
    const moved = this.#waiting.flatMap(({ id }, index) => {
      const known = byId[id];
      return known && known.position !== first + index ? { ...known, position: first + index } : [];
    });
    this.#tell(moved);
  }

  #tell(executions: readonly Execution[]): void {
    if (executions.length === 0) return;
    this.store.setState((state) => ({ byId: withExecutions(state.byId, executions) }));
  }

  /** What was sent and is not in the file yet. */
  #persist(): void {
    const waiting = new Set(this.#waiting.map((one) => one.id));
    const kept = inOrder(this.store.getState().byId).filter((one) => !waiting.has(one.id) && !one.recorded);
    if (kept.length === 0) this.#config.storage.remove(this.#key);
    else this.#config.storage.set(this.#key, kept.map((one) => ({ ...one })) as unknown as JsonValue);
  }

  #restore(): void {
    const stored = this.#config.storage.get(this.#key);
    const kept = (Array.isArray(stored) ? stored : []).flatMap((value) => {
      const parsed = executionSchema.safeParse(value);
      return parsed.success ? parsed.data : [];
    });
    const book = withExecutions({}, kept);
    const open = inOrder(book).filter((one) => !isFinished(one.state));
    const last = open.pop();
    const byId = without(
      book,
      open.map((one) => one.id),
    );
    if (last) this.#running = { tracker: newTracker(last.id), submission: 0, stopOnError: false };
    this.store.setState({ isLoaded: true, byId });
  }

  #now(): string {
    return new Date(this.#config.clock.now()).toISOString();
  }
}

/** The document's kernel; while a switch is under way, the former one. */
function kernelOf({ state, appId, kernelId }: Binding): { app: string; id: string } | null {
  if (state !== 'bound' && state !== 'switching') return null;
  return appId !== undefined && kernelId !== undefined ? { app: appId, id: kernelId } : null;
}

/** The contract's execution with what the tracker has learnt. */
function executionOf(known: Execution, tracker: ExecutionTracker): Execution {
  const { waitingForInput: _, ...rest } = known;
  const { input, startedAt, endedAt, cause } = tracker;
  return {
    ...rest,
    state: tracker.state,
    executionCount: tracker.executionCount ?? known.executionCount,
    position: 0,
    ...(startedAt === undefined ? {} : { startedAt: utc(startedAt) }),
    ...(endedAt === undefined ? {} : { endedAt: utc(endedAt) }),
    ...(cause === undefined ? {} : { cause }),
    ...(input ? { waitingForInput: { prompt: input.prompt, password: input.password } } : {}),
  };
}

/** Kernels give their times with an offset or none; the contract wants UTC. */
function utc(time: string): string {
  const parsed = Date.parse(time);
  return new Date(Number.isNaN(parsed) ? 0 : parsed).toISOString();
}

/** Why the kernel is gone, when this message says so. */
function deathIn({ header, content }: JupyterMessage): string | null {
  if (header.msg_type === 'shutdown_reply' && isJsonObject(content)) return 'The kernel was restarted.';
  if (header.msg_type !== 'status') return null;
  switch (content['execution_state']) {
    case 'restarting':
    case 'autorestarting':
      return 'The kernel died and was started again.';
    case 'dead':
      return 'The kernel died.';
    default:
      return null;
  }
}
