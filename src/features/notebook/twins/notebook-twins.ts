/**
 * The same notebook in other tabs of this browser. One tab writes the file, the one with the lock; all show each other's
 * edits as they are made. A tab that opens later takes over what the writing tab shows, names of cells included; one
 * that gets no answer stays by itself, as a tab of another browser would: then saves are merged, and nothing is shared.
 */
import { matchCells, newCellId } from '@atelier-ide/core/notebook/identity.ts';
import { type ParsedNotebook, withCellIds } from '@atelier-ide/core/notebook/read.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import type { Services } from '@/services/services.ts';
import type { SharedDocument } from '@/services/edits/shared-document.ts';
import { applyOperation, isSameOrder, type Operation } from '../document/notebook-model.ts';
import { documentWith, type EditedContent, operationTo } from '../recovery/kept-cells.ts';
import type { WaitingCell } from '../conflict/disk-store.ts';
import type { NotebookDisk } from '../conflict/notebook-disk.ts';
import { selectionAfter } from '../recovery/selection-after.ts';
import type { NotebookEditing } from '../session/notebook-editing.ts';
import type { NotebookSaver } from '../session/notebook-saver.ts';
import type { NotebookState, NotebookStore } from '../session/notebook-store.ts';
import { SharedCells } from './shared-cells.ts';
import {
  asTwinMessage,
  type TwinChange,
  type TwinHello,
  type TwinMessage,
  type TwinState,
} from './twin-messages.ts';

/** The writing tab answers in a few milliseconds, unless it is busy. */
const ANSWER_MS = 4_000;
/** Without locks nobody knows whether there is one to answer. */
const GUESS_MS = 300;
/** A person who works in this tab asks for the lock no more often. */
const TAKE_EVERY_MS = 2_000;
/** The file is read again this long after the writing tab wrote it, at most. */
const LOOK_AFTER_MS = 1_000;

export type TwinsHost = {
  readonly store: NotebookStore;
  readonly editing: NotebookEditing;
  readonly saver: NotebookSaver;
  readonly services: Pick<Services, 'edits' | 'log'>;
  /** Where cells wait for a choice. */
  readonly disk: Pick<NotebookDisk, 'choices' | 'didChoose' | 'reopen' | 'store'>;
  didMove(path: string): void;
};

export class NotebookTwins implements Disposable {
  readonly #host: TwinsHost;
  readonly #clock: Clock;
  readonly #id: string;
  readonly #owned = new DisposableStore();
  readonly #cells: SharedCells;
  #line: { shared: SharedDocument; path: string; ends: DisposableStore } | null = null;
  /** What the others know of this tab; null before it shows anything. */
  #shown: EditedContent | null = null;
  /** What the writing tab showed when this one opened. */
  #joined: TwinState | null = null;
  #isAligned = false;
  #isReceiving = false;
  #early: TwinChange[] = [];
  #asked: string[] = [];
  #didAnswer: (() => void) | null = null;
  #tookAt = Number.NEGATIVE_INFINITY;
  #looking: Disposable | null = null;

