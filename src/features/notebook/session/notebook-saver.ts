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
import type { FileContent, FilesService, SaveCondition } from '@/services/files/files-service.ts';
import { saveRetryDelay } from '@/services/files/save-retry.ts';
import { saveFailure } from '../conflict/save-failure.ts';
import { documentOf, type NotebookContent } from '../document/notebook-model.ts';
import { changesBetween } from '../recovery/kept-cells.ts';
import type { NotebookState, NotebookStore, SaveState } from './notebook-store.ts';

const AFTER_EDIT_MS = 2_000;
const AFTER_OUTPUT_MS = 2_000;
const AFTER_END_MS = 300;
/** How often one save meets a file that was written again since it was read. */
const MERGE_TRIES = 4;

export type SaverHost = {
  store: NotebookStore;
  files: FilesService;
  clock: Clock;
  /** The metadata as the next save writes it (the chosen environment is in it). */
  metadataToWrite(metadata: JsonObject): JsonObject;
  /** Called with the state that is being written; the answer is called when it is in the file. */
  willWrite(): () => void;
  /** The file differs: what is new in it comes in. False where it is no notebook. */
  takeFromDisk(text: string, hash: string): boolean;
  /** False where another tab of this browser writes the file. */
  mayWrite(): boolean;
  /** That tab is asked to. */
  askToWrite(): void;
  /** How many cells wait for a choice between here and the file. */
  openChoices(): number;
};

/** What of the state the file holds. */
export type SavedContent = Pick<NotebookContent, 'order' | 'cells' | 'metadata'>;

type Attempt = { readonly text: string; readonly base: SavedContent };
/** Texts of saves without an answer that are remembered; they may be large. */
const KEPT_ATTEMPTS = 2;

export class NotebookSaver implements Disposable {
  readonly #host: SaverHost;
  #parsed: ParsedNotebook | null = null;
  #text = '';
  #hash = '';
  #base: SavedContent | null = null;
  #hasEdits = false;
  #timer: { due: number; end: Disposable } | null = null;
  #running: Promise<void> | null = null;
  #isDisposed = false;
  #failures = 0;
  /** What is being written, and what was sent before without an answer: the file may hold it. */
  #attempts: readonly Attempt[] = [];
  /** An edit of a person left nothing: only then may a save empty the file. */
  #wasEmptied = false;

  constructor(host: SaverHost) {
    this.#host = host;
  }

  /** The file was read: this is what it holds, which is what is shown unless `base` says otherwise. */
  adopt(parsed: ParsedNotebook, hash: string, base?: SavedContent): void {
    const state = this.#host.store.getState();
    this.#parsed = parsed;
    this.#text = parsed.original;
    this.#hash = hash;
    this.#base = base ?? baseOf(state);
    this.#attempts = [];
    this.#hasEdits = changesBetween(this.#base, state) !== null;
    this.#cancel();
  }

  get hash(): string {
    return this.#hash;
  }

  get parsed(): ParsedNotebook | null {
    return this.#parsed;
  }

