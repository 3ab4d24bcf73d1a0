import { Transform, type TransformCallback } from 'node:stream';

/**
 * Passes what a server sends on a WebSocket after its handshake, and can put a close frame in its place: between two
 * frames, as a proxy that goes away does.
 */
export class FramePasser extends Transform {
  /** Bytes of the present frame that are still to come; its head is collected until its length is known. */
  #body = 0;
  #head: number[] = [];
  #isHandshake = true;
  #tail = '';
  #close: Buffer | null = null;
  #isOver = false;

  /** Ends the socket with this code behind the present frame. */
  close(code: number): void {
    const frame = Buffer.from([0x88, 2, 0, 0]);
    frame.writeUInt16BE(code, 2);
    this.#close = frame;
    if (!this.#isHandshake && this.#isBetween) this.#finish();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (!this.#isOver) this.#pass(chunk);
    done();
  }

  get #isBetween(): boolean {
    return this.#body === 0 && this.#head.length === 0;
  }

  #pass(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#isHandshake) {
        this.#tail = (this.#tail + String.fromCharCode(chunk[at] ?? 0)).slice(-4);
        this.#isHandshake = this.#tail !== '\r\n\r\n';
        at += 1;
      } else if (this.#body > 0) {
        const taken = Math.min(this.#body, chunk.length - at);
        this.#body -= taken;
        at += taken;
      } else {
        this.#head.push(chunk[at] ?? 0);
        at += 1;
        this.#readHead();
      }
      if (this.#close && !this.#isHandshake && this.#isBetween) {
        this.push(chunk.subarray(0, at));
        this.#finish();
        return;
      }
    }
    this.push(chunk);
  }

  #readHead(): void {
    const second = this.#head[1];
    if (second === undefined) return;
    const more = second === 126 ? 2 : second === 127 ? 8 : 0;
    if (this.#head.length < 2 + more) return;
    this.#body = more === 0 ? second : this.#head.slice(2).reduce((sum, byte) => sum * 256 + byte, 0);
    this.#head = [];
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.push(this.#close);
    this.push(null);
  }
}
