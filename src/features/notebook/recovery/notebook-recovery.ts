/**
 * Keeps the edits of a notebook in the browser until they are in the file, and brings back those that an earlier page
 * left there. Nothing is written to the journal before what it held has been looked at, so that it is never overwritten.
 */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { type ParsedNotebook, withCellIds } from '@atelier-ide/core/notebook/read.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { EditsService, KeptEdits, NotebookBase } from '@/services/edits/edits-service.ts';
import { keptText } from '@/services/edits/kept-text.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import { applyOperation, type Operation } from '../document/notebook-model.ts';
import type { NotebookEditing } from '../session/notebook-editing.ts';
import type { NotebookSaver } from '../session/notebook-saver.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import {
  changesBetween,
  type EditedContent,
  editedCells,
  keptBase,
  operationTo,
  renamed,
} from './kept-cells.ts';
import { createRecoveryStore } from './recovery-store.ts';

export type RecoveryHost = {
  store: NotebookStore;
  editing: NotebookEditing;
  saver: NotebookSaver;
  edits: EditsService;
  log: LogService;
};

type Kept = Extract<KeptEdits, { kind: 'notebook' }>;

export class NotebookRecovery implements Disposable {
  readonly store = createRecoveryStore();
  readonly #host: RecoveryHost;
  readonly #owned = new DisposableStore();
  /** What an earlier page left, until it is settled. */
  #found: Kept | null = null;
  /** The journal has been asked; before, nothing is written to it. */
  #isSettled = false;
  #base: { of: EditedContent; kept: NotebookBase } | null = null;
  #isOwnEdit = false;
  /** Takes back what came back. */
  #inverse: Operation | null = null;

  constructor(host: RecoveryHost) {
    this.#host = host;
    const { store, editing, edits } = host;
    const keeper = this.#owned.add(
      edits.keep({ path: () => store.getState().path, read: () => this.#toKeep() }),
    );
    const tell = () => {
      if (this.#isSettled) keeper.didChange();
    };
    this.#owned.add(
      editing.onDidEdit(() => {
        tell();
        if (!this.#isOwnEdit) this.#freeze();
      }),
    );
    this.#owned.add(
      toDisposable(
        store.subscribe((now, before) => {
          if (now.save !== before.save || now.path !== before.path) tell();
        }),
      ),
    );
  }

  #toKeep(): ReturnType<Parameters<EditsService['keep']>[0]['read']> {
    const { saver, store } = this.#host;
    const state = store.getState();
    const base = saver.base;
    if (!base || state.status.kind !== 'ready') return null;
    const changes = changesBetween(base, state);
    if (!changes) return null;
    if (this.#base?.of !== base) this.#base = { of: base, kept: keptBase({ ...state, ...base }) };
    return { kind: 'notebook', hash: saver.hash, base: this.#base.kept, changes };
  }

  /** Asks the journal, while the file is being read. Never rejects. */
  async ask(): Promise<void> {
    this.#isSettled = false;
    const { edits, log, store } = this.#host;
    try {
      const found = await edits.read(store.getState().path);
      this.#found = found?.kind === 'notebook' ? found : null;
      this.#isSettled = this.#found === null;
    } catch (error) {
      // What it holds is not known, so it stays as it is.
      log.warn('The journal of edits did not answer', { error: String(error) });
      this.#found = null;
    }
  }

  /** The file as read; its cells under the names that they had on the page that was lost. */
  withFormerIds(notebook: ParsedNotebook, hash: string): ParsedNotebook {
    const found = this.#found;
    const { cells } = notebook.document;
    if (!found || found.hash !== hash || found.base.cells.length !== cells.length) return notebook;
    return withCellIds(
      notebook,
      new Map(cells.flatMap((cell, index) => [[cell.id, found.base.cells[index]?.id ?? cell.id]])),
    );
  }

  /** The file is shown: what is missing in it comes back as one step that can be undone. */
  recover(): void {
    const found = this.#found;
    if (!found || this.#host.store.getState().lock) return;
    this.#found = null;
    const operation = this.#operationFor(found);
    this.#isSettled = true;
    if (operation) this.#apply(operation, found.time);
    else void this.#host.edits.remove(found.path);
  }

  #operationFor({ base, changes, hash }: Kept): Operation | null {
    const { saver, store } = this.#host;
    const content = store.getState();
    if (hash !== saver.hash) return null;
    // A notebook without cells shows one that no file names: it is found by its place too.
    const ids = new Map(base.cells.map((cell, index) => [cell.id, content.order[index] ?? cell.id]));
    return operationTo(content, renamed(editedCells(base, changes), ids), changes.metadata);
  }

  #apply(operation: Operation, time: number): void {
    this.#inverse = this.#edit(operation);
    this.store.setState({ note: { kind: 'back', time, canDiscard: true } });
  }

  /** One step of the history; the selection stays where it has a cell. Returns what takes it back. */
  #edit(operation: Operation): Operation {
    const { store, editing } = this.#host;
    const state = store.getState();
    const { content, inverse } = applyOperation(state, operation);
    const isThere = (id: CellId | null) => id !== null && content.cells[id] !== undefined;
    const first = content.order[0] ?? null;
    const hasSelection = isThere(state.active) && isThere(state.anchor);
    this.#isOwnEdit = true;
    editing.apply(operation, hasSelection ? {} : { active: first, anchor: first, mode: 'command' });
    this.#isOwnEdit = false;
    return inverse;
  }

  /** Something else was edited: taking these back is now a matter of the history. */
  #freeze(): void {
    const { note } = this.store.getState();
    this.#inverse = null;
    if (note?.kind === 'back' && note.canDiscard)
      this.store.setState({ note: { ...note, canDiscard: false } });
    if (note?.kind === 'discarded') this.store.setState({ note: null });
  }

  discard(): void {
    const { note } = this.store.getState();
    const operation = this.#inverse;
    if (note?.kind !== 'back' || !operation) return;
    this.#inverse = null;
    this.#edit(operation);
    this.store.setState({ note: { kind: 'discarded', time: note.time, canUndo: true } });
  }

  /** Brings back what was discarded just now. */
  undoDiscard(): void {
    const { note } = this.store.getState();
    if (note?.kind !== 'discarded') return;
    this.#isOwnEdit = true;
    this.#host.editing.undo();
    this.#isOwnEdit = false;
    this.store.setState({ note: { kind: 'back', time: note.time, canDiscard: false } });
  }

  dismiss(): void {
    this.store.setState({ note: null });
  }

  /** The file is gone: what was edited is offered instead. */
  didMissFile(): void {
    if (this.#found) this.store.setState({ note: { kind: 'gone', time: this.#found.time } });
  }

  /** The edited notebook as a file, without results. */
  text(): string {
    return this.#found ? keptText(this.#found) : '';
  }

  /** What was offered is somewhere else now, or is not wanted. */
  async forget(): Promise<void> {
    const found = this.#found;
    this.#found = null;
    this.#isSettled = true;
    this.store.setState({ note: null });
    if (found) await this.#host.edits.remove(found.path);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
