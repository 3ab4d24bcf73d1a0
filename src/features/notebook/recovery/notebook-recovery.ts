/**
 * Keeps the edits of a notebook in the browser until they are in the file, and brings back those that an earlier page
 * left there. Nothing is written to the journal before what it held has been looked at, so that it is never overwritten.
 */
import { mergeNotebooks, type NotebookMerge } from '@atelier-ide/core/merge/merge-notebooks.ts';
import { type ParsedNotebook, withCellIds } from '@atelier-ide/core/notebook/read.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { EditsService, KeptEdits, NotebookBase } from '@/services/edits/edits-service.ts';
import type { Services } from '@/services/services.ts';
import { keptText } from '@/services/edits/kept-text.ts';
import { applyOperation, type Operation } from '../document/notebook-model.ts';
import type { OpenChoice } from '../conflict/disk-store.ts';
import type { NotebookDisk } from '../conflict/notebook-disk.ts';
import type { NotebookEditing } from '../session/notebook-editing.ts';
import type { NotebookSaver } from '../session/notebook-saver.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import {
  changesBetween,
  documentWith,
  type EditedContent,
  editedCells,
  keptBase,
  keptCell,
  operationTo,
  renamed,
  withoutWidgets,
} from './kept-cells.ts';
import { selectionAfter } from './selection-after.ts';
import { createRecoveryStore, type RecoveryNote } from './recovery-store.ts';

export type RecoveryHost = {
  readonly store: NotebookStore;
  readonly editing: NotebookEditing;
  readonly saver: NotebookSaver;
  readonly services: Pick<Services, 'edits' | 'log'>;
  /** Where cells wait that were edited on both sides. */
  readonly disk: Pick<NotebookDisk, 'choices' | 'reopen' | 'store' | 'tell'>;
  /** What is being edited may come from another tab. */
  readonly twins: { readonly isReceiving: boolean };
};

