import { ProblemError } from '@atelier-ide/contract';
import { mergeText } from '@atelier-ide/core/merge/merge-text.ts';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import type { DocumentSession } from '@/services/documents/documents-service.ts';
import type { EditsKeeper, EditsToKeep, KeptEdits } from '@/services/edits/edits-service.ts';
import type { FileContent } from '@/services/files/files-service.ts';
import { saveRetryDelay } from '@/services/files/save-retry.ts';
import type { Services } from '@/services/services.ts';
import { createTextStore, type RecoveredText, type SaveState } from './text-store.ts';

/** Delay of the automatic save after the last edit, ms. */
const autoSaveDelay = 2000;
/** How often one save meets a file that was written again since it was read. */
const MERGE_TRIES = 4;

/**
 * One open text file. Owns its text; the editor shows it.
 *
 * Invariants: a save is conditional on the hash that was read or written last, so another program's change is never
 * overwritten unasked: it is merged line by line, or a person chooses. What is typed while a save runs stays dirty and is saved next; an unchanged file is not written.
 * What is not in the file is in the browser's journal of edits, which is not written before it has been looked at.
 */
export class TextSession implements DocumentSession {
  readonly store = createTextStore();
  readonly #services: Services;
  readonly #disposables = new DisposableStore();
  #path: string;
  #hash: string | null = null;
  #savedText = '';
  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> | null = null;
  /** Saves in a row that did not reach the server. */
  #failures = 0;
  readonly #keeper: EditsKeeper;
  /** What an earlier page left, until it is settled; undefined while that is not known. */
  #kept: (KeptEdits & { kind: 'text' }) | null | undefined;

  constructor(services: Services, path: string) {
    this.#services = services;
    this.#path = path;
    this.#disposables.add(services.probes.add(this.#probe()));
    this.#keeper = this.#disposables.add(
      services.edits.keep({ path: () => this.#path, read: () => this.#toKeep() }),
    );
    void this.#open();
  }

  get path(): string {
    return this.#path;
  }

  get isDirty(): boolean {
    const state = this.store.getState();
    return state.status === 'ready' && state.text !== this.#savedText;
  }

  didMove(path: string): void {
    this.#path = path;
    this.#tellKeeper();
  }

  #toKeep(): EditsToKeep | null {
    const state = this.store.getState();
    if (state.status !== 'ready' || !this.isDirty || this.#hash === null) return null;
    return { kind: 'text', hash: this.#hash, base: this.#savedText, changes: state.text };
  }

  #tellKeeper(): void {
    if (this.#kept === null) this.#keeper.didChange();
    else this.#keeper.didMiss();
  }

  /** The file, and what an earlier page did not get into it. */
  async #open(): Promise<void> {
    await Promise.all([this.load(), this.#ask()]);
    const kept = this.#kept;
    const state = this.store.getState();
    if (!kept) return;
    if (state.status === 'failed' && state.isGone) {
      this.store.setState({ ...state, kept: kept.time }, true);
    } else if (state.status === 'ready') this.#recover(kept);
  }

  async #ask(): Promise<void> {
    try {
      const kept = await this.#services.edits.read(this.#path);
      this.#kept = kept?.kind === 'text' ? kept : null;
    } catch (error) {
      // What it holds is not known, so it stays as it is.
      this.#services.log.warn('The journal of edits did not answer', { error: String(error) });
    }
  }

  #recover({ time, hash, base, changes }: KeptEdits & { kind: 'text' }): void {
    this.#kept = null;
    if (changes === this.#savedText) {
      this.#keeper.refresh();
      return;
    }
    const merged = hash === this.#hash ? changes : mergeText(base, changes, this.#savedText).text;
    if (merged !== null) {
      this.#put(merged, { kind: 'back', time, text: merged });
      return;
    }
    // The same lines were changed on both sides: both stay, and a person chooses. The text goes on from the version
    // that it was made of, so no save meets what the other side wrote unasked, after another reload neither.
    this.#hash = hash;
    this.#savedText = base;
    this.#put(changes, null);
    this.#clearTimer();
    this.#setSave({ kind: 'conflict' });
  }

  #put(text: string, recovered: RecoveredText | null): void {
    const state = this.store.getState();
    if (state.status !== 'ready') return;
    this.store.setState({ ...state, text, version: state.version + 1, recovered }, true);
    this.#didEdit();
  }

  /** Takes recovered edits out of the text, or brings them in again; only while nothing else was typed. */
  turnRecovered(): void {
    const state = this.store.getState();
    if (state.status !== 'ready' || !state.recovered) return;
    const { kind, time, text } = state.recovered;
    if (kind === 'back') this.#put(this.#savedText, { kind: 'discarded', time, text });
    else this.#put(text, { kind: 'back', time, text });
  }

  dismissRecovered(): void {
    const state = this.store.getState();
    if (state.status === 'ready') this.store.setState({ ...state, recovered: null }, true);
  }

  /** What is kept of a file that is gone. */
  get keptText(): string {
    return this.#kept?.changes ?? '';
  }

  /** Makes the file again from what is kept of it. */
  async saveKept(): Promise<void> {
    await this.#services.files.writeText(this.#path, this.keptText, 'new');
    this.#kept = null;
    await this.#services.edits.remove(this.#path);
    await this.load();
  }

