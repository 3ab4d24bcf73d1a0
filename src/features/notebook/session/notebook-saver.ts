/**
 * Keeps the file true. It knows what the file held when it was last read or written, and writes only what differs,
 * under the condition that nobody else wrote. One write is in flight at a time; an edit during it leads to another.
 * Nothing is ever written before the first edit.
 */
import { ProblemError } from '@atelier-ide/contract';
import type { JsonObject, NotebookDocument } from '@atelier-ide/core/notebook/model.ts';
import type { ParsedNotebook } from '@atelier-ide/core/notebook/read.ts';
import { writeNotebook } from '@atelier-ide/core/notebook/write.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import type { FilesService, SaveCondition } from '@/services/files/files-service.ts';
import { documentOf, type NotebookContent } from '../document/notebook-model.ts';
import type { NotebookState, NotebookStore, SaveState } from './notebook-store.ts';

const AFTER_EDIT_MS = 2_000;
const AFTER_OUTPUT_MS = 2_000;
const AFTER_END_MS = 300;
/** A server that is away for a moment is asked again, more and more seldom. */
const RETRY_MS = [3_000, 6_000, 12_000, 30_000];

export type SaverHost = {
  store: NotebookStore;
  files: FilesService;
  clock: Clock;
  /** The metadata as the next save writes it (the chosen environment is in it). */
  metadataToWrite(metadata: JsonObject): JsonObject;
  /** Called with the state that is being written; the answer is called when it is in the file. */
  willWrite(): () => void;
  /** The file differs, and there is no edit of the person here: take it over. */
  takeFromDisk(text: string, hash: string): boolean;
};

/** What of the state the file holds. */
type Base = Pick<NotebookContent, 'order' | 'cells' | 'metadata'>;

export class NotebookSaver implements Disposable {
  readonly #host: SaverHost;
  #parsed: ParsedNotebook | null = null;
  #text = '';
  #hash = '';
  #base: Base | null = null;
  #hasEdits = false;
  #timer: { due: number; end: Disposable } | null = null;
  #running: Promise<void> | null = null;
  #isDisposed = false;
  #failures = 0;

  constructor(host: SaverHost) {
    this.#host = host;
  }

  /** The file was read: this is what it holds. */
  adopt(parsed: ParsedNotebook, hash: string): void {
    this.#parsed = parsed;
    this.#text = parsed.original;
    this.#hash = hash;
    this.#base = baseOf(this.#host.store.getState());
    this.#hasEdits = false;
    this.#cancel();
  }

  get hash(): string {
    return this.#hash;
  }

  get parsed(): ParsedNotebook | null {
    return this.#parsed;
  }

  /** What the file held when it was read or written last. */
  get base(): Base | null {
    return this.#base;
  }

  /** Something here is not in the file. */
  get isDirty(): boolean {
    const base = this.#base;
    if (!base) return false;
    const state = this.#host.store.getState();
    return state.order !== base.order || state.cells !== base.cells || state.metadata !== base.metadata;
  }

  /** Something that a person typed or did is not in the file; outputs alone are kept by the server too. */
  get hasEdits(): boolean {
    return this.#hasEdits;
  }

  /** The text that a save would write now. */
  currentText(): string {
    return this.#parsed ? this.#textOf(this.#host.store.getState()).text : '';
  }

  didEdit(): void {
    this.#hasEdits = true;
    this.#didChange(AFTER_EDIT_MS, true);
  }

  didChangeOutputs(): void {
    this.#didChange(AFTER_OUTPUT_MS, !this.#hasEdits);
  }

  didEndExecution(): void {
    if (this.isDirty) this.#didChange(AFTER_END_MS, false);
  }

  #didChange(delay: number, restarts: boolean): void {
    const { save } = this.#host.store.getState();
    if (save.kind === 'saved') this.#show({ kind: 'dirty' });
    if (save.kind === 'conflict') return;
    const due = this.#host.clock.now() + delay;
    if (this.#timer && !restarts && this.#timer.due <= due) return;
    this.#cancel();
    this.#timer = { due, end: this.#host.clock.after(delay, () => void this.flush()) };
  }

