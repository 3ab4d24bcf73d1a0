/**
 * What another program wrote into the file comes into the open notebook, cell by cell. The cells that both sides
 * edited wait for a choice: mine stands, the other version is beside it, and nothing is saved until then, so that the
 * file keeps theirs. Everything that came in is one step of the history, but for results: those are the kernel's.
 */
import {
  type CellConflict,
  mergeNotebooks,
  type NotebookMerge,
} from '@atelier-ide/core/merge/merge-notebooks.ts';
import { isEdited, isSameCell } from '@atelier-ide/core/merge/merge-cell.ts';
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import {
  type CellId,
  jsonEqual,
  type NotebookCell,
  type NotebookDocument,
} from '@atelier-ide/core/notebook/model.ts';
import { type ParsedNotebook, readNotebook, withCellIds } from '@atelier-ide/core/notebook/read.ts';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import {
  contentOf,
  documentOf,
  emptyCell,
  isSameOrder,
  type NotebookContent,
  type Operation,
} from '../document/notebook-model.ts';
import type { NotebookEditing } from '../session/notebook-editing.ts';
import type { NotebookSaver, SavedContent } from '../session/notebook-saver.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import { type CellNote, holdingNotes, notesOf, replacing, undoOf } from './cell-notes.ts';
import { createDiskStore, type DiskNews, type OpenChoice, type WaitingCell } from './disk-store.ts';
import { stepsBetween } from './merge-operation.ts';

export type DiskHost = {
  store: NotebookStore;
  editing: NotebookEditing;
  saver: NotebookSaver;
  clock: Clock;
  /** All that the kernel said is in the cells before they are compared. */
  willMerge(): void;
  /** Outputs that are not in the file go on top of what came in. */
  didMerge(): void;
};

const NONE: readonly OpenChoice[] = [];

export class NotebookDisk implements Disposable {
  readonly store = createDiskStore();
  readonly #host: DiskHost;
  readonly #owned = new DisposableStore();

  constructor(host: DiskHost) {
    this.#host = host;
    this.#owned.add(host.editing.onDidEdit(() => this.#didEdit()));
  }

  /** Cells that wait for a choice. */
  get choices(): readonly OpenChoice[] {
    return this.store.getState().news?.choices ?? NONE;
  }

  /** Merges the file as it is now into the notebook. False where it cannot be: it is no notebook, or it is empty. */
  take(text: string, hash: string): boolean {
    const { store, saver } = this.#host;
    const result = readNotebook(text);
    const base = saver.base;
    // Whoever empties a file may be in the middle of writing it.
    if (!result.ok || result.notebook.scan === undefined || !base) return false;
    this.#host.willMerge();
    const mine = saver.currentText();
    const state = store.getState();
    const before = baseDocument(documentOf({ ...state, ...base }), saver);
    const merge = withSomeCell(
      mergeNotebooks({ base: before, mine: documentOf(state), theirs: result.notebook.document }),
    );
    this.#apply(merge.document);
    this.#adopt(withCellIds(result.notebook, merge.theirIds), hash);
    this.#host.didMerge();
    this.tell(merge, { mine, disk: text }, state);
    return true;
  }

