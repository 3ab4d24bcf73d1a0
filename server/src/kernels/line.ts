/**
 * The server's end of a line to a kernel: what is under way in both directions is counted, so that a connection that
 * breaks, or a server that is killed, loses nothing and doubles nothing. The other end is our connection class in the
 * app (`kernel_line.py`), which keeps frames of the kernel until they are acknowledged, and takes each of ours once. An
 * app that does not count (any other Jupyter Server) gets plain frames; what was under way when its connection broke
 * is not known.
 *
 * - A frame is acknowledged only when the journal has it, so `Journal.line` is the whole memory of this end.
 * - Frames to the kernel stay here until the app has them. They are numbered in the order in which they enter the journal.
 */
import { contentOf, headOf } from './frame.ts';
import type { Journal } from './journal.ts';

export type LineJournal = Pick<Journal, 'line' | 'noteLine' | 'lastInward'>;

/** What the app says of its end when a connection opens. */
export type AppLine = {
  id: string;
  /** Number of the last frame that it does not keep any more. */
  base: number;
  /** Number of the last frame that came in. */
  received: number;
};

/** How what was before goes on: nothing missing, so many frames missing, or nobody knows. */
export type Continuation = { lost: number } | 'unknown';

/** The header of the handshake's answer: version, id, base, received. */
export const lineHeader = 'atelier-line';

const words = { acknowledged: Buffer.from('atlr-ack'), position: Buffer.from('atlr-pos') };
const wordBytes = 16;
/** Stands in the content of an answer that the journal has without its text. */
export const hiddenMark = 'atelier_hidden';

/** Reads the header; null when the app does not count, or counts in a way that is not known. */
export function parseLineHeader(header: string | string[] | undefined): AppLine | null {
  const found = /^1 ([0-9a-f]{1,64}) (\d{1,15}) (\d{1,15})$/.exec(typeof header === 'string' ? header : '');
  const [, id, base, received] = found ?? [];
  return id === undefined ? null : { id, base: Number(base), received: Number(received) };
}

function word(kind: keyof typeof words, number: number): Buffer {
  const bytes = Buffer.alloc(wordBytes);
  words[kind].copy(bytes);
  bytes.writeBigUInt64LE(BigInt(number), 8);
  return bytes;
}

function isHidden(frame: Uint8Array): boolean {
  return headOf(frame).type === 'input_reply' && contentOf(frame)[hiddenMark] === true;
}

export class Line {
  readonly #journal: LineJournal;
  /** Frames to the kernel that wait, or that the app has not acknowledged; null = not known any more. */
  #frames: (Uint8Array | null)[] = [];
  #bytes = 0;
  /** How many of them were handed to the present connection. */
  #sent = 0;
  /** Number of the last frame that is not among them. */
  #gone: number;
  #isCounted = false;
  /** The app knows the number of the frame that follows. */
  #isPlaced = false;
  #acknowledged = 0;

  constructor(journal: LineJournal) {
    this.#journal = journal;
    this.#gone = journal.line?.in ?? 0;
  }

  /** True while the app of the present connection counts. */
  get isCounted(): boolean {
    return this.#isCounted;
  }

  get waitingBytes(): number {
    return this.#bytes;
  }

  /** What the app is asked for. */
  get query(): string {
    const { line } = this.#journal;
    return line ? `have=${line.out}&line=${line.id}` : 'have=0';
  }

  /** A connection opened; says how what was before goes on. */
  open(app: AppLine | null): Continuation {
    const before = this.#journal.line;
    this.#isCounted = app !== null;
    this.#isPlaced = false;
    this.#acknowledged = app?.base ?? 0;
    if (app && before?.id === app.id) return this.#goOn(app, before.out, before.in);
    // Another line, or none: what was handed to the connection before may have arrived.
    this.#drop(this.#sent);
    this.#sent = 0;
    this.#gone = app?.received ?? 0;
    const count = app && { id: app.id, out: app.base, in: this.#gone + this.#frames.length };
    if (count || before) this.#journal.noteLine(count);
    return 'unknown';
  }

  /** A frame to the kernel, in the order of the journal. */
  add(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }

  /** What is to be sent now. */
  take(): Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (; this.#sent < this.#frames.length; this.#sent += 1) {
      const frame = this.#frames[this.#sent];
      if (frame && this.#isCounted && !this.#isPlaced)
        messages.push(word('position', this.#gone + this.#sent));
      if (frame) messages.push(frame);
      this.#isPlaced = Boolean(frame);
    }
    // Nobody says of these that they have arrived.
    if (!this.#isCounted) this.#forget(this.#sent);
    return messages;
  }

  /** True for what the app says of the line itself, which is no frame. */
  isWord(message: Uint8Array): boolean {
    if (!this.#isCounted || message.length !== wordBytes) return false;
    const bytes = Buffer.from(message.buffer, message.byteOffset, wordBytes);
    if (words.acknowledged.compare(bytes, 0, 8) !== 0) return false;
    this.#forget(Math.min(Number(bytes.readBigUInt64LE(8)) - this.#gone, this.#sent));
    return true;
  }

  /** A frame of the kernel came that cannot be in the journal: it counts all the same. */
  skip(): void {
    const { line } = this.#journal;
    if (line && this.#isCounted) this.#journal.noteLine({ ...line, out: line.out + 1 });
  }

  /** The acknowledgement of what the journal has; null when nothing is new. */
  acknowledge(): Uint8Array | null {
    const out = this.#journal.line?.out ?? 0;
    if (!this.#isCounted || out <= this.#acknowledged) return null;
    this.#acknowledged = out;
    return word('acknowledged', out);
  }

  clear(): void {
    this.#drop(this.#frames.length);
    this.#sent = 0;
  }

  #goOn(app: AppLine, out: number, inward: number): Continuation {
    this.#sent = 0;
    const missing = Math.max(0, this.#gone - app.received);
    if (missing > 0) {
      // An earlier server wrote them into the journal and was killed before they had arrived.
      const last = this.#journal.lastInward(missing + this.#frames.length);
      const older = last.slice(0, Math.max(0, last.length - this.#frames.length));
      const unknown = Array.from({ length: missing - older.length }, () => null);
      this.#frames.unshift(...unknown, ...older.map((frame) => (isHidden(frame) ? null : frame)));
    }
    this.#drop(app.received - this.#gone);
    this.#gone = app.received;
    const lost = Math.max(0, app.base - out);
    const sent = this.#gone + this.#frames.length;
    if (lost > 0 || sent !== inward) this.#journal.noteLine({ id: app.id, out: out + lost, in: sent });
    return { lost };
  }

  #forget(count: number): void {
    if (count <= 0) return;
    this.#drop(count);
    this.#sent -= count;
    this.#gone += count;
  }

  #drop(count: number): void {
    if (count > 0) this.#frames.splice(0, count);
    this.#bytes = this.#frames.reduce((sum, frame) => sum + (frame?.length ?? 0), 0);
  }
}
