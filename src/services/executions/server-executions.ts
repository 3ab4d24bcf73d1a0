import { type Execution, ProblemError, type StudioClient, type StudioEvent } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import { createBackOff } from '../back-off.ts';
import { type Clock, sleep } from '../clock.ts';
import type { EventStream } from '../studio-api/event-stream.ts';
import { type Book, without, withExecution } from './execution-book.ts';
import type { DocumentExecutions, ExecutionItem } from './executions-service.ts';
import { createExecutionsStore } from './executions-store.ts';

/**
 * The executions of one document where the server owns the queue. What a person submits while the server cannot be
 * reached waits here, in order, and is sent when it can; an id runs once, so sending again is safe. The store shows
 * such cells as queued at once.
 */
export type ServerExecutionsConfig = {
  documentId: string;
  api: StudioClient;
  events: EventStream;
  clock: Clock;
  log: LogService;
};

export function createServerExecutions(config: ServerExecutionsConfig): DocumentExecutions {
  const { documentId, api, clock, log } = config;
  const store = createExecutionsStore();
  const owned = new DisposableStore();
  const ended = new AbortController();
  owned.add(toDisposable(() => ended.abort()));
  let sending: Promise<void> = Promise.resolve();
  let loads = 0;
  /** Events that came while a list is being read: the list may be older. */
  let missed: Execution[] = [];

  const change = (step: (book: Book) => Book) => store.setState((state) => ({ byId: step(state.byId) }));
  const params = { id: documentId };

  async function load(): Promise<void> {
    const mine = ++loads;
    missed = [];
    const listed = await api.all('listExecutions', { params });
    if (mine !== loads) return;
    const waiting = Object.values(store.getState().byId).filter((one) => one.kernelId === '');
    const byId = [...listed, ...waiting, ...missed].reduce<Book>(withExecution, {});
    store.setState({ isLoaded: true, byId });
  }

  async function loadUntilDone(): Promise<void> {
    const backOff = createBackOff(clock);
    backOff.next();
    while (!ended.signal.aborted) {
      try {
        await load();
        return;
      } catch (error) {
        log.warn('The executions of a document were not read', { documentId, error: String(error) });
        // A refusal stays one; only the network gets better by waiting. `reset` and `hello` begin again.
        if (error instanceof ProblemError && error.problem.status < 500) return;
        await sleep(clock, backOff.next(), ended.signal).catch(() => undefined);
      }
    }
  }

  function hear(event: StudioEvent) {
    if (event.type === 'reset') void loadUntilDone();
    if (event.type !== 'execution' || event.execution.documentId !== documentId) return;
    missed.push(event.execution);
    change((book) => withExecution(book, event.execution));
  }

  /** Waits until the request got an answer, however long the server is away. */
  async function send(items: readonly ExecutionItem[], stopOnError: boolean): Promise<void> {
    const backOff = createBackOff(clock);
    backOff.next();
    for (;;) {
      ended.signal.throwIfAborted();
      try {
        const body = { items: [...items], stopOnError };
        const answer = await api.call('createExecutions', { params, body });
        change((book) => answer.items.reduce(withExecution, book));
        return;
      } catch (error) {
        if (error instanceof ProblemError && !isAway(error)) throw error;
        await untilConnected(backOff.next());
      }
    }
  }

  async function untilConnected(ms: number): Promise<void> {
    const wait = new AbortController();
    const stop = config.events.connection.subscribe((now, before) => {
      if (now.status === 'connected' && before.status !== 'connected') wait.abort();
    });
    const end = () => wait.abort();
    ended.signal.addEventListener('abort', end, { once: true });
    await sleep(clock, ms, wait.signal).catch(() => undefined);
    stop();
    ended.signal.removeEventListener('abort', end);
  }

  owned.add(config.events.onDidReceive(hear));
  void loadUntilDone();

  return {
    store,
    endsWithPage: false,
    submit(items, stopOnError) {
      const queuedAt = new Date(clock.now()).toISOString();
      const fresh = items.map((item, position) => waitingExecution(documentId, item, { position, queuedAt }));
      change((book) => fresh.reduce((now, one) => (now[one.id] ? now : withExecution(now, one)), book));
      const sent = sending.then(() => send(items, stopOnError));
      sending = sent.catch(() => undefined);
      return sent.catch((error: unknown) => {
        const ids = new Set(items.map((item) => item.id));
        change((book) => {
          const lost = Object.values(book).filter((one) => ids.has(one.id) && one.kernelId === '');
          return lost.reduce((now, one) => without(now, one.id), book);
        });
        throw error;
      });
    },
    async remove(executionId) {
      await api.call('deleteExecution', { params: { id: executionId } });
      change((book) => {
        const known = book[executionId];
        if (!known || isFinished(known.state)) return book;
        return withExecution(book, { ...known, state: 'aborted', cause: 'Removed from the queue.' });
      });
    },
    async recorded(executionIds) {
      if (executionIds.length === 0) return;
      await api.call('recordExecutions', { params, body: { executionIds: [...executionIds] } });
      change((book) =>
        executionIds.reduce((now, id) => {
          const known = now[id];
          return known ? { ...now, [id]: { ...known, recorded: true } } : now;
        }, book),
      );
    },
    dispose: () => owned.dispose(),
  };
}

/** The server is not there at the moment, or the session has to be renewed first: the cells wait. */
function isAway(error: ProblemError): boolean {
  const { status } = error.problem;
  return status === 401 || status === 502 || status === 503 || status === 504;
}

/** Shown until the server has taken it; an empty `kernelId` marks that it has not. */
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