  #cancel(): void {
    this.#timer?.end.dispose();
    this.#timer = null;
  }

  #show(save: SaveState): void {
    if (!this.#isDisposed) this.#host.store.setState({ save });
  }

  /** Writes now what is not in the file. Never rejects: the state of the store tells how it went. */
  async flush(): Promise<void> {
    this.#cancel();
    while (this.#running) await this.#running;
    if (this.#host.store.getState().save.kind === 'conflict') return;
    await this.#run(() => this.#save());
  }

  /** Overwrites what is on disk, which the person has been shown. */
  async keepMine(): Promise<void> {
    const { save } = this.#host.store.getState();
    if (save.kind !== 'conflict') return;
    await this.#run(() => this.#write(save.disk === null ? 'new' : { hash: save.disk.hash }));
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.#isDisposed && !this.isDirty) return;
    const running = work();
    this.#running = running;
    await running;
    if (this.#running === running) this.#running = null;
  }

  async #save(): Promise<void> {
    const state = this.#host.store.getState();
    const parsed = this.#parsed;
    // A file of another format stays as it is.
    if (!parsed || state.status.kind !== 'ready' || state.lock) return;
    if (!this.isDirty) {
      if (state.save.kind !== 'saved') this.#show({ kind: 'saved', at: null });
      return;
    }
    // What was edited and edited back again needs no write.
    if (writeNotebook(parsed, documentOf(state)) === this.#text) {
      this.#base = baseOf(state);
      this.#hasEdits = false;
      this.#show({ kind: 'saved', at: null });
      return;
    }
    await this.#write({ hash: this.#hash });
  }

  async #write(condition: SaveCondition): Promise<void> {
    const { store, files, clock } = this.#host;
    const state = store.getState();
    const { text, metadata } = this.#textOf(state);
    const { path } = state;
    const didWrite = this.#host.willWrite();
    const hadEdits = this.#hasEdits;
    this.#hasEdits = false;
    this.#show({ kind: 'saving' });
    try {
      const result = await files.writeText(path, text, condition);
      this.#text = text;
      this.#hash = result.hash;
      this.#failures = 0;
      if (store.getState().metadata === state.metadata) store.setState({ metadata });
      this.#base = { order: state.order, cells: state.cells, metadata };
      if (this.isDirty) this.#didChange(AFTER_EDIT_MS, false);
      this.#show(this.isDirty ? { kind: 'dirty' } : { kind: 'saved', at: clock.now() });
      didWrite();
    } catch (error) {
      this.#hasEdits ||= hadEdits;
      if (store.getState().path !== path) {
        // The file was renamed while it was written: the same again under its new name.
        await this.#write(condition);
      } else if (isChanged(error)) await this.#meetDisk(text);
      else this.#fail(path, error);
    }
  }

  #textOf(state: NotebookState): { text: string; metadata: JsonObject } {
    const metadata = this.#host.metadataToWrite(state.metadata);
    const document: NotebookDocument = { ...documentOf(state), metadata };
    return { text: this.#parsed ? writeNotebook(this.#parsed, document) : '', metadata };
  }

  /** Somebody else wrote the file since. */
  async #meetDisk(mine: string): Promise<void> {
    const { store, files, clock } = this.#host;
    const { path } = store.getState();
    try {
      const disk = await files.readText(path);
      if (disk.text === mine) {
        this.#hash = disk.hash;
        await this.#write({ hash: disk.hash });
      } else if (this.#hasEdits || !this.#host.takeFromDisk(disk.text, disk.hash)) {
        this.#show({ kind: 'conflict', disk: { text: disk.text, hash: disk.hash }, since: clock.now() });
      }
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 404) {
        this.#show({ kind: 'conflict', disk: null, since: clock.now() });
      } else this.#fail(path, error);
    }
  }

  /** Looks whether the file changed outside; asked when the person comes back to it. */
  async look(): Promise<void> {
    const { store, files } = this.#host;
    const { path, save, status } = store.getState();
    if (status.kind !== 'ready' || this.#running || save.kind === 'conflict' || save.kind === 'failed')
      return;
    try {
      const disk = await files.readText(path);
      const isSame = disk.hash === this.#hash || this.#running !== null || store.getState().path !== path;
      if (isSame) return;
      if (!this.#hasEdits && this.#host.takeFromDisk(disk.text, disk.hash)) return;
      this.#cancel();
      this.#show({
        kind: 'conflict',
        disk: { text: disk.text, hash: disk.hash },
        since: this.#host.clock.now(),
      });
    } catch {
      // Whether it is gone or the server is away, the next save finds out and says so.
      return;
    }
  }

  #fail(path: string, error: unknown): void {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const reason = error instanceof ProblemError ? error.problem.detail : 'The server did not answer.';
    this.#show({
      kind: 'failed',
      title: `${name} was not saved`,
      detail: `${reason.replace(/(?<![.!?])$/, '.')} Your edits are kept on this page. Save again, or download them.`,
      ...(error instanceof Error ? { raw: error.message } : {}),
    });
    // What the server refused stays refused; what did not reach it may do so later.
    if (error instanceof ProblemError && error.problem.status < 500) return;
    const delay = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 30_000;
    this.#failures += 1;
    this.#didChange(delay, true);
  }

  dispose(): void {
    this.#cancel();
    this.#isDisposed = true;
  }
}

function baseOf({ order, cells, metadata }: NotebookState): Base {
  return { order, cells, metadata };
}

function isChanged(error: unknown): boolean {
  return (
    error instanceof ProblemError &&
    (error.problem.status === 412 || error.problem.code === 'changed-on-disk')
  );
}
