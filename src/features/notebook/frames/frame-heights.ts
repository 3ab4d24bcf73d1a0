/**
 * The height that each output in a frame had when it was last shown, kept in this browser: a notebook that is opened again
 * has that room from the first drawing on and does not jump. Outputs are known again by a likeness of their content
 * (kinds, lengths, beginnings and ends), which is cheap enough to be had for all outputs of a long notebook at once; two that are
 * alike share a height until they are drawn.
 */
import type { JsonValue, Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { Clock } from '@/services/clock.ts';

const KEY = 'notebook.heights';
const MAX_KEPT = 1_000;
const WRITE_MS = 500;
/** Values that are looked at of one output, and characters of a text, from either side. */
const MAX_VALUES = 60;
const EDGE = 48;
/** Beginning and end of a list. */
const FEW = 2;

export class FrameHeights implements Disposable {
  readonly #storage: StorageService;
  readonly #clock: Clock;
  readonly #kept: Map<string, number>;
  /** What was learned and is not written: other notebooks write at the same place. */
  readonly #news = new Map<string, number>();
  readonly #likenesses = new WeakMap<Output, string>();
  #writing: Disposable | null = null;

  constructor(storage: StorageService, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
    this.#kept = readKept(storage);
  }

  /** The height that an output had in a frame; none for those that were never in one. */
  of(output: Output): number | undefined {
    if (this.#kept.size === 0 || !('data' in output)) return undefined;
    return this.#kept.get(this.#likenessOf(output));
  }

  note(output: RichOutput, exact: number): void {
    const likeness = this.#likenessOf(output);
    const height = Math.round(exact);
    if (this.#kept.get(likeness) === height) return;
    put(this.#kept, likeness, height);
    put(this.#news, likeness, height);
    this.#writing ??= this.#clock.after(WRITE_MS, () => this.#write());
  }

  #likenessOf(output: RichOutput): string {
    const known = this.#likenesses.get(output);
    if (known !== undefined) return known;
    const likeness = hashSource(likenessOf(output.data));
    this.#likenesses.set(output, likeness);
    return likeness;
  }

  #write(): void {
    this.#writing?.dispose();
    this.#writing = null;
    const all = readKept(this.#storage);
    for (const [likeness, height] of this.#news) put(all, likeness, height);
    this.#news.clear();
    this.#storage.set(KEY, [...all]);
  }

  dispose(): void {
    if (this.#writing) this.#write();
  }
}

/** As the newest; the oldest go. */
function put(kept: Map<string, number>, likeness: string, height: number): void {
  kept.delete(likeness);
  kept.set(likeness, height);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
}

function likenessOf(data: RichOutput['data']): string {
  let left = MAX_VALUES;
  const look = (value: JsonValue): unknown => {
    left -= 1;
    if (left < 0) return null;
    if (typeof value === 'string') return [value.length, value.slice(0, EDGE), value.slice(-EDGE)];
    if (Array.isArray(value))
      return [value.length, ...[...value.slice(0, FEW), ...value.slice(-FEW)].map(look)];
    if (typeof value !== 'object' || value === null) return value;
    return Object.keys(value)
      .toSorted()
      .slice(0, MAX_VALUES)
      .map((name) => [name, look(value[name] ?? null)]);
  };
  return JSON.stringify(look(data));
}

function readKept(storage: StorageService): Map<string, number> {
  const kept = storage.get(KEY);
  const entries = (Array.isArray(kept) ? kept : []).filter(
    (one): one is [string, number] =>
      Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'number' && one[1] > 0,
  );
  return new Map(entries);
}
