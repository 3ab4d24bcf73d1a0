/**
 * One browser's socket at the hub. It follows the journal at its own pace: while it keeps up, entries are sent as they
 * are committed; when more than `lagBytes` wait in its socket, the hub stops sending and feeds it from the journal, a
 * portion at a time, until it has caught up. So a slow browser costs at most one portion of memory.
 */
import type { Duplex } from 'node:stream';
import { cursorPrefix } from '@atelier-ide/core/wire/cursor.ts';
import type { WebSocket } from 'ws';
import { createCork } from '../cork.ts';
import { type FrameHead, headOf, toLegacy } from './frame.ts';
import type { JournalEntry, JournalReader } from './journal.ts';

export type ClientMode = 'v1' | 'legacy' | 'cursor';

export type HubClientOptions = {
  ws: WebSocket;
  /** The connection below `ws`, to send the frames of one turn together. */
  connection: Duplex;
  mode: ClientMode;
  /** The session id that the client gave, or one made for it. */
  key: string;
  journal: JournalReader;
  /** Entries after this seq are sent. */
  after: number;
  /** Whether a stock client gets this entry; a cursor client gets all. */
  wants: (key: string, entry: JournalEntry, head: FrameHead) => boolean;
};

export type HubClient = {
  readonly key: string;
  readonly mode: ClientMode;
  /** Everything up to this seq was handed to the socket. */
  readonly position: number;
  /** A new entry, the next one after the last offered. */
  offer(entry: JournalEntry, head: FrameHead): void;
  sendText(text: string): void;
  /** Starts following; sends what the journal has after `after`. */
  start(): void;
  pause(): void;
  resume(): void;
  /** Without a code the browser sees 1005, as Jupyter Server closes a replaced socket. */
  close(code?: number, reason?: string): void;
  /** Called every 30 s: ends a socket that answered no ping since the last call. */
  checkAlive(): void;
};

const lagBytes = 4 * 1024 * 1024;
const portionBytes = 1024 * 1024;
/** Frames smaller than this are copied behind their prefix; larger ones travel uncopied as a second fragment. */
const copyBelow = 16 * 1024;

/** Makes the client of one accepted socket. It sends nothing before `start`. */
export function createHubClient(options: HubClientOptions): HubClient {
  return new SocketClient(options);
}

class SocketClient implements HubClient {
  readonly key: string;
  readonly mode: ClientMode;
  position: number;
  readonly #options: HubClientOptions;
  /** True while the journal feeds it: at the start, and when it lags. */
  #isFed = true;
  readonly #cork: () => void;
  #isAlive = true;

  constructor(options: HubClientOptions) {
    this.#options = options;
    this.#cork = createCork(options.connection);
    this.key = options.key;
    this.mode = options.mode;
    this.position = options.after;
    options.ws.on('pong', () => {
      this.#isAlive = true;
    });
    options.ws.on('message', () => {
      this.#isAlive = true;
    });
  }

  offer(entry: JournalEntry, head: FrameHead): void {
    if (this.#isFed || !this.#isOpen()) return;
    this.position = entry.seq;
    if (!this.#wants(entry, head)) return;
    if (this.#options.ws.bufferedAmount <= lagBytes) {
      this.#send(entry, false);
      return;
    }
    this.#isFed = true;
    this.#send(entry, false, () => this.#feed());
  }

  sendText(text: string): void {
    if (this.#isOpen()) this.#options.ws.send(text);
  }

  start(): void {
    this.#feed();
  }

  pause(): void {
    this.#options.ws.pause();
  }

  resume(): void {
    this.#options.ws.resume();
  }

  close(code?: number, reason?: string): void {
    const { ws } = this.#options;
    ws.close(code, reason);
    // A browser that is gone does not answer the close; its memory is given back anyway.
    setTimeout(() => ws.terminate(), 5000).unref();
  }

  checkAlive(): void {
    if (!this.#isAlive) {
      this.#options.ws.terminate();
      return;
    }
    this.#isAlive = false;
    this.#options.ws.ping();
  }

  #isOpen(): boolean {
    return this.#options.ws.readyState === this.#options.ws.OPEN;
  }

  #wants(entry: JournalEntry, head: FrameHead | null): boolean {
    if (this.mode === 'cursor') return true;
    if (entry.kind !== 'out') return false;
    return this.#options.wants(this.key, entry, head ?? headOf(entry.bytes));
  }

  /** Sends portions of the journal, each after the one before has left, until there is no more. */
  #feed(): void {
    const { journal } = this.#options;
    while (this.#isOpen()) {
      if (!journal.canResume(this.position)) {
        this.close(1013, 'Too slow: frames this client had not read are no longer kept');
        return;
      }
      const entries = journal.read(this.position, portionBytes);
      const last = entries.at(-1);
      if (!last) {
        this.#isFed = false;
        return;
      }
      const wanted = entries.filter((entry) => this.#wants(entry, null));
      this.position = last.seq;
      const final = wanted.pop();
      for (const entry of wanted) this.#send(entry, true);
      if (final) {
        this.#send(final, true, () => this.#feed());
        return;
      }
    }
  }

  #send(entry: JournalEntry, isReplayed: boolean, whenSent?: () => void): void {
    const { ws } = this.#options;
    this.#cork();
    const done = (error?: Error | null): void => {
      if (!error) whenSent?.();
    };
    if (this.mode === 'legacy') ws.send(toLegacy(entry.bytes), done);
    else if (this.mode === 'v1') ws.send(entry.bytes, { binary: true }, done);
    else this.#sendWithPrefix(entry, isReplayed, done);
  }

  #sendWithPrefix(entry: JournalEntry, isReplayed: boolean, done: (error?: Error | null) => void): void {
    const { ws } = this.#options;
    const flags = { inward: entry.kind === 'in', replayed: isReplayed };
    const { seq, count } = entry;
    const prefix = cursorPrefix(seq, count === undefined ? flags : { ...flags, count });
    if (entry.bytes.length < copyBelow) {
      ws.send(Buffer.concat([prefix, entry.bytes]), { binary: true }, done);
      return;
    }
    ws.send(prefix, { binary: true, fin: false });
    ws.send(entry.bytes, { binary: true, fin: true }, done);
  }
}