  /** What the file held when it was read or written last. */
  get base(): SavedContent | null {
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

  /** The cells are gone and no person emptied them: neither the file nor what is kept of it follows. */
  get isLost(): boolean {
    const base = this.#base;
    return base !== null && !isBlank(base) && !this.#wasEmptied && isBlank(this.#host.store.getState());
  }

  /** The text that a save would write now. */
  currentText(): string {
    return this.#parsed ? this.#textOf(this.#host.store.getState()).text : '';
  }

  didEdit(before: NotebookContent): void {
    this.#hasEdits = true;
    // What was lost before is not what the person took away.
    this.#wasEmptied = isBlank(this.#host.store.getState()) && (this.#wasEmptied || !isBlank(before));
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
    if (save.kind === 'conflict' || save.kind === 'choices' || !this.#host.mayWrite()) return;
    const due = this.#host.clock.elapsed() + delay;
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
    if (this.#host.mayWrite()) await this.#run(() => this.#save());
    else if (this.isDirty) this.#host.askToWrite();
  }

  /** What waited for a choice is chosen: all is saved again. */
  didChoose(): void {
    if (this.#host.store.getState().save.kind !== 'choices') return;
    this.#show({ kind: 'dirty' });
    this.#didChange(AFTER_END_MS, true);
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
    if (!parsed || state.status.kind !== 'ready' || state.lock || this.#waitsForChoice()) return;
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

  #waitsForChoice(): boolean {
    const count = this.#host.openChoices();
    if (count > 0) this.#show({ kind: 'choices', count });
    return count > 0;
  }

  async #write(condition: SaveCondition, tries = MERGE_TRIES): Promise<void> {
    const { store, files, clock } = this.#host;
    const state = store.getState();
    const { text, metadata } = this.#textOf(state);
    const { path } = state;
    const base: SavedContent = { order: state.order, cells: state.cells, metadata };
    if (!this.#mayWrite(text, state)) return;
    const didWrite = this.#host.willWrite();
    const hadEdits = this.#hasEdits;
    this.#hasEdits = false;
    const attempt = { text, base };
    this.#attempts = [...this.#attempts.slice(1 - KEPT_ATTEMPTS), attempt];
    // A failure stays in sight until a save has succeeded.
    if (state.save.kind !== 'failed') this.#show({ kind: 'saving' });
    try {
      const result = await files.writeText(path, text, condition, this.#textUnder(condition));
      this.#didWrite(attempt, result.hash, state.metadata);
      if (this.isDirty) this.#didChange(AFTER_EDIT_MS, false);
      this.#show(this.isDirty ? { kind: 'dirty' } : { kind: 'saved', at: clock.now() });
      didWrite();
    } catch (error) {
      this.#hasEdits ||= hadEdits;
      if (store.getState().path !== path) {
        // The file was renamed while it was written: the same again under its new name.
        await this.#write(condition, tries);
      } else if (isChanged(error)) await this.#meetDisk(tries);
      else this.#fail(path, error);
    }
  }

  /** The text that the file holds if the condition does. */
  #textUnder(condition: SaveCondition): string | undefined {
    return typeof condition === 'object' && condition.hash === this.#hash ? this.#text : undefined;
  }

  /** What was sent last is what the file holds. */
  #didWrite({ text, base }: Attempt, hash: string, sent: JsonObject): void {
    const { store } = this.#host;
    this.#attempts = [];
    this.#text = text;
    this.#hash = hash;
    this.#failures = 0;
    if (store.getState().metadata === sent) store.setState({ metadata: base.metadata });
    this.#base = base;
  }

  /** No save empties a file unless a person emptied the notebook. */
  #mayWrite(text: string, { path }: NotebookState): boolean {
    if (text !== '' && !this.isLost) return true;
    const name = nameOf(path);
    this.#show({
      kind: 'failed',
      title: `${name} was not saved`,
      fact: 'The page lost the cells of this notebook. The file is unchanged. Load this page again.',
    });
    return false;
  }

  #textOf(state: NotebookState): { text: string; metadata: JsonObject } {
    const metadata = this.#host.metadataToWrite(state.metadata);
    const document: NotebookDocument = { ...documentOf(state), metadata };
    return { text: this.#parsed ? writeNotebook(this.#parsed, document) : '', metadata };
  }

  /** Somebody else wrote the file since: what is new there comes in, then all of it is written. */
  async #meetDisk(tries: number): Promise<void> {
    const { store, files } = this.#host;
    const { path } = store.getState();
    try {
      this.#take(await files.readText(path));
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 404) {
        this.#show({ kind: 'conflict', disk: null, since: this.#host.clock.now() });
      } else this.#fail(path, error);
      return;
    }
    const { kind } = store.getState().save;
    if (kind === 'conflict' || kind === 'choices' || !this.isDirty) return;
    if (tries > 0) await this.#write({ hash: this.#hash }, tries - 1);
    else this.#didChange(AFTER_EDIT_MS, true);
  }

  /** The file as somebody else left it, unless it is what was sent from here without an answer. */
  #take({ text, hash }: Pick<FileContent, 'text' | 'hash'>): void {
    const { clock, store } = this.#host;
    const sent = this.#attempts.find((one) => one.text === text);
    if (sent) this.#didWrite(sent, hash, store.getState().metadata);
    else if (!this.#host.takeFromDisk(text, hash)) {
      this.#cancel();
      this.#show({ kind: 'conflict', disk: { text, hash }, since: clock.now() });
      return;
    }
    if (this.#waitsForChoice()) return;
    this.#show(this.isDirty ? { kind: 'dirty' } : { kind: 'saved', at: null });
    if (this.isDirty) this.#didChange(AFTER_END_MS, true);
  }

  /** Looks whether the file changed outside; asked when the person comes back to it. */
  async look(): Promise<void> {
    const { store, files } = this.#host;
    const { path, save, status, lock } = store.getState();
    if (
      status.kind !== 'ready' ||
      lock ||
      this.#running ||
      save.kind === 'conflict' ||
      save.kind === 'failed'
    )
      return;
    try {
      const disk = await files.readText(path);
      const isSame = disk.hash === this.#hash || this.#running !== null || store.getState().path !== path;
      if (!isSame) this.#take(disk);
    } catch {
      // Whether it is gone or the server is away, the next save finds out and says so.
      return;
    }
  }

  #fail(path: string, error: unknown): void {
    const { retries, ...words } = saveFailure(nameOf(path), error);
    this.#show({ kind: 'failed', ...words });
    if (!retries) return;
    this.#didChange(saveRetryDelay(this.#failures), true);
    this.#failures += 1;
  }

  dispose(): void {
    this.#cancel();
    this.#isDisposed = true;
  }
}

function baseOf({ order, cells, metadata }: NotebookState): SavedContent {
  return { order, cells, metadata };
}

const isBlank = ({ order, cells }: Pick<NotebookContent, 'order' | 'cells'>) =>
  order.every((id) => cells[id]?.source.trim() === '');

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function isChanged(error: unknown): boolean {
  return (
    error instanceof ProblemError &&
    (error.problem.status === 412 || error.problem.code === 'changed-on-disk')
  );
}
