/**
 * Which outputs may run their scripts. Those that this page saw a kernel send may at once. Those of a file need a click,
 * one for all of a notebook; the click, and what was fresh once, is remembered by a hash of the content, so what changes
 * on disk needs another one.
 */
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Output,
  type RichOutput,
} from '@atelier-ide/core/notebook/model.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { Clock } from '@/services/clock.ts';
import { createTrustStore, type TrustStore } from './trust-store.ts';

const KEY = 'notebook.scripts';
const MAX_KEPT = 1_000;
const WRITE_MS = 500;

/** `asking`: it is not known yet whether somebody has allowed it before. */
export type Trust = 'yes' | 'no' | 'asking';

type Hashed = { beside: JsonValue; hash: string | null };

export type TrustParts = {
  storage: StorageService;
  clock: Clock;
  isFresh(output: Output): boolean;
  /** Absent where the page has no secure context: then nothing is remembered. */
  digest: ((data: BufferSource) => Promise<ArrayBuffer>) | null;
};

export class ScriptTrust implements Disposable {
  readonly store: TrustStore = createTrustStore();
  readonly #parts: TrustParts;
  readonly #hashes = new WeakMap<RichOutput, Hashed>();
  readonly #clicked = new WeakSet<RichOutput>();
  readonly #kept: Set<string>;
  /** What was learned and is not written: other notebooks write at the same place. */
  readonly #news = new Set<string>();
  #writing: Disposable | null = null;

  constructor(parts: TrustParts) {
    this.#parts = parts;
    this.#kept = readKept(parts.storage);
  }

  /** `beside` is what the file keeps elsewhere of what the output shows. */
  mayRun(output: RichOutput, beside: JsonValue = null): Trust {
    const isTold = this.#parts.isFresh(output) || this.#clicked.has(output);
    const known = this.#hashes.get(output);
    if (known?.beside !== beside) void this.#hash(output, beside);
    else if (isTold && known.hash !== null) this.#keep(known.hash);
    if (isTold) return 'yes';
    const { hash = null } = this.#hashes.get(output) ?? {};
    // Known in a moment; then the store tells.
    if (hash === null) return this.#parts.digest ? 'asking' : 'no';
    return this.#kept.has(hash) ? 'yes' : 'no';
  }

  /** A person said so. */
  allow(outputs: readonly RichOutput[]): void {
    for (const output of outputs) this.#clicked.add(output);
    this.#tell();
  }

  #keep(hash: string): void {
    if (this.#kept.has(hash)) return;
    put(this.#kept, hash);
    put(this.#news, hash);
    this.#writing ??= this.#parts.clock.after(WRITE_MS, () => this.#write());
  }

  async #hash(output: RichOutput, beside: JsonValue): Promise<void> {
    const { digest } = this.#parts;
    if (!digest) return;
    const hashed: Hashed = { beside, hash: null };
    this.#hashes.set(output, hashed);
    hashed.hash = toText(await digest(new TextEncoder().encode(contentOf(output, beside))));
    this.#tell();
  }

  #tell(): void {
    this.store.setState(({ version }) => ({ version: version + 1 }));
  }

  #write(): void {
    this.#writing?.dispose();
    this.#writing = null;
    const all = readKept(this.#parts.storage);
    for (const hash of this.#news) put(all, hash);
    this.#news.clear();
    this.#parts.storage.set(KEY, [...all]);
  }

  dispose(): void {
    if (this.#writing) this.#write();
  }
}

/** As the newest; the oldest go. */
function put(kept: Set<string>, hash: string): void {
  kept.delete(hash);
  kept.add(hash);
  for (const oldest of kept) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
}

/** The same text for the same content, whichever program wrote the file: a save sorts what a kernel sent as it came. */
function contentOf({ data, metadata }: RichOutput, beside: JsonValue): string {
  const sorted = (bundle: JsonObject) => Object.entries(bundle).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(data), sorted(metadata), beside], (_, value: JsonValue) =>
    isJsonObject(value) ? Object.fromEntries(sorted(value)) : value,
  );
}

function toText(hash: ArrayBuffer): string {
  return btoa(String.fromCodePoint(...new Uint8Array(hash).subarray(0, 18)));
}

function readKept(storage: StorageService): Set<string> {
  const kept = storage.get(KEY);
  return new Set((Array.isArray(kept) ? kept : []).filter((one) => typeof one === 'string'));
}