/** The base of what is kept, and of what it was made. */
type KnownBase = {
  of: EditedContent;
  choices: readonly OpenChoice[];
  content: EditedContent;
  kept: NotebookBase;
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
  /** Of what was found with a file that was changed since. */
  #merge: NotebookMerge | null = null;
  #base: KnownBase | null = null;
  /** What waited for a choice when the edits were discarded. */
  #waited: readonly OpenChoice[] = [];
  #isOwnEdit = false;
  /** Takes back what came back, or brings it again. */
  #inverse: Operation | null = null;

  constructor(host: RecoveryHost) {
    this.#host = host;
    const { store, editing } = host;
    const keeper = this.#owned.add(
      host.services.edits.keep({ path: () => store.getState().path, read: () => this.#toKeep() }),
    );
    this.#owned.add(
      editing.onDidEdit(() => {
        // The tab in which it was typed keeps it.
        if (!host.twins.isReceiving) {
          if (this.#isSettled) keeper.didChange();
          else keeper.didMiss();
        }
        if (!this.#isOwnEdit) this.#freeze();
      }),
    );
    this.#owned.add(
      toDisposable(
        store.subscribe((now, before) => {
          if (!this.#isSettled) return;
          if (now.path !== before.path) keeper.didChange();
          else if (now.save !== before.save) keeper.refresh();
        }),
      ),
    );
    this.#owned.add(
      toDisposable(
        host.disk.store.subscribe(({ news }, { news: before }) => {
          if (this.#isSettled && news?.choices !== before?.choices) keeper.refresh();
        }),
      ),
    );
  }

  #toKeep(): ReturnType<Parameters<EditsService['keep']>[0]['read']> {
    const { saver, store } = this.#host;
    const state = store.getState();
    const base = saver.base;
    if (!base || state.status.kind !== 'ready') return null;
    // Else the next page would bring the loss back as an edit of its person.
    if (saver.isLost) return 'stay';
    const { content, kept } = this.#baseOf(base);
    const changes = changesBetween(content, state);
    if (!changes) return null;
    // No file has this base: whoever reads it merges, and so the cells that wait here wait there.
    const hash = content === base ? saver.hash : '';
    return { kind: 'notebook', hash, base: kept, changes };
  }

  /** What the file holds; cells that wait for a choice as they were before both sides edited them. */
  #baseOf(of: EditedContent): KnownBase {
    const { disk, store } = this.#host;
    const choices = disk.choices;
    const known = this.#base;
    if (known?.of === of && known.choices === choices) return known;
    const content = choices.length === 0 ? of : beforeChoices(of, choices);
    const kept = keptBase({ ...store.getState(), ...content });
    this.#base = { of, choices, content, kept };
    return this.#base;
  }

  /** Asks the journal, while the file is being read. Never rejects. */
  async ask(): Promise<void> {
    // What this page keeps by now is on the page.
    if (this.#isSettled || this.#found) return;
    const { edits, log } = this.#host.services;
    const { path } = this.#host.store.getState();
    try {
      const found = await edits.read(path);
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
    if (!found) return notebook;
    const { base } = found;
    const { cells } = notebook.document;
    // A notebook without cells shows one that no file names.
    const isSame = found.hash === hash && (base.cells.length === cells.length || cells.length === 0);
    this.#merge = isSame ? null : mergeKept(found, notebook);
    if (this.#merge) return withCellIds(notebook, this.#merge.theirIds);
    return withCellIds(
      notebook,
      new Map(cells.flatMap((cell, index) => [[cell.id, base.cells[index]?.id ?? cell.id]])),
    );
  }

  /** The file is shown: what is missing in it comes back as one step that can be undone. */
  recover(): void {
    const found = this.#found;
    const merge = this.#merge;
    if (!found || this.#host.store.getState().lock) return;
    const operation = merge ? this.#mergedOperation(merge) : this.#operationFor(found);
    this.#found = null;
    this.#merge = null;
    this.#isSettled = true;
    if (!operation) {
      void this.#host.services.edits.remove(found.path);
      return;
    }
    const clashes = merge?.conflicts.length ?? 0;
    this.#inverse = this.#edit(operation);
    if (merge && clashes > 0) this.#tellClashes(merge, found);
    this.#tell({ kind: 'back', time: found.time, canTurn: true, isMerged: merge !== null, clashes });
  }

  #tellClashes(merge: NotebookMerge, found: Kept): void {
    const { disk, saver } = this.#host;
    // One step back would take out what came back, not what the file brought.
    disk.tell(merge, { mine: keptText(found), disk: saver.parsed?.original ?? '' }, null);
  }

  /** Another tab of this browser has the notebook open: what is kept is that one's, and shown by it. */
  leave(): void {
    this.#found = null;
    this.#isSettled = true;
  }

  /** The file is as it was: its cells are those of the base, in the same order. */
  #operationFor({ base, changes }: Kept): Operation | null {
    const content = this.#host.store.getState();
    const ids = new Map(base.cells.map((cell, index) => [cell.id, content.order[index] ?? cell.id]));
    return operationTo(content, renamed(editedCells(base, changes), ids), changes.metadata);
  }

  #mergedOperation({ document }: NotebookMerge): Operation | null {
    const content = this.#host.store.getState();
    return operationTo(content, document.cells.map(keptCell), document.metadata);
  }

  #tell(note: RecoveryNote | null): void {
    this.store.setState({ note });
  }

  /** One step of the history; the selection stays where it has a cell. Returns what takes it back. */
  #edit(operation: Operation): Operation {
    const { store, editing } = this.#host;
    const state = store.getState();
    const { inverse } = applyOperation(state, operation);
    this.#isOwnEdit = true;
    editing.apply(operation, selectionAfter(state, operation));
    this.#isOwnEdit = false;
    return inverse;
  }

  /** Something else was edited: taking these back is now a matter of the history. */
  #freeze(): void {
    const { note } = this.store.getState();
    this.#inverse = null;
    if (note?.kind === 'back' && note.canTurn) this.#tell({ ...note, canTurn: false });
    if (note?.kind === 'discarded') this.#tell(null);
  }

  /** Takes out what came back, or brings it in again; only while nothing else was edited. */
  turn(): void {
    const { note } = this.store.getState();
    const operation = this.#inverse;
    if (!note || note.kind === 'gone' || !operation) return;
    const { disk, store } = this.#host;
    const isBack = note.kind === 'discarded';
    const { cells } = store.getState();
    if (!isBack) this.#waited = disk.choices;
    this.#inverse = this.#edit(operation);
    // Without the edits the cells were as in the file, so nothing was left to choose.
    if (isBack) disk.reopen(this.#waited, cells);
    this.#tell({ ...note, kind: isBack ? 'back' : 'discarded' });
  }

  dismiss(): void {
    this.#tell(null);
  }

  /** The file is gone: what was edited is offered instead. */
  didMissFile(): void {
    if (this.#found) this.#tell({ kind: 'gone', time: this.#found.time });
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
    this.#tell(null);
    if (found) await this.#host.services.edits.remove(found.path);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** The content of the file with the cells of choices as both sides had them; without those that both sides added. */
function beforeChoices(content: EditedContent, choices: readonly OpenChoice[]): EditedContent {
  const cells = { ...content.cells };
  for (const { id, base } of choices) {
    if (base) cells[id] = base;
    else delete cells[id];
  }
  return { ...content, order: content.order.filter((id) => cells[id]), cells };
}

/** What was edited on another version of the file, and the file as it is now. */
function mergeKept({ base, changes }: Kept, { document }: ParsedNotebook): NotebookMerge {
  const metadata = changes.metadata ?? base.metadata;
  return mergeNotebooks({
    base: documentWith(base.cells, base),
    mine: documentWith(editedCells(base, changes), { ...base, metadata }),
    theirs: { ...document, metadata: withoutWidgets(document.metadata) },
  });
}
