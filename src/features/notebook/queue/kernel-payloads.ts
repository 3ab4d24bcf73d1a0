/**
 * What a kernel asks the page to do at the end of a run: put text into a cell (`%load`), show a page (`?`). Done once, by the page that ran the cell: a replay of the journal or another window does nothing of it.
 */
import type { Execution } from '@atelier-ide/contract';
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import { type CellId, isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import type { ReceivedMessage } from '@/services/jupyter/kernels-service.ts';
import { isEditable } from '../document/cell-edits.ts';
import { emptyCell } from '../document/notebook-model.ts';
import type { NotebookEditing } from '../session/notebook-editing.ts';
import type { NotebookStore } from '../session/notebook-store.ts';

export type PayloadsHost = {
  store: NotebookStore;
  editing: Pick<NotebookEditing, 'apply'>;
  execution(id: string): Execution | undefined;
  cellOf(id: string): CellId | undefined;
  /** Shows a page: representations of the text by MIME type. */
  page(data: JsonObject): void;
};

export class KernelPayloads {
  readonly #host: PayloadsHost;
  readonly #mine = new Set<string>();

  constructor(host: PayloadsHost) {
    this.#host = host;
  }

  /** This page is about to run something under this id. */
  expect(id: string): void {
    this.#mine.add(id);
  }

  receive({ message, direction }: ReceivedMessage): void {
    const { msg_id: id } = message.parent_header;
    if (direction === 'in' || message.header.msg_type !== 'execute_reply' || id === undefined) return;
    if (!this.#mine.delete(id)) return;
    const { payload } = message.content;
    const cellId = this.#host.cellOf(id);
    if (!Array.isArray(payload) || cellId === undefined) return;
    for (const one of payload) if (isJsonObject(one)) this.#take(one, id, cellId);
  }

  #take(payload: JsonObject, id: string, cellId: CellId): void {
    switch (payload['source']) {
      case 'set_next_input':
        if (typeof payload['text'] === 'string')
          this.#setInput(cellId, payload['text'], payload['replace'] === true ? id : null);
        return;
      case 'page':
        if (isJsonObject(payload['data'])) this.#host.page(payload['data']);
        return;
      default:
    }
  }

  /** In place of what ran, where that stands unchanged; else, and where it is asked for, in a new cell below. */
  #setInput(cellId: CellId, source: string, replaces: string | null): void {
    const { store, editing } = this.#host;
    const { cells, order } = store.getState();
    const cell = cells[cellId];
    if (!cell) return;
    const ran = replaces === null ? null : this.#host.execution(replaces)?.sourceHash;
    if (isEditable(cell) && hashSource(cell.source) === ran) {
      // A step of its own, also right after typing.
      editing.apply({ type: 'batch', operations: [{ type: 'source', id: cellId, source }] });
      return;
    }
    const fresh = emptyCell(newCellId(), 'code', source);
    editing.apply({ type: 'insert', index: order.indexOf(cellId) + 1, cells: [fresh] });
  }
}