  #apply(merged: NotebookDocument): void {
    const { store, editing } = this.#host;
    const { withResults, edits } = stepsBetween(store.getState(), merged);
    const { cells, metadata } = withResults;
    store.setState({ cells, metadata });
    if (!edits) return;
    const state = store.getState();
    const there = new Set(merged.cells.map(({ id }) => id));
    const at = state.active === null ? 0 : state.order.indexOf(state.active);
    const rest = state.order.slice(at).find((id) => there.has(id)) ?? merged.cells.at(-1)?.id ?? null;
    const isThere = (id: CellId | null) => id !== null && there.has(id);
    editing.takeIn(
      edits,
      isThere(state.active) && isThere(state.anchor) ? {} : { active: rest, anchor: rest, mode: 'command' },
    );
  }

  /** The file is what was read; cells that are the same here stand for it, so that they count as saved. */
  #adopt(notebook: ParsedNotebook, hash: string): void {
    const state = this.#host.store.getState();
    const content = contentOf(notebook.document);
    const cells = Object.fromEntries(
      content.order.flatMap((id) => {
        const [there, here] = [content.cells[id], state.cells[id]];
        return there ? [[id, here && isSameCell(here, there) ? here : there]] : [];
      }),
    );
    const isSame =
      (content.order.length === 0 || isSameContent({ order: content.order, cells }, state)) &&
      jsonEqual(content.metadata, state.metadata);
    const base: SavedContent = isSame
      ? { order: state.order, cells: state.cells, metadata: state.metadata }
      : { order: content.order, cells, metadata: content.metadata };
    this.#host.saver.adopt(notebook, hash, base);
  }

  /**
   * Shows what a merge brought. Cells that wait from before go on waiting, with the newest version of the file.
   *
   * @param before the notebook without what came in, where one step back takes that and nothing else
   */
  tell(
    merge: NotebookMerge,
    texts: DiskNews['texts'],
    before: Pick<NotebookContent, 'order' | 'cells'> | null,
  ): void {
    const { store, clock, editing } = this.#host;
    const former = this.store.getState().news;
    const { cells } = store.getState();
    const waiting = (former?.choices ?? []).flatMap((choice): OpenChoice[] => {
      const mine = cells[choice.id];
      const theirs = merge.theirs.get(choice.id) ?? choice.theirs;
      const isSettled = !mine || !isEdited(mine, theirs) || merge.conflicts.some(isAbout(choice.id));
      return isSettled ? [] : [{ ...choice, mine, theirs }];
    });
    const found = merge.conflicts.filter((one) => one.kind === 'both-edited');
    const choices = [...waiting, ...found];
    const kept = merge.conflicts.filter((one) => one.kind !== 'both-edited');
    // New results alone are what the kernel said: nobody has to be told.
    const changes = merge.changes.filter(({ kind }) => kind !== 'ran');
    if (changes.length === 0 && kept.length === 0 && choices.length === 0) {
      this.#settle((former?.choices ?? []).map(({ id }) => id));
      return;
    }
    const news = {
      since: clock.now(),
      changes,
      kept,
      choices,
      texts,
      notes: before ? notesOf(merge, before) : new Map(),
      canUndo: before !== null && editing.canUndo && changes.length > 0,
    };
    this.store.setState({ news });
  }

  /** Edits are in the cells again, or came from another tab: what waits because of them waits here. */
  reopen(waited: readonly WaitingCell[], inFile: NotebookContent['cells']): void {
    const { store, saver, clock } = this.#host;
    const { cells } = store.getState();
    const choices = waited.flatMap(({ id, base }): OpenChoice[] => {
      const [mine, theirs] = [cells[id], inFile[id]];
      return mine && theirs && isEdited(mine, theirs)
        ? [{ kind: 'both-edited', id, base, mine, theirs }]
        : [];
    });
    if (choices.length === 0) return;
    const texts = { mine: saver.currentText(), disk: saver.parsed?.original ?? '' };
    const news = this.store.getState().news ?? {
      since: clock.now(),
      changes: [],
      kept: [],
      notes: new Map(),
      texts,
    };
    this.store.setState({ news: { ...news, choices, canUndo: false } });
  }

  #didEdit(): void {
    const { news } = this.store.getState();
    if (!news) return;
    const { cells } = this.#host.store.getState();
    // What was deleted here or made equal by hand is chosen.
    const choices = news.choices.filter(({ id, theirs }) => cells[id] && isEdited(cells[id], theirs));
    const notes = holdingNotes(news.notes, cells);
    const isLess = choices.length !== news.choices.length || notes !== news.notes;
    if (news.canUndo || isLess) this.#set({ ...news, canUndo: false, choices, notes });
  }

  #set(news: DiskNews): void {
    const wasOpen = this.choices.length > 0;
    this.store.setState({ news });
    if (wasOpen && news.choices.length === 0) this.#host.saver.didChoose();
  }

  #settle(ids: readonly CellId[]): void {
    const { news } = this.store.getState();
    if (!news) return;
    const choices = news.choices.filter(({ id }) => !ids.includes(id));
    if (choices.length === news.choices.length) return;
    const changes = news.changes.filter(({ id }) => !ids.includes(id));
    this.#set({ ...news, changes, choices, canUndo: false });
    // What else came in goes on being told where it is.
    if (choices.length === 0 && news.notes.size === 0) this.store.setState({ news: null });
  }

  /** A person chose in another tab. */
  didChoose(ids: readonly CellId[]): void {
    this.#settle(ids);
  }

  keepMine(ids = this.choices.map(({ id }) => id)): void {
    this.#settle(ids);
  }

  takeTheirs(ids = this.choices.map(({ id }) => id)): void {
    const wanted = this.choices.filter(({ id }) => ids.includes(id));
    const { cells } = this.#host.store.getState();
    const operations = wanted.flatMap(({ id, theirs }): Operation[] => {
      const now = cells[id];
      return now ? replacing(now, theirs) : [];
    });
    if (operations.length > 0) this.#host.editing.apply({ type: 'batch', operations });
    this.#settle(ids);
  }

  /** Theirs as a cell of its own below mine. */
  keepBoth(id: CellId): void {
    const choice = this.choices.find((one) => one.id === id);
    const at = this.#host.store.getState().order.indexOf(id);
    if (!choice || at < 0) return;
    const cell: NotebookCell = { ...choice.theirs, id: newCellId(), hasFileId: false };
    this.#host.editing.apply({ type: 'insert', index: at + 1, cells: [cell] });
    this.#settle([id]);
  }

  /** Takes back what came in, as an edit of the person. */
  undo(): void {
    const { news } = this.store.getState();
    if (!news?.canUndo) return;
    this.store.setState({ news: null });
    this.#host.editing.undo();
    if (news.choices.length > 0) this.#host.saver.didChoose();
  }

  /** Takes back what one note tells of, as an edit of the person; a cell that only disk brought goes. */
  undoNote(id: CellId, note: CellNote): void {
    const { store, editing } = this.#host;
    const state = store.getState();
    const operation = undoOf(id, note, state);
    if (operation) editing.apply(operation);
    else if (note.kind === 'moved') return;
    else if (state.order.length > 1) editing.remove([id]);
    else this.#empty(id);
  }

  /** The only cell goes, and an empty one stands for it. */
  #empty(id: CellId): void {
    const cell = emptyCell(newCellId(), 'code');
    const operations: Operation[] = [
      { type: 'insert', index: 1, cells: [cell] },
      { type: 'remove', ids: [id] },
    ];
    this.#host.editing.apply(
      { type: 'batch', operations },
      { active: cell.id, anchor: cell.id, mode: 'command' },
    );
  }

  /** Puts the bar away; not while a choice is open. */
  dismiss(): void {
    if (this.choices.length === 0) this.store.setState({ news: null });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function isSameContent(a: Pick<SavedContent, 'order' | 'cells'>, b: Pick<SavedContent, 'order' | 'cells'>) {
  return isSameOrder(a.order, b.order) && a.order.every((id) => a.cells[id] === b.cells[id]);
}

const isAbout = (id: CellId) => (conflict: CellConflict) => conflict.id === id;

/** The cell that is shown where the file has none is no cell of the file. */
function baseDocument(document: NotebookDocument, saver: NotebookSaver): NotebookDocument {
  const [only] = document.cells;
  const isShownOnly =
    document.cells.length === 1 && only?.source === '' && saver.parsed?.document.cells.length === 0;
  return isShownOnly ? { ...document, cells: [] } : document;
}

/** A notebook whose cells all went shows an empty one, as it does when it is opened. */
function withSomeCell(merge: NotebookMerge): NotebookMerge {
  if (merge.document.cells.length > 0) return merge;
  return { ...merge, document: { ...merge.document, cells: [emptyCell(newCellId(), 'code')] } };
}
