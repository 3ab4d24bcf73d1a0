/** Editing what a notebook and its cells say of themselves: one step of the history each, unless nothing changes. */
import { type JsonObject, jsonEqual, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { withoutAttachment } from '../document/attachments.ts';
import type { Operation } from '../document/notebook-model.ts';
import type { NotebookEditing } from './notebook-editing.ts';
import type { NotebookStore } from './notebook-store.ts';

export class PropertyActions {
  readonly #store: NotebookStore;
  readonly #editing: NotebookEditing;

  constructor(store: NotebookStore, editing: NotebookEditing) {
    this.#store = store;
    this.#editing = editing;
  }

  /** New metadata of these cells, made from what each has. Cells that could not be read stay as they are. */
  change(cells: readonly NotebookCell[], make: (metadata: JsonObject) => JsonObject): void {
    const operations = cells.flatMap(({ id, metadata, problem }): Operation[] => {
      const next = make(metadata);
      if (problem !== undefined || jsonEqual(next, metadata)) return [];
      return [{ type: 'cellMetadata', id, metadata: next }];
    });
    if (operations.length > 0) this.#editing.apply({ type: 'batch', operations });
  }

  setNotebookMetadata(metadata: JsonObject): void {
    if (jsonEqual(metadata, this.#store.getState().metadata)) return;
    this.#editing.apply({ type: 'metadata', metadata });
  }

  removeAttachment(cell: NotebookCell, name: string): void {
    if (cell.attachments?.[name] === undefined) return;
    this.#editing.apply({ type: 'attachments', id: cell.id, attachments: withoutAttachment(cell, name) });
  }
}
