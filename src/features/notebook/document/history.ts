/**
 * One undo and redo over structure and text. Text typed into one cell without a pause becomes one step; everything
 * else is a step of its own. What a kernel writes is not in it.
 */
import { applyOperation, type NotebookContent, type Operation, touchedCells } from './notebook-model.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';

/** Typing that goes on within this time belongs to the same step. */
const PAUSE_MS = 800;
/** A step of typing is at most this long, so that one undo does not take back a whole page. */
const STEP_MS = 5_000;
const MAX_STEPS = 1_000;

type Step = {
  inverse: Operation;
  /** The cell whose text this step edits, while typing may still join it. */
  typing?: { id: CellId; startedAt: number; lastAt: number };
};

export type HistoryResult = { content: NotebookContent; touched: readonly CellId[] };

export class History {
  #undo: Step[] = [];
  #redo: Operation[] = [];
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  /** Applies an edit of the person and remembers how to take it back. */
  edit(content: NotebookContent, operation: Operation): NotebookContent {
    const applied = applyOperation(content, operation);
    if (applied.content === content) return content;
    this.#redo = [];
    if (this.#joins(operation)) return applied.content;
    const time = this.#now();
    this.#undo.push({
      inverse: applied.inverse,
      ...(operation.type === 'source' ? { typing: { id: operation.id, startedAt: time, lastAt: time } } : {}),
    });
    if (this.#undo.length > MAX_STEPS) this.#undo.shift();
    return applied.content;
  }

  #joins(operation: Operation): boolean {
    const typing = this.#undo.at(-1)?.typing;
    const time = this.#now();
    if (operation.type !== 'source' || !typing || typing.id !== operation.id) return false;
    if (time - typing.lastAt > PAUSE_MS || time - typing.startedAt > STEP_MS) return false;
    typing.lastAt = time;
    return true;
  }

  /** The next text edit begins a new step, e.g. after the person left the cell. */
  seal(): void {
    const last = this.#undo.at(-1);
    if (last) delete last.typing;
  }

  undo(content: NotebookContent): HistoryResult | null {
    const step = this.#undo.pop();
    if (!step) return null;
    this.seal();
    const applied = applyOperation(content, step.inverse);
    this.#redo.push(applied.inverse);
    return { content: applied.content, touched: touchedCells(step.inverse) };
  }

  redo(content: NotebookContent): HistoryResult | null {
    const operation = this.#redo.pop();
    if (!operation) return null;
    const applied = applyOperation(content, operation);
    this.#undo.push({ inverse: applied.inverse });
    return { content: applied.content, touched: touchedCells(operation) };
  }

  /** After the file was taken from the disk: its steps are about another text. */
  clear(): void {
    this.#undo = [];
    this.#redo = [];
  }
}
