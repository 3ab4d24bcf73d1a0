/** Editing what a notebook and its cells say of themselves: one step of the history each, unless nothing changes. */
import {
  type CellId,
  type JsonObject,
  jsonEqual,
  type NotebookCell,
} from '@atelier-ide/core/notebook/model.ts';
import { attached, type NewImage, withoutAttachment } from '../document/attachments.ts';
import type { Operation } from '../document/notebook-model.ts';
import { isEditable, offsetOf } from '../document/cell-edits.ts';
import { NOT_EDITABLE, type NotebookEditing } from './notebook-editing.ts';
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

  /** Images into a text cell: at the cursor where it is being edited, else below its text. One step. */
  attach(id: CellId, images: readonly NewImage[]): void {
    const cell = this.#store.getState().cells[id];
    if (!cell || cell.type === 'code' || images.length === 0) return;
    if (!isEditable(cell)) {
      this.refuse(id, NOT_EDITABLE);
      return;
    }
    const place = this.#editing.placeIn(id);
    const end = cell.source === '' || cell.source.endsWith('\n') ? cell.source : `${cell.source}\n\n`;
    const text = place ? cell.source : end;
    const next = attached({ ...cell, source: text }, images, place ? offsetOf(text, place) : text.length);
    this.#editing.apply({
      type: 'batch',
      operations: [
        { type: 'attachments', id, attachments: next.attachments },
        { type: 'source', id, source: next.source },
      ],
    });
  }

  /** Says in a cell why something was not done to it. */
  refuse(id: CellId, words: string): void {
    this.#store.setState({ refusal: { id, words } });
  }

  removeAttachment(cell: NotebookCell, name: string): void {
    if (cell.attachments?.[name] === undefined) return;
    this.#editing.apply({ type: 'attachments', id: cell.id, attachments: withoutAttachment(cell, name) });
  }
}
