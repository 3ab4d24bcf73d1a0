import { ProblemError } from '@atelier-ide/contract';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import type { DocumentSession } from '@/services/documents/documents-service.ts';
import type { Services } from '@/services/services.ts';
import { createTextStore, type SaveState } from './text-store.ts';

/** Delay of the automatic save after the last edit, ms. */
const autoSaveDelay = 2000;

/**
 * One open text file. Owns its text; the editor shows it.
 *
 * Invariants: a save is conditional on the hash that was read or written last, so another program's change is never
 * overwritten unasked; what is typed while a save runs stays dirty and is saved next; an unchanged file is not written.
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

  constructor(services: Services, path: string) {
    this.#services = services;
    this.#path = path;
    this.#disposables.add(services.probes.add(this.#probe()));
    void this.load();
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
  }

  /** Reads the file, at first and when a person asks for the version on disk. */
  async load(): Promise<void> {
    try {
      const content = await this.#services.files.readText(this.#path);
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
        },
        true,
      );
    } catch (error) {
      const isProblem = error instanceof ProblemError;
      const title = isProblem ? error.problem.title : 'The file could not be opened';
      this.store.setState(
        { status: 'failed', title, reason: isProblem ? error.problem.detail : String(error) },
        true,
      );
    }
  }

  edit(text: string): void {
    const state = this.store.getState();
    if (state.status !== 'ready' || state.text === text) return;
    const isBlocked = state.save.kind === 'conflict';
    const save: SaveState = isBlocked
      ? state.save
      : text === this.#savedText
        ? { kind: 'saved', at: null }
        : { kind: 'dirty' };
    this.store.setState({ ...state, text, save }, true);
    if (!isBlocked) this.#schedule();
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

  async #write(condition: 'any' | undefined): Promise<void> {
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
      this.#setSave(this.isDirty ? { kind: 'dirty' } : { kind: 'saved', at: Date.now() });
    } catch (error) {
      const isConflict = error instanceof ProblemError && error.problem.code === 'changed-on-disk';
      const reason = error instanceof ProblemError ? error.problem.detail : String(error);
      this.#setSave(isConflict ? { kind: 'conflict' } : { kind: 'failed', reason });
    }
  }

  #setSave(save: SaveState): void {
    const state = this.store.getState();
    if (state.status === 'ready') this.store.setState({ ...state, save }, true);
  }

  #schedule(): void {
    this.#clearTimer();
    this.#timer = setTimeout(() => void this.flush(), autoSaveDelay);
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
