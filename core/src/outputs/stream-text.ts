/**
 * The text of a stream that may grow without end. Appending is cheap (parts, joined when read); beyond the limit the
 * first half and the newest half are kept, and what went missing is counted.
 */

/** What was left out in the middle. */
export interface Cut {
  /** In UTF-8. */
  readonly bytes: number;
  readonly lines: number;
  /** Offset in the kept text where the missing part was. */
  readonly at: number;
}

export class StreamText {
  readonly #limit: number;
  #head: string[] = [];
  #headSize = 0;
  /** Open until the head is full; then the tail takes the rest. */
  #tail: string[] = [];
  #tailStart = 0;
  #tailSize = 0;
  #cutBytes = 0;
  #cutLines = 0;

  constructor(limit: number) {
    this.#limit = Math.max(2, limit);
  }

  get cut(): Cut | undefined {
    return this.#cutBytes === 0
      ? undefined
      : { bytes: this.#cutBytes, lines: this.#cutLines, at: this.#headSize };
  }

  /** Returns how much more text is held than before. */
  append(text: string): number {
    const before = this.#headSize + this.#tailSize;
    const half = Math.ceil(this.#limit / 2);
    let rest = text;
    if (this.#tailSize === 0 && this.#cutBytes === 0 && this.#headSize < half) {
      const end = boundaryBefore(rest, half - this.#headSize);
      this.#head.push(rest.slice(0, end));
      this.#headSize += end;
      rest = rest.slice(end);
    }
    if (rest !== '') {
      this.#tail.push(rest);
      this.#tailSize += rest.length;
      this.#trim(Math.floor(this.#limit / 2));
    }
    return this.#headSize + this.#tailSize - before;
  }

  /** Drop the oldest of the tail. Every part is dropped once, so this costs what the appends cost. */
  #trim(size: number): void {
    while (this.#tailSize > size) {
      const part = this.#tail[this.#tailStart] ?? '';
      const excess = this.#tailSize - size;
      if (part.length <= excess) {
        this.#drop(part);
        this.#tail[this.#tailStart] = '';
        this.#tailStart += 1;
        continue;
      }
      const at = boundaryAfter(part, excess);
      this.#drop(part.slice(0, at));
      this.#tail[this.#tailStart] = part.slice(at);
      break;
    }
    if (this.#tailStart > 1000 && this.#tailStart * 2 > this.#tail.length) {
      this.#tail = this.#tail.slice(this.#tailStart);
      this.#tailStart = 0;
    }
  }

  #drop(text: string): void {
    this.#tailSize -= text.length;
    this.#cutBytes += utf8Length(text);
    this.#cutLines += countLines(text);
  }

  toString(): string {
    const head = join(this.#head);
    const tail = join(this.#tail.slice(this.#tailStart));
    this.#head = [head];
    this.#tail = [tail];
    this.#tailStart = 0;
    return head + tail;
  }
}

function join(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : parts.join('');
}

/** At most `size`, not between the halves of a surrogate pair. */
function boundaryBefore(text: string, size: number): number {
  if (size >= text.length) return text.length;
  return isHighSurrogate(text, size - 1) ? size - 1 : size;
}

function boundaryAfter(text: string, size: number): number {
  return isHighSurrogate(text, size - 1) ? size + 1 : size;
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Length in UTF-8 without encoding. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // A pair is four bytes for two units.
    if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i += 1;
  }
  return bytes;
}
