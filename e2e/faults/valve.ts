import { Transform, type TransformCallback } from 'node:stream';

/** The line that all connections of a proxy share: how slow it is, and when what was sent before has gone through. */
export type Link = { delayMs: number; bytesPerSecond: number; freeAt: number };

/** Beyond this much under way, the sender waits. */
const windowBytes = 256 * 1024;

/**
 * One direction of one connection. Bytes leave in order, later where the link is slow; a held valve keeps them until
 * it is released (a network that comes back), a dead one swallows them and the end with them (half-open).
 */
export class Valve extends Transform {
  readonly #link: Link;
  readonly #queue: { chunk: Buffer | null; at: number; done: (() => void) | null }[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #isHeld = false;
  #isDead = false;

  constructor(link: Link) {
    super();
    this.#link = link;
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#pump();
  }

  die(): void {
    this.#isDead = true;
    for (const { done } of this.#queue.splice(0)) done?.();
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const { bytesPerSecond, delayMs } = this.#link;
    const now = performance.now();
    const sent = Math.max(now, this.#link.freeAt) + (chunk.length / bytesPerSecond) * 1000;
    this.#link.freeAt = Number.isFinite(sent) ? sent : now;
    this.#bytes += chunk.length;
    const isFull = this.#bytes > windowBytes;
    this.#enqueue(chunk, this.#link.freeAt + delayMs, isFull ? done : null);
    if (!isFull) done();
  }

  override _flush(done: TransformCallback): void {
    // A dead side never learns of the end.
    if (!this.#isDead) this.#enqueue(null, performance.now() + this.#link.delayMs, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#queue.length = 0;
    done(error);
  }

  #enqueue(chunk: Buffer | null, at: number, done: (() => void) | null): void {
    if (this.#isDead) {
      done?.();
      return;
    }
    this.#queue.push({ chunk, at, done });
    this.#pump();
  }

  #pump(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    while (!this.#isHeld && !this.#isDead) {
      const next = this.#queue[0];
      if (!next) return;
      const wait = next.at - performance.now();
      if (wait > 1) {
        this.#timer = setTimeout(() => this.#pump(), wait);
        return;
      }
      this.#queue.shift();
      if (next.chunk) {
        this.#bytes -= next.chunk.length;
        this.push(next.chunk);
      }
      next.done?.();
    }
  }
}