  /** Reads the file, at first and when a person asks for the version on disk. */
  async load(): Promise<void> {
    try {
      this.#show(await this.#services.files.readText(this.#path));
    } catch (error) {
      const isProblem = error instanceof ProblemError;
      const title = isProblem ? error.problem.title : 'The file could not be opened';
      const isGone = isProblem && error.problem.status === 404;
      const reason = isProblem ? error.problem.detail : String(error);
      this.store.setState({ status: 'failed', title, reason, isGone }, true);
    }
  }

  #show(content: FileContent): void {
    const before = this.store.getState();
    this.#hash = content.hash;
    this.#savedText = content.text;
    this.store.setState(
      {
        status: 'ready',
        text: content.text,
        version: before.status === 'ready' ? before.version + 1 : 0,
        isReadOnly: !content.writable,
        save: { kind: 'saved', at: null },
        recovered: null,
      },
      true,
    );
    if (this.#kept === null) this.#keeper.refresh();
  }

  edit(text: string): void {
    const state = this.store.getState();
    if (state.status !== 'ready' || state.text === text) return;
    // Monaco tells of the text that was put into it, too; that is no edit.
    this.store.setState({ ...state, text, recovered: null }, true);
    this.#didEdit();
  }

  #didEdit(): void {
    this.#tellKeeper();
    const state = this.store.getState();
    if (state.status !== 'ready' || state.save.kind === 'conflict') return;
    this.#setSave(state.text === this.#savedText ? { kind: 'saved', at: null } : { kind: 'dirty' });
    this.#schedule();
  }

  /** Writes now when there is something to write. `condition: 'any'` is a person's wish to overwrite. */
  async flush(condition?: 'any'): Promise<void> {
    this.#clearTimer();
    while (this.#saving) await this.#saving;
    if (!this.isDirty && condition !== 'any') return;
    this.#saving = this.#write(condition).finally(() => (this.#saving = null));
    await this.#saving;
    const state = this.store.getState();
    if (state.status === 'ready' && state.save.kind === 'dirty') this.#schedule();
  }

  /** A person's save: what is there goes to disk and a checkpoint is made of it. */
  async save(): Promise<void> {
    await this.flush();
    if (this.store.getState().status !== 'ready' || this.isDirty) return;
    try {
      await this.#services.files.checkpoint(this.#path);
    } catch (error) {
      this.#services.log.warn('No checkpoint was made', { path: this.#path, error: String(error) });
    }
  }

  async #write(condition: 'any' | undefined, tries = MERGE_TRIES): Promise<void> {
    const state = this.store.getState();
    if (state.status !== 'ready') return;
    const { text } = state;
    this.#setSave({ kind: 'saving' });
    try {
      const hash = this.#hash;
      const result = await this.#services.files.writeText(
        this.#path,
        text,
        condition ?? (hash === null ? 'new' : { hash }),
      );
      this.#hash = result.hash;
      this.#savedText = text;
      this.#failures = 0;
      this.#setSave(this.isDirty ? { kind: 'dirty' } : { kind: 'saved', at: Date.now() });
      this.#keeper.refresh();
    } catch (error) {
      const isConflict = error instanceof ProblemError && error.problem.code === 'changed-on-disk';
      const reason = error instanceof ProblemError ? error.problem.detail : String(error);
      if (isConflict && tries > 0 && (await this.#mergeDisk())) await this.#write(undefined, tries - 1);
      else if (isConflict) this.#setSave({ kind: 'conflict' });
      else this.#fail(error, reason);
    }
  }

  /** What the server refused stays refused; what did not reach it is tried again by itself. */
  #fail(error: unknown, reason: string): void {
    const retries = !(error instanceof ProblemError) || error.problem.status >= 500;
    this.#setSave({ kind: 'failed', reason, retries });
    if (!retries) return;
    this.#schedule(saveRetryDelay(this.#failures));
    this.#failures += 1;
  }

  /** Brings in what somebody else wrote into other lines; false where the same lines were changed on both sides. */
  async #mergeDisk(): Promise<boolean> {
    try {
      const disk = await this.#services.files.readText(this.#path);
      const state = this.store.getState();
      const { text } =
        state.status === 'ready' ? mergeText(this.#savedText, state.text, disk.text) : { text: null };
      if (state.status !== 'ready' || text === null) return false;
      this.#hash = disk.hash;
      this.#savedText = disk.text;
      if (text !== state.text) this.store.setState({ ...state, text, version: state.version + 1 }, true);
      return true;
    } catch (error) {
      this.#services.log.warn('A changed file was not read', { path: this.#path, error: String(error) });
      return false;
    }
  }

  #setSave(save: SaveState): void {
    const state = this.store.getState();
    if (state.status === 'ready') this.store.setState({ ...state, save }, true);
  }

  #schedule(delay = autoSaveDelay): void {
    this.#clearTimer();
    this.#timer = setTimeout(() => void this.flush(), delay);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #probe() {
    return {
      path: () => this.#path,
      document: () => {
        const state = this.store.getState();
        return { text: state.status === 'ready' ? state.text : '', isDirty: this.isDirty };
      },
      kernel: () => null,
      isIdle: () => !this.isDirty && this.#saving === null,
      onDidChange: (listener: () => void): Disposable => ({ dispose: this.store.subscribe(listener) }),
    };
  }

  /** The last edit is saved even when the tab closes before the delay is over. */
  dispose(): void {
    this.#clearTimer();
    if (this.isDirty) void this.flush();
    this.#disposables.dispose();
  }
}
