/**
 * The text of a stream that may grow without end. Appending is cheap (parts, joined when read); beyond the limit the
 * first half and the newest half are kept, on whole lines where there are lines, and what went missing is counted. The
 * limit counts what the text takes in a file. Text that moves the cursor (progress bars) is replaced now and then by
 * what a terminal has made of it, so a million updates of a bar are one line here too.
 */
import { compactTerminalText, needsTerminal } from './terminal-lines.ts';

/** What was left out in the middle. */
export interface Cut {
  /** In UTF-8. */
  readonly bytes: number;
  readonly lines: number;
  /** Offset in the kept text where the missing part was. */
  readonly at: number;
}

/** A line of a notebook file has indentation, quotes and a comma. */
const LINE_COST = 14;
/** Text with cursor movements that came since the last compaction. */
const COMPACT_AFTER = 65_536;
/** Lines longer than this share of a half are cut in their middle rather than left out as a whole. */
const LINE_SHARE = 4;

interface Part {
  readonly text: string;
  readonly cost: number;
}

export class StreamText {
  readonly #half: number;
  #head: Part[] = [];
  #headCost = 0;
  #headLength = 0;
  /** The head is full; then the tail takes the rest. */
  #isHeadFull = false;
  #tail: Part[] = [];
  #tailStart = 0;
  #tailCost = 0;
  #cutBytes = 0;
  #cutLines = 0;
  #isCut = false;
  /** Cost of what came since the last compaction, and whether any of it moves the cursor. */
  #fresh = 0;
  #hasMoves = false;
  #compactAt = COMPACT_AFTER;
  #read: { text: string; cut: Cut | undefined } | undefined;

  constructor(limit: number) {
    this.#half = Math.floor(Math.max(2, limit) / 2);
  }

  get cut(): Cut | undefined {
    return this.#readNow().cut;
  }

  /** Returns how much more is held than before, as it counts for the limit. */
  append(text: string): number {
    const before = this.#headCost + this.#tailCost;
    this.#read = undefined;
    this.#hasMoves ||= needsTerminal(text);
    const cost = this.#add(text);
    this.#fresh += cost;
    if (this.#hasMoves && this.#fresh > this.#compactAt) this.#compact();
    return this.#headCost + this.#tailCost - before;
  }

  #add(text: string): number {
    const cost = fileCost(text);
    if (this.#isHeadFull) {
      this.#addToTail({ text, cost });
      return cost;
    }
    if (this.#headCost + cost <= this.#half) {
      this.#addToHead({ text, cost });
      return cost;
    }
    const end = endWithin(text, this.#half - this.#headCost);
    this.#addToHead(partOf(text.slice(0, end)));
    this.#isHeadFull = true;
    this.#addToTail(partOf(this.#openLineOfHead() + text.slice(end)));
    return cost;
  }

  #addToHead(part: Part): void {
    this.#head.push(part);
    this.#headCost += part.cost;
    this.#headLength += part.text.length;
  }

  /** Takes the line that the full head would cut, unless it is a very long one. */
  #openLineOfHead(): string {
    const head = joined(this.#head);
    const lineAt = head.lastIndexOf('\n') + 1;
    const rest = head.slice(lineAt);
    if (lineAt === 0 || rest.length * LINE_SHARE > this.#half) return '';
    const kept = partOf(head.slice(0, lineAt));
    this.#head = [];
    this.#headCost = 0;
    this.#headLength = 0;
    this.#addToHead(kept);
    return rest;
  }

  #addToTail(part: Part): void {
    if (part.text === '') return;
    this.#tail.push(part);
    this.#tailCost += part.cost;
    this.#trim();
  }

