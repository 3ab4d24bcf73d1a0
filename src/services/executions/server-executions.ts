import {
  type Execution,
  ProblemError,
  type Queue,
  type StudioClient,
  type StudioEvent,
} from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import { createBackOff } from '../back-off.ts';
import { type Clock, sleep } from '../clock.ts';
import type { EventStream } from '../studio-api/event-stream.ts';
import { type ExecutionsById, without, withExecutions } from './executions-by-id.ts';
import type { DocumentExecutions, ExecutionItem } from './executions-service.ts';
import { createExecutionsStore } from './executions-store.ts';

/**
 * The executions of one document where the server owns the queue. What a person submits while the server cannot be
 * reached waits here, in order, and is sent when it can; an id runs once, so sending again is safe. The store shows
 * such cells as queued at once. What is dropped while it is not known to be there is named to the server before anything
 * else is: requests overtake each other.
 */
export type ServerExecutionsConfig = {
  documentId: string;
  api: StudioClient;
  events: EventStream;
  clock: Clock;
  log: LogService;
};

/** "Run all" makes events faster than a page can draw; a store that changes this often is drawn at every change. */
const BURST_MS = 32;

type Submission = { items: ExecutionItem[]; stopOnError: boolean };

/** Makes the view on the server’s queue for one document. */
export function createServerExecutions(config: ServerExecutionsConfig): DocumentExecutions {
  return new ServerQueue(config);
}

class ServerQueue implements DocumentExecutions {
  readonly store = createExecutionsStore();
  readonly endsWithPage = false;
  readonly #config: ServerExecutionsConfig;
  readonly #owned = new DisposableStore();
  readonly #ended = new AbortController();
  /** Ends when the server has answered for all that was submitted so far. */
  #answered = Promise.resolve();
  /** Ends when the server has taken all that was submitted so far. */
  #sending: Promise<void> | null = null;
  #loads = 0;
  /** Submitted here and not yet answered for by the server, with what to call when it tells of them. */
  readonly #unsent = new Map<string, () => void>();
  /** Of these, what is not to begin any more. */
  readonly #dropped = new Set<string>();
  /** Events that came while a list is being read: the list may be older. */
  #missed: Execution[] | null = null;
  /** Events that the store does not show yet. */
  #heard: Execution[] = [];
  #showing: Disposable | null = null;
  /** When an end was last shown without waiting. */
  #endShown = Number.NEGATIVE_INFINITY;

  constructor(config: ServerExecutionsConfig) {
    this.#config = config;
    this.#owned.add(toDisposable(() => this.#ended.abort()));
    this.#owned.add(toDisposable(() => this.#showing?.dispose()));
    this.#owned.add(config.events.onDidReceive((event) => this.#hear(event)));
    void this.#load();
  }

  async submit(items: readonly ExecutionItem[], stopOnError: boolean): Promise<void> {
    const queuedAt = new Date(this.#config.clock.now()).toISOString();
    const { documentId } = this.#config;
    // Also what was heard a moment ago and is not shown yet: an end that is not counted would put the cell behind itself.
    const byId = withExecutions(this.store.getState().byId, this.#heard);
    const ahead = Object.values(byId).filter(({ state }) => !isFinished(state)).length;
    const fresh = items
      .map((item, index) => waitingExecution(documentId, item, { position: ahead + index, queuedAt }))
      .filter((one) => !byId[one.id]);
    // Its events come before its answer, which waits until all of it is kept.
    const told = new Promise<void>((resolve) => {
      for (const { id } of fresh) this.#unsent.set(id, resolve);
    });
    // On its way before the page draws the cells as queued: drawing takes longer than the server needs to begin.
    const sent = this.#sendInTurn({ items: [...items], stopOnError }, told);
    this.#change((book) => withExecutions(book, fresh));
    try {
      await sent;
    } catch (error) {
      const gone = fresh.map(({ id }) => id);
      this.#change((book) => without(book, gone));
      throw error;
    } finally {
      for (const { id } of fresh) {
        this.#unsent.delete(id);
        this.#dropped.delete(id);
      }
    }
  }

  async dropAndThen(act: () => Promise<void>): Promise<void> {
    for (const id of this.#unsent.keys()) this.#dropped.add(id);
    // What is known to wait for a kernel that is there goes with what is done to that kernel.
    const early = Object.values(this.store.getState().byId).filter(
      ({ state, kernelId }) => state === 'queued' && kernelId === '',
    );
    const done = early.length === 0 ? act() : this.#tryToDrop(early.map(({ id }) => id)).then(act);
    this.#takeTurn(
      done.catch(() => undefined),
      this.#sending,
    );
    await done;
  }

  async remove(executionId: string): Promise<void> {
    await this.#config.api.call('deleteExecution', { params: { id: executionId } });
    this.#change((book) => {
      const known = book[executionId];
      if (!known || isFinished(known.state)) return book;
      return withExecutions(book, [{ ...known, state: 'aborted', cause: 'Removed from the queue.' }]);
    });
  }

