import { ProblemError } from '@atelier-ide/contract';
import { mergeText } from '@atelier-ide/core/merge/merge-text.ts';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import type { DocumentSession } from '@/services/documents/documents-service.ts';
import type { EditsKeeper, EditsToKeep, KeptEdits } from '@/services/edits/edits-service.ts';
import type { FileContent } from '@/services/files/files-service.ts';
import type { Services } from '@/services/services.ts';
import { TextSaver } from './text-saver.ts';
import { createTextStore, type ReadyText, type RecoveredText } from './text-store.ts';
import type { Wish } from './twins/text-messages.ts';
import { TextTwins } from './twins/text-twins.ts';

/** So long the journal of edits may take when the file is closed. */
const KEEP_MS = 2_000;

/**
 * One open text file. Owns its text; the editor shows it. The saver keeps the file true, the twins the other tabs.
 *
 * What is not in the file is in the browser's journal of edits, which is not written before it has been looked at.
 */
export class TextSession implements DocumentSession {
  readonly store = createTextStore();
  readonly #services: Services;
  readonly #saver: TextSaver;
  readonly #twins: TextTwins;
  readonly #probes: Disposable;
  readonly #owned = new DisposableStore();
  #path: string;
  readonly #keeper: EditsKeeper;
  /** What an earlier page left, until it is settled; undefined while that is not known. */
  #kept: (KeptEdits & { kind: 'text' }) | null | undefined;

