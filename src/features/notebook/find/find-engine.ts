/**
 * Runs searches so that the page never stands still: plain text in slices between which the page can draw; patterns of
 * people, which may need for ever, in a worker that is ended when its time is over or when something else is wanted.
 */
import type { Disposable } from '@/base/disposable.ts';
import type { FindJob, FindReply } from './find-job.ts';
import { compileQuery, type FindQuery, MAX_HITS } from './find-query.ts';
import { type Hit, searchSteps, type SearchText } from './search-notebook.ts';

export type FindAnswer =
  | { kind: 'hits'; hits: readonly Hit[]; isCut: boolean }
  | { kind: 'problem'; problem: string };

/** The part of `Worker` that is used. */
export type FindWorker = {
  onmessage: ((event: MessageEvent<FindReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(job: FindJob): void;
  terminate(): void;
};

export type EngineParts = {
  createWorker(): FindWorker;
  now(): number;
  /** Runs `next` after the page had a chance to draw and to listen. */
  later(next: () => void): void;
  after(ms: number, run: () => void): Disposable;
};

const SLICE_MS = 8;
const PATIENCE_MS = 3_000;
const TOO_LONG =
  'This pattern needs too long: the search was stopped after 3 seconds. A simpler pattern, or without “Regular expression”, works.';

export class FindEngine implements Disposable {
  readonly #parts: EngineParts;
  #worker: FindWorker | null = null;
  #abandon: (() => void) | null = null;
  #run = 0;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** Null where a newer search took its place. */
  async search(texts: readonly SearchText[], query: FindQuery): Promise<FindAnswer | null> {
    this.cancel();
    const compiled = compileQuery(query);
    if (!compiled) return { kind: 'hits', hits: [], isCut: false };
    if (!compiled.ok) return { kind: 'problem', problem: compiled.problem };
    const run = this.#run;
    const answer = query.isRegex
      ? await this.#inWorker(texts, query)
      : await this.#inSlices(texts, compiled.expression, run);
    return run === this.#run ? answer : null;
  }

  cancel(): void {
    this.#run += 1;
    this.#abandon?.();
  }

  #inSlices(texts: readonly SearchText[], expression: RegExp, run: number): Promise<FindAnswer | null> {
    const hits: Hit[] = [];
    const steps = searchSteps(texts, expression, hits);
    return new Promise((resolve) => {
      const work = () => {
        if (run !== this.#run) {
          resolve(null);
          return;
        }
        const end = this.#parts.now() + SLICE_MS;
        while (!steps.next().done) {
          if (this.#parts.now() < end) continue;
          this.#parts.later(work);
          return;
        }
        resolve(hitsAnswer(hits));
      };
      work();
    });
  }

  #inWorker(texts: readonly SearchText[], query: FindQuery): Promise<FindAnswer | null> {
    const worker = (this.#worker ??= this.#parts.createWorker());
    return new Promise((resolve) => {
      const settle = (answer: FindAnswer | null, isOver: boolean) => {
        patience.dispose();
        worker.onmessage = null;
        worker.onerror = null;
        this.#abandon = null;
        if (isOver) {
          worker.terminate();
          this.#worker = null;
        }
        resolve(answer);
      };
      const patience = this.#parts.after(PATIENCE_MS, () =>
        settle({ kind: 'problem', problem: TOO_LONG }, true),
      );
      this.#abandon = () => settle(null, true);
      worker.onmessage = ({ data }) => settle(hitsAnswer(hitsOf(data, texts)), false);
      worker.onerror = ({ message }) =>
        settle({ kind: 'problem', problem: `The search failed: ${message}. Search again.` }, true);
      worker.postMessage({ texts: texts.map(({ text }) => text), query });
    });
  }

  dispose(): void {
    this.cancel();
    this.#worker?.terminate();
    this.#worker = null;
  }
}

const hitsAnswer = (hits: readonly Hit[]): FindAnswer => ({
  kind: 'hits',
  hits,
  isCut: hits.length >= MAX_HITS,
});

function hitsOf(reply: FindReply, texts: readonly SearchText[]): Hit[] {
  const hits: Hit[] = [];
  for (let at = 0; at + 2 < reply.length; at += 3) {
    const [index = 0, start = 0, end = 0] = reply.slice(at, at + 3);
    const text = texts[index];
    if (text) hits.push({ cellId: text.cellId, place: text.place, start, end });
  }
  return hits;
}
