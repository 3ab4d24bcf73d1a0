import { closeCodes } from '@atelier-ide/contract';
import {
  CURSOR_SUBPROTOCOL,
  type CursorHello,
  decodeCursorFrame,
  decodeHello,
} from '@atelier-ide/core/wire/cursor.ts';
import { decodeLegacy, decodeV1, encodeLegacy, encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { V1_SUBPROTOCOL } from '@atelier-ide/core/wire/frame.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import { createBackOff } from '../back-off.ts';
import type { Clock } from '../clock.ts';

/**
 * The line to one kernel. With the cursor subprotocol it remembers the last place it has seen and asks for what
 * follows when it comes back, so that a cut loses and doubles nothing. It reconnects with no limit, whatever the
 * close code, except after 4404 (the server says that the kernel is gone). A session that has ended (4401) waits for
 * `retryNow`. Messages are handed over synchronously, in order, and a listener that throws stops nobody.
 */
export type JournalPlace = { epoch: string; seq: number };

/** What the line tells its owner. */
export type LineListener = {
  /** The line stands; `hello` is null where the backend keeps no journal. */
  onOpen(hello: CursorHello | null): void;
  onMessage(message: JupyterMessage, place: { seq: number | null; isInward: boolean }): void;
  /** Frames between the place we had and now are gone. */
  onReset(): void;
  onDown(why: 'cut' | 'signed-out' | 'app-stopped'): void;
  onGone(): void;
};

/** What a line is made of. */
export type JournalSocketConfig = {
  WebSocket: typeof WebSocket;
  clock: Clock;
  log: LogService;
  /** Address of the socket without a query. */
  url: string;
  sessionId: string;
  hasJournal: boolean;
  after: JournalPlace | undefined;
  listener: LineListener;
};

/** A gap that the server wrote into the journal because its own line to the app broke. */
const GAP_TYPE = 'atelier_gap';

/** The line to one kernel’s journal, which resumes behind what it has. */
export class JournalSocket implements Disposable {
  readonly #config: JournalSocketConfig;
  readonly #backOff;
  #socket: WebSocket | null = null;
  #waiting: Disposable | null = null;
  #place: JournalPlace | null;
  #hasHello = false;
  #isEnded = false;

  constructor(config: JournalSocketConfig) {
    this.#config = config;
    this.#backOff = createBackOff(config.clock);
    this.#place = config.after ?? null;
  }

  /** The journal that places count in. */
  get epoch(): string | undefined {
    return this.#place?.epoch;
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === 1 && (this.#hasHello || !this.#config.hasJournal);
  }

  /** False when it was not sent. */
  send(message: JupyterMessage): boolean {
    const socket = this.#socket;
    if (!socket || !this.isOpen) return false;
    socket.send(socket.protocol === '' ? encodeLegacy(message) : encodeV1(message));
    return true;
  }

  /** Connects at once; an open line is left alone, and so is a try that is under way. */
  retryNow(): void {
    if (!this.#isEnded && this.#socket === null) this.reconnect();
  }

  /** Gives the present line up without waiting for its close, which a dead network never sends. */
  reconnect(): void {
    if (this.#isEnded) return;
    const wasOpen = this.isOpen;
    this.#drop();
    if (wasOpen) this.#config.listener.onDown('cut');
    this.#connect();
  }

  connect(): void {
    this.#connect();
  }

  dispose(): void {
    this.#isEnded = true;
    this.#drop();
  }

  #drop(): void {
    this.#waiting?.dispose();
    this.#waiting = null;
    const old = this.#socket;
    this.#socket = null;
    this.#hasHello = false;
    old?.close();
  }

  #connect(): void {
    this.#waiting?.dispose();
    this.#waiting = null;
    if (this.#isEnded) return;
    const { hasJournal, sessionId, url } = this.#config;
    const query = new URLSearchParams({ session_id: sessionId });
    if (hasJournal && this.#place) {
      query.set('after', String(this.#place.seq));
      query.set('epoch', this.#place.epoch);
    }
    const protocol = hasJournal ? CURSOR_SUBPROTOCOL : V1_SUBPROTOCOL;
    const socket = new this.#config.WebSocket(`${url}?${query.toString()}`, [protocol]);
    this.#socket = socket;
    this.#hasHello = false;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      if (this.#socket === socket && !hasJournal) this.#opened(null);
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (this.#socket === socket) this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code);
    };
  }

  #opened(hello: CursorHello | null): void {
    this.#backOff.reset();
    this.#guard('open', () => this.#config.listener.onOpen(hello));
  }

  #receive(data: string | ArrayBuffer): void {
    try {
      if (this.#config.hasJournal) this.#receiveCursor(data);
      else this.#deliver(decodePlain(data), { seq: null, isInward: false });
    } catch (error) {
      this.#config.log.error('A message of the kernel was not understood', error);
    }
  }

  #receiveCursor(data: string | ArrayBuffer): void {
    if (typeof data === 'string') {
      if (!this.#hasHello) this.#welcome(decodeHello(data));
      return;
    }
    const { seq, count = 1, inward, frame } = decodeCursorFrame(new Uint8Array(data));
    const place = this.#place;
    if (!place || seq <= place.seq) return;
    const isHole = seq - count > place.seq;
    // The place moves on even if the frame cannot be read: asking for it again would not make it better.
    this.#place = { epoch: place.epoch, seq };
    if (isHole || frame.byteLength === 0) this.#guard('reset', () => this.#config.listener.onReset());
    if (frame.byteLength > 0) this.#deliver(decodeV1(frame), { seq, isInward: inward });
  }

  #welcome(hello: CursorHello): void {
    this.#hasHello = true;
    const known = this.#place;
    const isOther = known !== null && (hello.reset || hello.epoch !== known.epoch);
    if (!known || isOther) this.#place = { epoch: hello.epoch, seq: hello.from - 1 };
    if (isOther) this.#guard('reset', () => this.#config.listener.onReset());
    this.#opened(hello);
  }

  #deliver(message: JupyterMessage, place: { seq: number | null; isInward: boolean }): void {
    if (message.header.msg_type === GAP_TYPE) {
      this.#guard('reset', () => this.#config.listener.onReset());
      return;
    }
    this.#guard('message', () => this.#config.listener.onMessage(message, place));
  }

  #guard(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#config.log.error(`A listener of the kernel failed at ${what}`, error);
    }
  }

  #closed(code: number): void {
    this.#socket = null;
    this.#hasHello = false;
    if (code === closeCodes.gone) {
      this.#isEnded = true;
      this.#guard('gone', () => this.#config.listener.onGone());
      return;
    }
    const isOut = code === closeCodes.signIn;
    const why = isOut ? 'signed-out' : code === closeCodes.appStopped ? 'app-stopped' : 'cut';
    this.#guard('down', () => this.#config.listener.onDown(why));
    if (!isOut && !this.#isEnded && !this.#socket) {
      this.#waiting = this.#config.clock.after(this.#backOff.next(), () => this.#connect());
    }
  }
}

function decodePlain(data: string | ArrayBuffer): JupyterMessage {
  return typeof data === 'string' ? decodeLegacy(data) : decodeV1(new Uint8Array(data));
}
