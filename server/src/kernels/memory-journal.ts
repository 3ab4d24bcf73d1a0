import { randomUUID } from 'node:crypto';
import type { CommitListener, Journal, JournalEntry } from './journal.ts';

/** What an entry costs beside its bytes, roughly: the object, the array slot, the view. */
const entryOverhead = 160;
/** Evicted entries stay at the front of the array until there are this many, then it is cut once. */
const compactAt = 4096;

/** A ring of the newest frames, at most `maxBytes`; the newest frame is always kept, whatever its size. */
export function createMemoryJournal(maxBytes: number): Journal {
  const epoch = randomUUID();
  let entries: (JournalEntry | undefined)[] = [];
  /** Index of the oldest kept entry in `entries`. */
  let first = 0;
  /** Seq of `entries[0]`. */
  let base = 1;
  let bytesKept = 0;
  let listener: CommitListener | undefined;

  const head = (): number => base + entries.length - 1;
  const tail = (): number => base + first - 1;

  function evict(): void {
    while (bytesKept > maxBytes && first < entries.length - 1) {
      bytesKept -= (entries[first]?.bytes.length ?? 0) + entryOverhead;
      entries[first] = undefined;
      first += 1;
    }
    if (first < compactAt || first * 2 < entries.length) return;
    entries = entries.slice(first);
    base += first;
    first = 0;
  }

  return {
    epoch,
    get head() {
      return head();
    },
    get tail() {
      return tail();
    },
    append(kind, bytes, frameHead) {
      const entry: JournalEntry = { seq: head() + 1, kind, bytes };
      entries.push(entry);
      bytesKept += bytes.length + entryOverhead;
      evict();
      listener?.(entry, frameHead);
      return entry.seq;
    },
    read(after, limit) {
      const found: JournalEntry[] = [];
      let size = 0;
      for (let index = Math.max(after - base + 1, first); index < entries.length; index += 1) {
        const entry = entries[index];
        if (!entry) break;
        found.push(entry);
        size += entry.bytes.length;
        if (size >= limit) break;
      }
      return found;
    },
    onDidCommit(next) {
      listener = next;
    },
    close() {
      listener = undefined;
      base = head() + 1;
      entries = [];
      first = 0;
      bytesKept = 0;
    },
  };
}