  /** Drop the oldest of the tail. Every part is dropped once, so this costs what the appends cost. */
  #trim(): void {
    while (this.#tailCost > this.#half) {
      const part = this.#tail[this.#tailStart] ?? { text: '', cost: 0 };
      const excess = this.#tailCost - this.#half;
      if (part.cost <= excess) {
        this.#drop(part);
        this.#tail[this.#tailStart] = { text: '', cost: 0 };
        this.#tailStart += 1;
        continue;
      }
      const at = startBeyond(part.text, excess);
      this.#drop(partOf(part.text.slice(0, at)));
      this.#tail[this.#tailStart] = partOf(part.text.slice(at));
      break;
    }
    if (this.#tailStart > 1000 && this.#tailStart * 2 > this.#tail.length) {
      this.#tail = this.#tail.slice(this.#tailStart);
      this.#tailStart = 0;
    }
  }

  #drop({ text, cost }: Part): void {
    this.#tailCost -= cost;
    this.#cutBytes += utf8Length(text);
    this.#cutLines += countLines(text);
    this.#isCut ||= text !== '';
  }

  /** Before anything was cut all of the text is compacted, later the tail: what is above can be reached no more. */
  #compact(): void {
    const head = this.#isCut ? '' : joined(this.#head);
    const compacted = compactTerminalText(head + joined(this.#tail.slice(this.#tailStart)));
    this.#fresh = 0;
    if (compacted === null) {
      this.#compactAt *= 2;
      return;
    }
    this.#tail = [];
    this.#tailStart = 0;
    this.#tailCost = 0;
    if (!this.#isCut) {
      this.#head = [];
      this.#headCost = 0;
      this.#headLength = 0;
      this.#isHeadFull = false;
    }
    this.#hasMoves = needsTerminal(compacted);
    this.#compactAt = Math.max(COMPACT_AFTER, 2 * this.#add(compacted));
  }

  toString(): string {
    return this.#readNow().text;
  }

  #readNow(): { text: string; cut: Cut | undefined } {
    this.#read ??= this.#join();
    return this.#read;
  }

  #join(): { text: string; cut: Cut | undefined } {
    const head = joined(this.#head);
    const tail = joined(this.#tail.slice(this.#tailStart));
    this.#head = [{ text: head, cost: this.#headCost }];
    this.#tail = [{ text: tail, cost: this.#tailCost }];
    this.#tailStart = 0;
    if (!this.#isCut) return { text: head + tail, cut: undefined };
    const from = this.#lineStart(tail);
    const rest = tail.slice(0, from);
    const cut = {
      bytes: this.#cutBytes + utf8Length(rest),
      lines: this.#cutLines + countLines(rest),
      at: this.#headLength,
    };
    return { text: head + tail.slice(from), cut };
  }

  /** The tail begins with a whole line where that costs little. Never all of it: the newest text always shows. */
  #lineStart(tail: string): number {
    const at = tail.indexOf('\n') + 1;
    return at > 0 && at < tail.length && at * LINE_SHARE <= this.#half ? at : 0;
  }
}

function partOf(text: string): Part {
  return { text, cost: fileCost(text) };
}

function joined(parts: readonly Part[]): string {
  const [only] = parts;
  return parts.length === 1 ? (only?.text ?? '') : parts.map((part) => part.text).join('');
}

/** What a unit of text takes in a file, in bytes. Both halves of a surrogate pair count two. */
function unitCost(unit: number): number {
  if (unit >= 0x20 && unit < 0x80) return unit === 0x22 || unit === 0x5c ? 2 : 1;
  if (unit === 0x0a) return LINE_COST;
  if (unit < 0x20) return 6;
  if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) return 2;
  return 3;
}

function fileCost(text: string): number {
  let cost = 0;
  for (let i = 0; i < text.length; i++) cost += unitCost(text.charCodeAt(i));
  return cost;
}

/** Where the part ends that costs at most `cost`, not between the halves of a surrogate pair. */
function endWithin(text: string, cost: number): number {
  let left = cost;
  for (let i = 0; i < text.length; i++) {
    left -= unitCost(text.charCodeAt(i));
    if (left < 0) return isHighSurrogate(text, i - 1) ? i - 1 : i;
  }
  return text.length;
}

/** Where the rest begins once at least `cost` is left out, not between the halves of a surrogate pair. */
function startBeyond(text: string, cost: number): number {
  let left = cost;
  let at = 0;
  while (left > 0 && at < text.length) {
    left -= unitCost(text.charCodeAt(at));
    at += 1;
  }
  return isHighSurrogate(text, at - 1) ? at + 1 : at;
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** How many line ends a text has. */
export function countLines(text: string): number {
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
