/**
 * Which page writes a document. While this page's stream of events stands, the server knows that it is there; without
 * one it says so every few seconds. A document that another page writes is watched: it
 * is asked for when that page leaves it, and taken when a person edits here. Nothing here is needed for a save to be
 * safe; it keeps two writers from getting in each other's way.
 */
import { ProblemError, type StudioClient, type StudioEvent } from '@atelier-ide/contract';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { Clock } from '../clock.ts';
import type { EventStream } from '../studio-api/event-stream.ts';
import type { DocumentLease, LeaseState } from './documents-service.ts';
import { createLeaseStore } from './lease-store.ts';

export type LeaseConfig = {
  documentId: string;
  /** The name of this page. */
  page: string;
  api: StudioClient;
  events: EventStream;
  clock: Clock;
  log: LogService;
  didEnd(): void;
};

const RENEW_MS = 6_000;
/** The server's 20 s, less what an answer may take. */
const TRUST_MS = 17_000;

/** Asks at once. */
export function createDocumentLease(config: LeaseConfig): DocumentLease {
  return new PageLease(config);
}

/** For documents that are in no file, and servers that know no leases. */
export function createNoLease(): DocumentLease {
  return {
    store: createLeaseStore(),
    onDidFindWritten: () => toDisposable(() => undefined),
    settled: () => Promise.resolve(),
    fenceForSave: () => Promise.resolve(null),
    didLose: () => undefined,
    dispose: () => undefined,
  };
}

class PageLease implements DocumentLease {
  readonly store = createLeaseStore();
  readonly #config: LeaseConfig;
  readonly #owned = new DisposableStore();
  readonly #written = this.#owned.add(new Emitter<string>());
  #asking: Promise<void> | null = null;
  /** When the answer was asked for that says that it is held. */
  #heldAt = Number.NEGATIVE_INFINITY;
  #timer: Disposable | null = null;
  #known: string | null = null;

  readonly onDidFindWritten = this.#written.event;

  constructor(config: LeaseConfig) {
    this.#config = config;
    this.#owned.add(config.events.onDidReceive((event) => this.#hear(event)));
    this.#owned.add(
      toDisposable(
        config.events.connection.subscribe((now, before) => {
          // The end of the stream has given back what this page held.
          if (now.status === 'connected' && before.status !== 'connected') void this.#ask(false);
        }),
      ),
    );
    void this.#ask(false);
  }

  async settled(): Promise<void> {
    while (this.#asking) await this.#asking;
  }

  async fenceForSave(): Promise<number | null> {
    await this.settled();
    if (!this.#isSure) await this.#ask(true);
    const state = this.store.getState();
    return state.kind === 'held' ? state.fence : null;
  }

  didLose(): void {
    this.#heldAt = Number.NEGATIVE_INFINITY;
    this.store.setState({ kind: 'unknown' }, true);
  }

  dispose(): void {
    if (this.#owned.isDisposed) return;
    this.#owned.dispose();
    this.#timer?.dispose();
    this.#config.didEnd();
    if (this.store.getState().kind === 'held' && !this.#isAway) void this.#release();
  }

  get #isSure(): boolean {
    const { clock } = this.#config;
    return this.store.getState().kind === 'held' && clock.elapsed() - this.#heldAt < TRUST_MS;
  }

  get #isHeard(): boolean {
    return this.#config.events.connection.getState().status === 'connected';
  }

  /** Without a line of events the server counts this page as gone; when the line stands again, it is asked. */
  get #isAway(): boolean {
    const { status } = this.#config.events.connection.getState();
    return status === 'offline' || status === 'signed-out';
  }

  /** One question at a time; what was asked meanwhile is answered by it, unless it is to be taken. */
  async #ask(isTaken: boolean): Promise<void> {
    if (this.#isAway && !isTaken) return;
    while (this.#asking) {
      await this.#asking;
      if (!isTaken || this.#isSure) return;
    }
    const asking = this.#askOnce(isTaken).then(() => {
      this.#asking = null;
    });
    this.#asking = asking;
    await asking;
  }

  async #askOnce(isTaken: boolean): Promise<void> {
    const { api, clock, documentId, page, log } = this.#config;
    const askedAt = clock.elapsed();
    this.#timer?.dispose();
    // While the stream of events stands, it says that this page is there: nothing is asked for in between.
    if (!this.#isHeard) this.#askLater();
    try {
      const body = { holder: page, ...(isTaken ? { take: true } : {}) };
      const { lease } = await api.call('leaseDocument', { params: { id: documentId }, body });
      if (this.#owned.isDisposed) {
        void this.#release();
        return;
      }
      if (lease.holder !== page) {
        this.#show({ kind: 'watching' });
        return;
      }
      this.#heldAt = askedAt;
      this.#show({ kind: 'held', fence: lease.fence });
      if (lease.written !== undefined && lease.written !== this.#known) {
        this.#known = lease.written;
        this.#written.fire(lease.written);
      }
    } catch (error) {
      if (isRefused(error)) {
        this.dispose();
        return;
      }
      log.debug('Whether this page writes a document is not known', { documentId, error: String(error) });
      this.#askLater();
    }
  }

  #askLater(): void {
    this.#timer?.dispose();
    this.#timer = this.#config.clock.after(RENEW_MS, () => void this.#ask(false));
  }

  #show(state: LeaseState): void {
    const before = this.store.getState();
    if (this.#owned.isDisposed) return;
    if (before.kind === state.kind && (state.kind !== 'held' || state.fence === fenceOf(before))) return;
    this.store.setState(state, true);
  }

  #hear(event: StudioEvent): void {
    const { documentId, page } = this.#config;
    if (event.type === 'document' && event.document.id === documentId) {
      const { holder, fence } = event.document.lease;
      // It may have been sent before the answer that this page knows.
      const isOld = fence < (fenceOf(this.store.getState()) ?? 0);
      if (holder === undefined) void this.#ask(false);
      else if (holder !== page && !isOld && !this.#asking) this.#show({ kind: 'watching' });
    }
  }

  async #release(): Promise<void> {
    const { api, documentId, page, log } = this.#config;
    try {
      const body = { holder: page, release: true };
      await api.call('leaseDocument', { params: { id: documentId }, body });
    } catch (error) {
      // It ends by itself.
      log.debug('A document was not given back', { documentId, error: String(error) });
    }
  }
}

const fenceOf = (state: LeaseState): number | null => (state.kind === 'held' ? state.fence : null);

/** The document is no more, or the server knows no leases: there is nothing to ask for. */
function isRefused(error: unknown): boolean {
  return error instanceof ProblemError && (error.problem.status === 404 || error.problem.status === 501);
}
