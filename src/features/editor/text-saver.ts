/**
 * Keeps the file true. Invariants: a save is conditional on the hash that was read or written last, so another program's
 * change is never overwritten unasked: it is merged line by line, or a person chooses. What is typed while a save runs
 * stays dirty and is saved next; an unchanged file is not written.
 */
import { ProblemError } from '@atelier-ide/contract';
import { mergeText } from '@atelier-ide/core/merge/merge-text.ts';
import type { FileContent } from '@/services/files/files-service.ts';
import { saveRetryDelay } from '@/services/files/save-retry.ts';
import type { Services } from '@/services/services.ts';
import type { ReadyText, TextStore } from './text-store.ts';

/** Delay of the automatic save after the last edit, ms. */
const AFTER_EDIT_MS = 2000;
/** How often one save meets a file that was written again since it was read. */
const MERGE_TRIES = 4;
/** Texts of saves without an answer that are remembered; they may be large. */
const KEPT_ATTEMPTS = 2;

export type TextSaverHost = {
  readonly store: TextStore;
  readonly services: Pick<Services, 'files' | 'log'>;
  path(): string;
  /** False where another tab of this browser writes the file. */
  mayWrite(): boolean;
  /** That tab is asked to. */
  askToWrite(): void;
  /** The file holds something else now. */
  didSettle(): void;
};

export class TextSaver {
  readonly #host: TextSaverHost;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> | null = null;
  /** Saves in a row that did not reach the server. */
  #failures = 0;
  /** What was sent without an answer: the file may hold it. */
  #attempts: readonly string[] = [];
  /** The text before something came in from the file. */
  #before: string | null = null;
  #isDisposed = false;

  constructor(host: TextSaverHost) {
    this.#host = host;
  }

  get isSaving(): boolean {
    return this.#saving !== null;
  }

