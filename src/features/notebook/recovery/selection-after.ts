import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { applyOperation, type Operation } from '../document/notebook-model.ts';
import type { NotebookState } from '../session/notebook-store.ts';

/** The selection stays where it still has its cells after a step that no key of this tab made. */
export function selectionAfter(state: NotebookState, operation: Operation): Partial<NotebookState> {
  const { content } = applyOperation(state, operation);
  const isThere = (id: CellId | null) => id !== null && content.cells[id] !== undefined;
  if (isThere(state.active) && isThere(state.anchor)) return {};
  const at = state.active === null ? 0 : state.order.indexOf(state.active);
  const next = content.order[Math.min(Math.max(0, at), content.order.length - 1)] ?? null;
  return { active: next, anchor: next, mode: 'command' };
}
