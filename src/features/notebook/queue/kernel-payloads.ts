/**
 * What a kernel asks the page to do at the end of a run: put text into a cell (`%load`), show a page (`?`), say
 * that a cell left the kernel (`exit`). Done once, by the page that ran the cell: a replay of the journal or another window does nothing of it.
 */
import type { Execution } from '@atelier-ide/contract';
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import { type CellId, isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import type { Clock } from '@/services/clock.ts';
import type { ReceivedMessage } from '@/services/jupyter/kernels-service.ts';
import { INPUT } from '../console/console-address.ts';
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
  clock: Clock;
};

/** A kernel that was told to leave is gone within this time; the server tells of it a little later. */
const EXIT_MS = 15_000;

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
      case 'ask_exit':
        if (payload['keepkernel'] !== true) this.#exit(cellId);
        return;
      default:
    }
  }

  /** The cell ended the kernel on purpose: whoever is told of its death is told that too. */
  #exit(cellId: CellId): void {
    const { store, clock } = this.#host;
    const name = `Cell ${store.getState().order.indexOf(cellId) + 1}`;
    const cause = `${name} ended the kernel with exit; it was started again and its variables are gone.`;
    const stop = store.subscribe(({ death }, before) => {
      if (death && death !== before.death && death.cause !== cause) store.setState({ death: { cause } });
    });
    clock.after(EXIT_MS, stop);
  }

  /** In place of what ran, where that stands unchanged; else, and where it is asked for, in a new cell below. */
  #setInput(cellId: CellId, source: string, replaces: string | null): void {
    const { store, editing } = this.#host;
    const { cells, order } = store.getState();
    const cell = cells[cellId];
    const input = cells[INPUT];
    if (!cell) return;
    if (input) {
      // In a console it is run from the input; what somebody writes there stays.
      const text = [input.source, source].filter(Boolean).join('\n');
      store.setState({ cells: { ...cells, [INPUT]: { ...input, source: text } } });
      return;
    }
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
