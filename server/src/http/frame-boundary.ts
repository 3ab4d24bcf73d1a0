/**
 * Follows WebSocket frames in a byte stream without reading their content, to know when a frame of ours may be put in
 * between: only when none is half sent.
 */
export class FrameBoundary {
  /** Bytes of the current frame's body that are still to come. */
  #body = 0;
  #head: number[] = [];
  #isInMessage = false;

  /** True when the bytes so far end with a whole frame. */
  get isBetweenFrames(): boolean {
    return this.#body === 0 && this.#head.length === 0;
  }

  /** True when, moreover, no message waits for its further fragments: a message of ours may be put in between. */
  get isBetweenMessages(): boolean {
    return this.isBetweenFrames && !this.#isInMessage;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const taken = Math.min(this.#body, chunk.length - at);
        this.#body -= taken;
        at += taken;
      } else {
        this.#head.push(chunk[at] ?? 0);
        at += 1;
        this.#finishHead();
      }
    }
  }

  #finishHead(): void {
    const second = this.#head[1];
    if (second === undefined) return;
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const isMasked = (second & 0x80) !== 0;
    if (this.#head.length < 2 + extended + (isMasked ? 4 : 0)) return;
    const bytes = this.#head.slice(2, 2 + extended);
    const first = this.#head[0] ?? 0;
    const isControl = (first & 0x08) !== 0;
    if (!isControl) this.#isInMessage = (first & 0x80) === 0;
    this.#body = extended === 0 ? short : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    this.#head = [];
  }
}
