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
import { Line, type LineEnd, type LineWorld } from '../line.ts';

/**
 * The line to one kernel. With the cursor subprotocol it remembers the last place it has seen and asks for what
 * follows when it comes back, so that a cut loses and doubles nothing. It ends after 4404 (the server says that the
 * kernel is gone). Messages are handed over synchronously, in order, and a listener that throws stops nobody.
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
  world: LineWorld;
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
  readonly #line: Line;
  #encode = encodeV1 as (message: JupyterMessage) => string | Uint8Array<ArrayBuffer>;
  #place: JournalPlace | null;

  constructor(config: JournalSocketConfig) {
    this.#config = config;
    this.#place = config.after ?? null;
    this.#line = new Line(config.world, {
      address: () => this.#address(),
      didOpen: (socket) => this.#accepted(socket),
      didReceive: (data) => this.#receive(data),
      didClose: (end) => this.#closed(end),
    });
  }

  /** What comes next stands behind it; null before the line stood, and where no journal is kept. */
  get place(): JournalPlace | null {
    return this.#place;
  }

  get isOpen(): boolean {
    return this.#line.isStanding;
  }

  /** False when it was not sent. */
  send(message: JupyterMessage): boolean {
    return this.#line.isStanding && this.#line.send(this.#encode(message));
  }

  /** Gives the present line up without waiting for its close, which a dead network never sends. */
  reconnect(): void {
    this.#line.reconnect();
  }

  connect(): void {
    this.#line.start();
  }

  dispose(): void {
    this.#line.dispose();
  }

  #address() {
    const { hasJournal, sessionId, url } = this.#config;
    const query = new URLSearchParams({ session_id: sessionId });
    if (hasJournal && this.#place) {
      query.set('after', String(this.#place.seq));
      query.set('epoch', this.#place.epoch);
    }
    const protocols = [hasJournal ? CURSOR_SUBPROTOCOL : V1_SUBPROTOCOL];
    return { url: `${url}?${query.toString()}`, protocols };
  }

  #accepted({ protocol }: WebSocket): void {
    this.#encode = protocol === '' ? encodeLegacy : encodeV1;
    if (!this.#config.hasJournal) this.#opened(null);
  }

  #opened(hello: CursorHello | null): void {
    this.#line.stand();
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
      if (!this.#line.isStanding) this.#welcome(decodeHello(data));
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

  #closed({ code }: LineEnd): void {
    if (code === closeCodes.gone) {
      this.#line.dispose();
      this.#guard('gone', () => this.#config.listener.onGone());
      return;
    }
    const why =
      code === closeCodes.signIn ? 'signed-out' : code === closeCodes.appStopped ? 'app-stopped' : 'cut';
    this.#guard('down', () => this.#config.listener.onDown(why));
  }
}

function decodePlain(data: string | ArrayBuffer): JupyterMessage {
  return typeof data === 'string' ? decodeLegacy(data) : decodeV1(new Uint8Array(data));
}