  constructor(host: TwinsHost, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
    this.#id = newCellId();
    this.#cells = new SharedCells(this.#id);
    const stop = host.store.subscribe((now, before) => this.#didChange(now, before));
    this.#owned.add(toDisposable(stop));
    const stopDisk = host.disk.store.subscribe(({ news }, { news: before }) => {
      if (before && news?.choices !== before.choices) this.#tellChoices(before.choices);
    });
    this.#owned.add(toDisposable(stopDisk));
    this.#owned.add(toDisposable(() => this.#looking?.dispose()));
    this.#owned.add(toDisposable(() => this.#line?.ends.dispose()));
  }

  /** This tab writes the file. */
  get mayWrite(): boolean {
    return !this.#isAligned || (this.#line?.shared.isWriter ?? true);
  }

  /** What is being changed was typed in another tab, which keeps it. */
  get isReceiving(): boolean {
    return this.#isReceiving;
  }

  /** This tab shows what another one showed; what the journal keeps is that one's. */
  get hasJoined(): boolean {
    return this.#joined !== null;
  }

  /** Finds out, while the file is being read, whether another tab has it. */
  async join(): Promise<void> {
    if (this.#line) return;
    const shared = this.#open(this.#host.store.getState().path);
    try {
      const isFirst = await shared.join();
      if (isFirst === true || this.#owned.isDisposed) return;
      await this.#askForState(shared, isFirst === null ? GUESS_MS : ANSWER_MS);
    } catch (error) {
      this.#host.services.log.warn('A notebook is not shared among tabs', { error: String(error) });
    }
  }

  #open(path: string): SharedDocument {
    const shared = this.#host.services.edits.share(path);
    const ends = new DisposableStore();
    ends.add(shared);
    ends.add(shared.onDidReceive((data) => this.#receive(data)));
    ends.add(
      shared.onDidBecomeWriter(() => {
        this.#didAnswer?.();
        void this.#takeOver();
      }),
    );
    this.#line = { shared, path, ends };
    return shared;
  }

  /** Until the answer is here, the lock is, or nobody answers. */
  #askForState(shared: SharedDocument, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, () => this.#didAnswer?.());
      this.#didAnswer = () => {
        this.#didAnswer = null;
        timer.dispose();
        resolve();
      };
      shared.post({ type: 'hello', from: this.#id } satisfies TwinMessage);
    });
  }

  /** The file as read, its cells under the names that they have in the tab that answered. */
  withFormerIds(notebook: ParsedNotebook, hash: string): ParsedNotebook {
    const state = this.#joined;
    if (!state) return notebook;
    const { cells } = notebook.document;
    const { ids, hash: theirHash } = state.base;
    if (theirHash === hash && ids.length === cells.length) {
      return withCellIds(notebook, new Map(cells.map((cell, index) => [cell.id, ids[index] ?? cell.id])));
    }
    const theirs = documentWith(
      state.cells.flatMap(({ cell }) => cell ?? []),
      notebook.document,
    );
    return withCellIds(notebook, matchCells(cells, theirs.cells));
  }

  /** The file is shown. From now on this tab tells the others, and hears them. */
  start(): void {
    const { disk, store, saver } = this.#host;
    const isFirstTime = this.#shown === null;
    const state = this.#joined;
    if (isFirstTime && state) {
      this.#isReceiving = true;
      this.#cells.adopt(state);
      const content = store.getState();
      const cells = state.cells.flatMap(({ cell }) => cell ?? []);
      const edits = operationTo(content, cells, state.metadata.value);
      if (edits) {
        const operation = withResults(edits, state);
        const { order, cells: shown, metadata } = applyOperation(content, operation).content;
        store.setState({ ...selectionAfter(content, operation), order, cells: shown, metadata });
        saver.didEdit(content);
      }
      if (state.waiting && saver.base) disk.reopen(state.waiting, saver.base.cells);
      this.#isReceiving = false;
    }
    if (isFirstTime) this.#isAligned = state !== null || (this.#line?.shared.isWriter ?? false);
    this.#shown = shownOf(store.getState());
    for (const change of this.#early.splice(0)) this.#accept(change);
    for (const id of this.#asked.splice(0)) this.#answer(id);
  }

  /** A person wants the file saved, and another tab does that. */
  askToSave(): void {
    this.#post({ type: 'save' });
  }

  #post(message: TwinMessage): void {
    this.#line?.shared.post(message);
  }

  #didChange(now: NotebookState, before: NotebookState): void {
    const line = this.#line;
    if (!line || now.status.kind !== 'ready') return;
    if (now.path !== line.path) this.#move(now.path);
    this.#tell(now);
    if (now.save !== before.save && now.save.kind === 'saved' && line.shared.isWriter)
      this.#post({ type: 'saved' });
  }

  /** What this tab made of the notebook since the others heard of it. */
  #tell(now: NotebookState): void {
    const before = this.#shown;
    if (!before || this.#isReceiving || !this.#isAligned) return;
    if (now.order === before.order && now.cells === before.cells && now.metadata === before.metadata) return;
    this.#shown = shownOf(now);
    const change = this.#cells.changeBetween(before, now);
    if (!change) return;
    this.#post(change);
    this.#take();
  }

  /** What waited and does not any more. */
  #tellChoices(before: readonly WaitingCell[]): void {
    if (this.#isReceiving || !this.#isAligned) return;
    const waits = new Set(this.#host.disk.choices.map(({ id }) => id));
    const ids = before.map(({ id }) => id).filter((id) => !waits.has(id));
    if (ids.length > 0) this.#post({ type: 'chosen', ids });
  }

  #didChoose(ids: readonly CellId[]): void {
    this.#isReceiving = true;
    this.#host.disk.didChoose(ids);
    this.#isReceiving = false;
  }

  /** A page out of sight is slow to save: who works takes that over. */
  #take(): void {
    if (this.mayWrite || !isVisible() || this.#clock.elapsed() - this.#tookAt < TAKE_EVERY_MS) return;
    this.#tookAt = this.#clock.elapsed();
    this.#post({ type: 'take' });
  }

  #receive(data: unknown): void {
    const message = asTwinMessage(data);
    if (!message) return;
    if (message.type === 'hello' || message.type === 'state' || message.type === 'change')
      this.#hear(message);
    else if (message.type === 'moved') this.#host.didMove(message.path);
    else if (message.type === 'saved') this.#lookSoon();
    else if (message.type === 'take') void this.#handOver();
    else if (message.type === 'chosen') this.#didChoose(message.ids);
    else if (this.#line?.shared.isWriter) void this.#host.saver.flush();
  }

  #hear(message: TwinChange | TwinState | TwinHello): void {
    if (message.type === 'hello') {
      if (this.#shown) this.#answer(message.from);
      else this.#asked.push(message.from);
    } else if (message.type === 'change') {
      if (this.#shown) this.#accept(message);
      else if (this.#joined) this.#early.push(message);
    } else if (message.to === this.#id && this.#didAnswer) {
      this.#joined = message;
      this.#didAnswer();
    }
  }

  #answer(to: string): void {
    const { disk, store, saver } = this.#host;
    const { base, hash } = saver;
    if (!this.#isAligned || !this.#line?.shared.isWriter || !base) return;
    const waiting = disk.choices.map(({ id, base: before }) => ({ id, base: before }));
    this.#post({ ...this.#cells.stateOf(store.getState(), { hash, ids: base.order }, to), waiting });
  }

  #accept(change: TwinChange): void {
    if (!this.#isAligned) return;
    const { store, editing } = this.#host;
    const content = store.getState();
    const isBehind = this.#cells.isBehind(change);
    const operation = this.#cells.accept(content, change);
    if (operation) {
      this.#isReceiving = true;
      editing.apply(operation, selectionAfter(content, operation));
      this.#isReceiving = false;
    }
    const now = store.getState();
    this.#shown = shownOf(now);
    // Two orders at once: that of the tab that writes stands in all.
    const theirs = change.order?.ids ?? content.order;
    if (this.#line?.shared.isWriter && (isBehind || !isSameOrder(theirs, now.order)))
      this.#post(this.#cells.settle(now.order));
  }

  /** What the file holds now is what this tab compares with. */
  #lookSoon(): void {
    if (!this.#isAligned || this.#line?.shared.isWriter || this.#looking) return;
    this.#looking = this.#clock.after(LOOK_AFTER_MS, () => {
      this.#looking = null;
      if (isVisible()) void this.#host.saver.look();
    });
  }

  /** The tab that wrote is gone, or has handed over: what it left unsaved is here too. */
  async #takeOver(): Promise<void> {
    if (!this.#shown) return;
    const saver = this.#host.saver;
    await saver.look();
    if (this.#owned.isDisposed) return;
    this.#post(this.#cells.settle(this.#host.store.getState().order));
    if (saver.isDirty) await saver.flush();
  }

  async #handOver(): Promise<void> {
    const { saver } = this.#host;
    if (isVisible() || !this.#line?.shared.isWriter) return;
    await saver.flush();
    if (!isVisible()) this.#line?.shared.handOver();
  }

  /** The file has another name: the others hear it where they still listen. */
  #move(path: string): void {
    this.#post({ type: 'moved', path });
    this.#line?.ends.dispose();
    void this.#joinAgain(this.#open(path));
  }

  /** Until the lock under the new name is here nothing was saved, and nothing said when to. */
  async #joinAgain(shared: SharedDocument): Promise<void> {
    const isHere = () => !this.#owned.isDisposed && this.#line?.shared === shared;
    try {
      const isFirst = await shared.join();
      if (isFirst !== false && isHere()) await this.#takeOver();
    } catch (error) {
      this.#host.services.log.warn('A notebook is not shared among tabs', { error: String(error) });
      if (!isHere()) return;
      // No lock comes any more: this tab stays by itself, and saves.
      this.#isAligned = false;
      if (this.#host.saver.isDirty) await this.#host.saver.flush();
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function shownOf({ order, cells, metadata }: EditedContent): EditedContent {
  return { order, cells, metadata };
}

/** Also the results of cells that are in no file yet. */
function withResults(edits: Operation, { cells }: TwinState): Operation {
  const results = cells.flatMap(({ id, result }): Operation[] =>
    result ? [{ type: 'result', id, result }] : [],
  );
  return results.length === 0 ? edits : { type: 'batch', operations: [edits, ...results] };
}

/** The page is in sight, so its timers run and its person may be here. */
function isVisible(): boolean {
  return typeof document === 'undefined' || document.visibilityState !== 'hidden';
}
