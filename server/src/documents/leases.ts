/**
 * Who may write a document. One page at a time: who holds it keeps it while its stream of events stands, or while it
 * renews (20 s); a page in which a person edits takes it. The number rises with every new writer and is kept, so that a save of an earlier one is known, also
 * after a restart of the server. While no page holds it, the server itself may be the writer, for as long as one piece
 * of work takes; a page that comes meanwhile waits for its end, and is told what was written.
 */
import { ProblemError, problem } from '@atelier-ide/contract';
import { createEmitter } from '../kernels/emitter.ts';
import type { DocumentState } from './document-state.ts';

export type LeaseHost = {
  /** No time of day: a clock that is set must neither end a lease nor make it longer. */
  now(): number;
  /** A stream of events of this page stands. */
  isThere(userId: string, page: string): boolean;
  /** Keeps the number. */
  keep(document: DocumentState): Promise<void>;
  publish(document: DocumentState): void;
  timing?: Partial<LeaseTiming> | undefined;
};

export type LeaseTiming = {
  /** How long a page without a stream of events holds it without renewing. */
  leaseMs: number;
  /** A page that was reloaded is back within this time: until then nobody else writes. */
  quietMs: number;
  /** A page waits at most this long for work of the server. */
  waitMs: number;
};

/** The server at work as the writer of a document. */
export type ServerWriting = {
  /** Aborted when a page wants the document: nothing more is begun then. */
  readonly signal: AbortSignal;
  /** From here on saves with an earlier number are refused. */
  willWrite(): Promise<void>;
  /** The file has this hash now. */
  didWrite(hash: string): void;
};

export type LeaseChange = 'release' | 'take' | 'keep';

const standard: LeaseTiming = { leaseMs: 20_000, quietMs: 3000, waitMs: 5000 };

/** Name of the server among writers; no page can have it. */
const serverName = '';

export class Leases {
  readonly #host: LeaseHost;
  readonly #timing: LeaseTiming;
  readonly #freed = createEmitter<[string]>();
  /** Pages of before may hold what they held, until they have had the time to say so. */
  readonly #startedAt: number;

  /** No page holds this document any more. */
  readonly onDidFree = this.#freed.on;

  constructor(host: LeaseHost) {
    this.#host = host;
    this.#timing = { ...standard, ...host.timing };
    this.#startedAt = host.now();
  }

  holderOf({ lease, user }: DocumentState): string | undefined {
    if (!lease) return undefined;
    const isHeld = lease.until > this.#host.now() || this.#host.isThere(user.id, lease.holder);
    return isHeld ? lease.holder : undefined;
  }

  /** The page has the document from now on, or still; while another page has it, only when it is taken. */
  async acquire(document: DocumentState, holder: string, isTaken: boolean): Promise<void> {
    await this.#whenWritten(document);
    const held = this.holderOf(document);
    if (held !== undefined && held !== holder && !isTaken) return;
    const now = this.#host.now();
    document.lease = { holder, until: now + this.#timing.leaseMs };
    document.leftAt = now;
    if (document.writer !== holder) await this.#become(document, holder);
    if (held !== holder) this.#host.publish(document);
  }

  release(document: DocumentState, holder: string): void {
    if (document.lease?.holder !== holder) return;
    document.lease = null;
    document.leftAt = this.#host.now();
    this.#host.publish(document);
    this.#freed.fire(document.record.id);
  }

  /** When the server may write it, by what is known now. */
  freeAt(document: DocumentState): number {
    const { leaseMs, quietMs } = this.#timing;
    const now = this.#host.now();
    const { lease, leftAt, isNew } = document;
    // A page whose stream stands is asked about again; its end is told.
    if (this.holderOf(document) !== undefined && lease)
      return Math.max(lease.until, this.#host.isThere(document.user.id, lease.holder) ? now + leaseMs : 0);
    if (leftAt !== null) return Math.max(lease?.until ?? 0, leftAt + quietMs);
    return isNew ? 0 : this.#startedAt + leaseMs;
  }

  /** Throws `lease-lost` for a save with an earlier number. */
  check({ record, writer }: DocumentState, fence: number): void {
    if (fence >= record.fence) return;
    const by =
      writer === serverName ? 'The server has put outputs into the file' : 'Another page has written';
    throw new ProblemError(
      problem('lease-lost', `${by} since. Nothing was overwritten. Read the file again, then save.`, {
        fence: record.fence,
      }),
    );
  }

  /** Lets the server write; undefined while a page holds the document, or other work of the server goes on. */
  async write<T>(
    document: DocumentState,
    work: (writing: ServerWriting) => Promise<T>,
  ): Promise<T | undefined> {
    if (document.writing || this.freeAt(document) > this.#host.now()) return undefined;
    const wanted = new AbortController();
    const running = work({
      signal: wanted.signal,
      willWrite: async () => {
        if (document.writer !== serverName) await this.#become(document, serverName);
      },
      didWrite: (hash) => {
        document.written = hash;
      },
    });
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    document.writing = { settled, wanted };
    try {
      return await running;
    } finally {
      document.writing = null;
    }
  }

  async #whenWritten({ writing }: DocumentState): Promise<void> {
    if (!writing) return;
    writing.wanted.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#timing.waitMs);
    });
    await Promise.race([writing.settled, late]);
    clearTimeout(timer);
  }

  async #become(document: DocumentState, writer: string): Promise<void> {
    const fence = document.record.fence + 1;
    document.record = { ...document.record, fence };
    await this.#host.keep(document);
    // Not before it is kept: whoever was refused by the store is given a number again. Nor over a later writer.
    if (document.record.fence === fence) document.writer = writer;
  }
}