  constructor(services: Services, path: string) {
    this.#services = services;
    this.#path = path;
    this.#probes = services.probes.add(this.#probe());
    this.#keeper = this.#owned.add(
      services.edits.keep({ path: () => this.#path, read: () => this.#toKeep() }),
    );
    const { store } = this;
    this.#twins = this.#owned.add(this.#createTwins());
    this.#saver = new TextSaver({
      store,
      services,
      path: () => this.#path,
      mayWrite: () => !this.#twins.isFollowing,
      askToWrite: () => this.#twins.wish('flush'),
      didSettle: () => this.#refreshKeeper(),
    });
    this.#owned.add(this.#saver);
    void this.#open();
  }

  #createTwins(): TextTwins {
    const isKept = () => this.#kept === null;
    return new TextTwins({
      store: this.store,
      services: this.#services,
      get isKept() {
        return isKept();
      },
      path: () => this.#path,
      didMove: (path) => this.didMove(path),
      act: (wish) => void this.#act(wish),
      didReceive: () => this.#didEdit(),
      didSend: (text) => this.#saver.didSend(text),
      look: () => this.#saver.look(),
      didTakeOver: () => this.#didTakeOver(),
    });
  }

  get path(): string {
    return this.#path;
  }

  get isDirty(): boolean {
    return this.#saver.isDirty;
  }

  /** Another tab of this browser has all of it, and saves it. */
  get isElsewhere(): boolean {
    return this.#twins.isElsewhere;
  }

  didMove(path: string): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#tellKeeper();
    const state = this.#ready();
    // Whoever shows the path shows the new one.
    if (state) this.store.setState({ ...state }, true);
    this.#twins.move(path);
    // It may have been missed under its old name.
    if (state?.save.kind === 'conflict' && state.save.isGone) void this.wish('look');
  }

  #ready(): ReadyText | null {
    const state = this.store.getState();
    return state.status === 'ready' ? state : null;
  }

  #toKeep(): EditsToKeep | null {
    const state = this.#ready();
    if (!state || !this.isDirty) return null;
    return { kind: 'text', hash: state.base.hash, base: state.base.text, changes: state.text };
  }

  #tellKeeper(): void {
    if (this.#kept === null) this.#keeper.didChange();
    else this.#keeper.didMiss();
  }

  #refreshKeeper(): void {
    if (this.#kept === null) this.#keeper.refresh();
  }

  /** The file, what an earlier page did not get into it, and what another tab made of it. */
  async #open(): Promise<void> {
    // A tab that is about to end clears what is kept before it lets the file go.
    const joining = this.#twins.join().then(() => this.#ask());
    const content = await this.#read();
    await (content ? joining : this.#ask());
    if (content) this.#show(content);
    const kept = this.#kept;
    const state = this.store.getState();
    const { joined } = this.#twins;
    if (state.status === 'ready' && joined) {
      // What is kept is the other tab's, if that one could look at it.
      if (joined.isKept) this.#kept = null;
    } else if (!kept) return;
    else if (state.status === 'failed' && state.isGone) {
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
    const state = this.#ready();
    if (!state || changes === state.base.text) {
      this.#keeper.refresh();
      return;
    }
    const merged = hash === state.base.hash ? changes : mergeText(base, changes, state.base.text).text;
    if (merged !== null) {
      this.#put(merged, { kind: 'back', time, text: merged });
      return;
    }
    // The same lines were changed on both sides: both stay, and a person chooses. The text goes on from the version
    // that it was made of, so no save meets what the other side wrote unasked, after another reload neither.
    const save = { kind: 'conflict', isGone: false } as const;
    this.store.setState({ ...state, base: { hash, text: base }, save }, true);
    this.#put(changes, null);
    this.#saver.cancel();
  }

  #put(text: string, recovered: RecoveredText | null): void {
    const state = this.#ready();
    if (!state) return;
    this.store.setState({ ...state, text, version: state.version + 1, recovered }, true);
    this.#didEdit();
  }

  /** Takes recovered edits out of the text, or brings them in again; only while nothing else was typed. */
  turnRecovered(): void {
    const state = this.#ready();
    if (!state?.recovered) return;
    const { kind, time, text } = state.recovered;
    if (kind === 'back') this.#put(state.base.text, { kind: 'discarded', time, text });
    else this.#put(text, { kind: 'back', time, text });
  }

  dismissRecovered(): void {
    const state = this.#ready();
    if (state) this.store.setState({ ...state, recovered: null }, true);
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

  /** Reads the file, and shows it in place of what is here. */
  async load(): Promise<void> {
    const content = await this.#read();
    if (content) this.#show(content);
  }

  async #read(): Promise<FileContent | null> {
    try {
      return await this.#services.files.readText(this.#path);
    } catch (error) {
      const isProblem = error instanceof ProblemError;
      const title = isProblem ? error.problem.title : 'The file could not be opened';
      const isGone = isProblem && error.problem.status === 404;
      const reason = isProblem ? error.problem.detail : String(error);
      this.store.setState({ status: 'failed', title, reason, isGone }, true);
      return null;
    }
  }

  #show({ text, hash, writable }: FileContent): void {
    const before = this.#ready();
    this.store.setState(
      {
        status: 'ready',
        text,
        base: { hash, text },
        version: before ? before.version + 1 : 0,
        isReadOnly: !writable,
        save: { kind: 'saved', at: null },
        recovered: null,
        news: null,
      },
      true,
    );
    this.#refreshKeeper();
    this.#twins.start();
  }

  edit(text: string): void {
    const state = this.#ready();
    if (!state || state.text === text) return;
    // Monaco tells of the text that was put into it, too; that is no edit.
    this.store.setState({ ...state, text, recovered: null }, true);
    this.#didEdit();
  }

  #didEdit(): void {
    this.#tellKeeper();
    this.#saver.didEdit();
  }

  #didTakeOver(): void {
    this.#tellKeeper();
    if (this.isDirty && this.#ready()?.save.kind !== 'conflict') void this.flush();
  }

  /** Does it, or has the tab do it that writes the file. */
  async wish(wish: Wish): Promise<void> {
    if (this.#twins.isFollowing) this.#twins.wish(wish);
    else await this.#act(wish);
  }

  async #act(wish: Wish): Promise<void> {
    switch (wish) {
      case 'flush':
        return this.flush();
      case 'save':
        return this.save();
      case 'keepMine':
        return this.#saver.keepMine();
      case 'load':
        return this.load();
      case 'look':
        return this.#saver.look();
      case 'undoNews':
        return this.#undoNews();
      case 'dismissNews':
        return this.#dismissNews();
    }
  }

  #undoNews(): void {
    const text = this.#saver.textBeforeNews();
    this.#dismissNews();
    if (text !== null) this.#put(text, null);
  }

  #dismissNews(): void {
    const state = this.#ready();
    if (state) this.store.setState({ ...state, news: null }, true);
  }

  /** Writes now what is not in the file, here or in the tab that writes; that one has all of it then. */
  async flush(): Promise<void> {
    const isOthers = this.#twins.isFollowing;
    await this.#saver.flush();
    if (!isOthers) return;
    await this.#twins.delivered();
    // That tab may have ended meanwhile.
    if (!this.#twins.isFollowing) await this.#saver.flush();
  }

  /** A person's save: what is there goes to disk and a checkpoint is made of it. */
  async save(): Promise<void> {
    if (this.#twins.isFollowing) {
      this.#twins.wish('save');
      return;
    }
    await this.flush();
    if (!this.#ready() || this.isDirty) return;
    try {
      await this.#services.files.checkpoint(this.#path);
    } catch (error) {
      this.#services.log.warn('No checkpoint was made', { path: this.#path, error: String(error) });
    }
  }

  #probe() {
    return {
      path: () => this.#path,
      document: () => ({ text: this.#ready()?.text ?? '', isDirty: this.isDirty }),
      kernel: () => null,
      isIdle: () => !this.isDirty && !this.#saver.isSaving,
      onDidChange: (listener: () => void): Disposable => ({ dispose: this.store.subscribe(listener) }),
    };
  }

  /** The last edit is saved even when the tab closes before the delay is over; until then no other tab writes. */
  dispose(): void {
    this.#probes.dispose();
    this.#saver.dispose();
    void this.#end();
  }

  async #end(): Promise<void> {
    await this.flush();
    if (this.#twins.isFollowing && !this.isElsewhere) {
      // The tab that writes hangs: this one saves as a tab of another browser would.
      this.#twins.leave();
      await this.#saver.flush();
    }
    // Who opens the file next finds nothing kept that is in it, unless the storage hangs.
    const late = new Promise((resolve) => setTimeout(resolve, KEEP_MS));
    await Promise.race([this.#keeper.flush(), late]);
    this.#owned.dispose();
  }
}