  queue(): Promise<Queue> {
    return this.#config.api.call('getQueue', { params: { id: this.#config.documentId } });
  }

  async move(executionId: string, position: number, seen: readonly string[]): Promise<void> {
    const body = { position, seen: [...seen] };
    const moved = await this.#config.api.call('patchExecution', { params: { id: executionId }, body });
    this.#change((book) => withExecutions(book, moved.documentId === this.#config.documentId ? [moved] : []));
  }

  async recorded(executionIds: readonly string[]): Promise<void> {
    if (executionIds.length === 0) return;
    const body = { executionIds: [...executionIds] };
    await this.#config.api.call('recordExecutions', { params: { id: this.#config.documentId }, body });
    this.#change((book) => {
      const known = executionIds.flatMap((id) => book[id] ?? []);
      return withExecutions(
        book,
        known.map((one) => ({ ...one, recorded: true })),
      );
    });
  }

  async seen(executionIds: readonly string[]): Promise<void> {
    const body = { executionIds: [...executionIds] };
    await this.#config.api.call('seeExecutions', { params: { id: this.#config.documentId }, body });
    this.#change((book) => {
      const known = executionIds.flatMap((id) => book[id] ?? []);
      return withExecutions(
        book,
        known.map(({ unseen: _, ...one }) => one),
      );
    });
  }

  async result(executionId: string): Promise<string> {
    const { notebook } = await this.#config.api.call('getExecutionResult', { params: { id: executionId } });
    return notebook;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #change(step: (book: ExecutionsById) => ExecutionsById): void {
    const heard = this.#heard.splice(0);
    this.store.setState(({ byId }) => ({ byId: step(withExecutions(byId, heard)) }));
  }

  /** Shows an event at once; those that follow it closely are shown together a moment later. */
  #show(): void {
    if (this.#showing || this.#heard.length === 0) return;
    this.#change((book) => book);
    this.#showing = this.#config.clock.after(BURST_MS, () => {
      this.#showing = null;
      this.#show();
    });
  }

  #hear(event: StudioEvent): void {
    if (event.type === 'reset') void this.#load();
    if (event.type !== 'execution' || event.execution.documentId !== this.#config.documentId) return;
    this.#unsent.get(event.execution.id)?.();
    this.#missed?.push(event.execution);
    this.#heard.push(event.execution);
    // The end of a cell is what a person waits for; only one of many in a row waits for the others.
    const now = this.#config.clock.now();
    if (isFinished(event.execution.state) && now - this.#endShown >= BURST_MS) {
      this.#endShown = now;
      this.#showing?.dispose();
      this.#showing = null;
    }
    this.#show();
  }

  async #load(): Promise<void> {
    const mine = ++this.#loads;
    const { clock, log, documentId } = this.#config;
    const backOff = createBackOff(clock);
    backOff.next();
    while (mine === this.#loads && !this.#ended.signal.aborted) {
      try {
        await this.#loadOnce(mine);
        return;
      } catch (error) {
        log.warn('The executions of a document were not read', { documentId, error: String(error) });
        // A refusal stays one; only the network gets better by waiting. A `reset` begins again.
        if (error instanceof ProblemError && !isAway(error)) {
          if (mine === this.#loads) this.#missed = null;
          return;
        }
        await this.#pause(backOff.next());
      }
    }
  }

  async #loadOnce(mine: number): Promise<void> {
    const missed: Execution[] = [];
    this.#missed = missed;
    const listed = await this.#config.api.all('listExecutions', { params: { id: this.#config.documentId } });
    if (mine !== this.#loads) return;
    const waiting = Object.values(this.store.getState().byId).filter((one) => this.#unsent.has(one.id));
    const byId = withExecutions({}, [...listed, ...waiting, ...missed]);
    this.#missed = null;
    this.#heard = [];
    this.store.setState({ isLoaded: true, byId });
  }

  async #tryToDrop(ids: readonly string[]): Promise<void> {
    try {
      await this.#drop(ids);
    } catch (error) {
      // What is sent again later is dropped then, and whoever asked hears of what is done to the kernel.
      this.#config.log.warn('Cells were not dropped', { error: String(error) });
    }
  }

  /** Nothing of these begins any more; what the server does not know has not arrived yet. */
  async #drop(executionIds: readonly string[]): Promise<void> {
    const { api, documentId } = this.#config;
    const body = { executionIds: [...executionIds] };
    const { items } = await api.call('dropExecutions', { params: { id: documentId }, body });
    const known = new Set(items.map(({ id }) => id));
    this.#change((book) => {
      const left = executionIds.flatMap((id) => (known.has(id) ? [] : (book[id] ?? [])));
      const aborted = left.map((one): Execution => ({ ...one, state: 'aborted', cause: 'Interrupted' }));
      return withExecutions(book, [...items, ...aborted]);
    });
  }

  /** What was submitted earlier is taken first; where nothing is on its way, this goes at once. */
  #sendInTurn(body: Submission, told: Promise<void>): Promise<void> {
    const before = this.#answered;
    const sent =
      this.#sending === null ? this.#send(body, before) : this.#sending.then(() => this.#send(body, before));
    const answered = sent.catch(() => undefined);
    this.#answered = Promise.all([before, answered]).then(() => undefined);
    this.#takeTurn(Promise.race([answered, told]));
    return sent;
  }

  /** What is submitted from now on is sent when this, and what is `before`, has ended. */
  #takeTurn(turn: Promise<void>, before: Promise<void> | null = null): void {
    const taken = Promise.all([turn, before]).then(() => {
      if (this.#sending === taken) this.#sending = null;
    });
    this.#sending = taken;
  }

  /** Sends until the server has answered, however long it is away; again only behind all that was submitted `before`. */
  async #send({ items, stopOnError }: Submission, before: Promise<void>): Promise<void> {
    const { api, clock, documentId } = this.#config;
    const backOff = createBackOff(clock);
    backOff.next();
    for (;;) {
      this.#ended.signal.throwIfAborted();
      try {
        const dropped = items.filter(({ id }) => this.#dropped.has(id) && !this.#hasEnded(id));
        if (dropped.length > 0) await this.#drop(dropped.map(({ id }) => id));
        const body = { items: items.filter(({ id }) => !this.#dropped.has(id)), stopOnError };
        if (body.items.length === 0) return;
        const answer = await api.call('createExecutions', { params: { id: documentId }, body });
        this.#change((book) => withExecutions(book, answer.items));
        // Dropped while it was on its way, and the server may not have heard of that.
        if (!body.items.some(({ id }) => this.#dropped.has(id) && !this.#hasEnded(id))) return;
      } catch (error) {
        if (error instanceof ProblemError && !isAway(error)) throw error;
        await this.#pause(backOff.next());
        // A server that was killed may have lost what it had taken.
        await before;
      }
    }
  }

  #hasEnded(id: string): boolean {
    const { state = 'queued' } = this.store.getState().byId[id] ?? {};
    return isFinished(state);
  }

  /** Waits, but no longer than until the server is there again. */
  async #pause(ms: number): Promise<void> {
    const wait = new AbortController();
    const end = () => wait.abort();
    const stop = this.#config.events.connection.subscribe((now, before) => {
      if (now.status === 'connected' && before.status !== 'connected') end();
    });
    this.#ended.signal.addEventListener('abort', end, { once: true });
    // Being woken early is what the signal is for.
    await sleep(this.#config.clock, ms, wait.signal).catch(() => undefined);
    stop();
    this.#ended.signal.removeEventListener('abort', end);
  }
}

/** The server is not there at the moment, or the session has to be renewed first: the cells wait. */
function isAway(error: ProblemError): boolean {
  const { status, code, body } = error.problem;
  // What is no problem of ours was said by somebody between: a proxy whose server is away.
  if (body !== undefined && (status === 404 || status >= 500)) return true;
  return status === 401 || status === 502 || status === 504 || (status === 503 && code !== 'app-not-running');
}

/** Shown until the server has taken it. */
function waitingExecution(
  documentId: string,
  item: ExecutionItem,
  { position, queuedAt }: { position: number; queuedAt: string },
): Execution {
  return {
    id: item.id,
    documentId,
    cellId: item.cellId,
    sourceHash: item.sourceHash,
    kernelId: '',
    state: 'queued',
    position,
    executionCount: null,
    queuedAt,
    recorded: false,
  };
}