  #ready(): ReadyText | null {
    const state = this.#host.store.getState();
    return state.status === 'ready' ? state : null;
  }

  get isDirty(): boolean {
    const state = this.#ready();
    return state !== null && state.text !== state.base.text;
  }

  /** The text was edited, here or in another tab. */
  didEdit(): void {
    const state = this.#ready();
    if (!state) return;
    const news = state.news?.kind === 'followed' ? null : state.news && { ...state.news, canUndo: false };
    this.#set({ news });
    if (state.save.kind === 'conflict') return;
    this.#set({ save: this.isDirty ? { kind: 'dirty' } : { kind: 'saved', at: null } });
    this.#schedule();
  }

  /** Another tab of this browser has sent this to the server. */
  didSend(text: string): void {
    this.#attempts = [...this.#attempts.slice(1 - KEPT_ATTEMPTS), text];
  }

  /** A person wants this text in the file: over what is there, or where nothing is; not over what came there since. */
  async keepMine(): Promise<void> {
    const save = this.#ready()?.save;
    await this.flush(save?.kind === 'conflict' && save.isGone ? 'new' : 'any');
  }

  /** Writes now when there is something to write, or where a person wants it. */
  async flush(condition?: 'any' | 'new'): Promise<void> {
    this.cancel();
    while (this.#saving) await this.#saving;
    if (!this.isDirty && condition === undefined) return;
    if (!this.#host.mayWrite()) {
      this.#host.askToWrite();
      return;
    }
    this.#saving = this.#write(condition).finally(() => (this.#saving = null));
    await this.#saving;
    if (this.#ready()?.save.kind === 'dirty') this.#schedule();
  }

  async #write(condition: 'any' | 'new' | undefined, tries = MERGE_TRIES): Promise<void> {
    const state = this.#ready();
    if (!state) return;
    const { text, base } = state;
    this.#set({ save: { kind: 'saving' } });
    this.didSend(text);
    try {
      const path = this.#host.path();
      const result = await this.#host.services.files.writeText(path, text, condition ?? { hash: base.hash });
      this.#didWrite({ hash: result.hash, text }, Date.now());
    } catch (error) {
      const isConflict = error instanceof ProblemError && error.problem.code === 'changed-on-disk';
      const reason = error instanceof ProblemError ? error.problem.detail : String(error);
      if (!isConflict) this.#fail(error, reason);
      else if ((await this.#meetDisk()) && this.isDirty) await this.#writeAgain(tries);
    }
  }

  async #writeAgain(tries: number): Promise<void> {
    if (tries > 0) await this.#write(undefined, tries - 1);
    else this.#set({ save: { kind: 'conflict', isGone: false } });
  }

  /** The file holds what was sent, or what another program left: nothing else is expected of it. */
  #didWrite(base: ReadyText['base'], at: number | null): void {
    const text = this.#ready()?.text;
    this.#attempts = [];
    this.#failures = 0;
    this.#set({ base, save: text === base.text ? { kind: 'saved', at } : { kind: 'dirty' } });
    this.#host.didSettle();
  }

  /** What the server refused stays refused; what did not reach it is tried again by itself. */
  #fail(error: unknown, reason: string): void {
    const retries = !(error instanceof ProblemError) || error.problem.status >= 500;
    this.#set({ save: { kind: 'failed', reason, retries } });
    if (!retries) return;
    this.#schedule(saveRetryDelay(this.#failures));
    this.#failures += 1;
  }

  /** Somebody else wrote the file. False where a person has to choose. */
  async #meetDisk(): Promise<boolean> {
    const { services } = this.#host;
    const path = this.#host.path();
    try {
      return this.#take(await services.files.readText(path));
    } catch (error) {
      const isGone = error instanceof ProblemError && error.problem.status === 404;
      if (!isGone) services.log.warn('A changed file was not read', { path, error: String(error) });
      this.#set({ save: { kind: 'conflict', isGone } });
      return false;
    }
  }

  /** Brings in what somebody else wrote into other lines; false where the same lines were changed on both sides. */
  #take({ text: disk, hash }: Pick<FileContent, 'text' | 'hash'>): boolean {
    const state = this.#ready();
    if (!state) return false;
    const base = { hash, text: disk };
    if (this.#attempts.includes(disk)) {
      this.#didWrite(base, null);
      return true;
    }
    const { text } = mergeText(state.base.text, state.text, disk);
    if (text === null) {
      this.cancel();
      this.#set({ save: { kind: 'conflict', isGone: false } });
      return false;
    }
    if (text !== state.text) {
      this.#before = state.text;
      const kind = state.text === state.base.text ? 'followed' : 'merged';
      const news = { kind, canUndo: true } as const;
      this.#set({ text, version: state.version + 1, recovered: null, news, base });
    }
    this.#didWrite(base, null);
    return true;
  }

  /** Looks whether the file was changed outside. Never rejects. */
  async look(): Promise<void> {
    if (!this.#canLook()) return;
    const path = this.#host.path();
    const disk = await this.#host.services.files.readText(path).catch((error: unknown) => {
      return error instanceof ProblemError && error.problem.status === 404 ? 'gone' : null;
    });
    // Whether the server is away, the next save finds out and says so.
    if (!disk || !this.#canLook() || this.#host.path() !== path) return;
    if (disk === 'gone') {
      this.cancel();
      this.#set({ save: { kind: 'conflict', isGone: true } });
      return;
    }
    const state = this.#ready();
    if (disk.hash !== state?.base.hash) this.#take(disk);
    else if (state.save.kind === 'conflict') this.#didWrite(state.base, null);
    if (this.#ready()?.save.kind === 'dirty') this.#schedule();
  }

  /** Not while it is written anyhow, and not while a person has to solve something. */
  #canLook(): boolean {
    const save = this.#ready()?.save;
    if (!save || this.#saving) return false;
    return save.kind === 'conflict' ? save.isGone : save.kind !== 'failed';
  }

  /** The text before what came in; null where something was edited since. */
  textBeforeNews(): string | null {
    return this.#ready()?.news?.canUndo === true ? this.#before : null;
  }

  #set(change: Partial<ReadyText>): void {
    const state = this.#ready();
    if (state) this.#host.store.setState({ ...state, ...change }, true);
  }

  #schedule(delay = AFTER_EDIT_MS): void {
    this.cancel();
    if (!this.#isDisposed) this.#timer = setTimeout(() => void this.flush(), delay);
  }

  /** What waits to be written waits for the next edit or wish. */
  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  dispose(): void {
    this.cancel();
    this.#isDisposed = true;
  }
}
