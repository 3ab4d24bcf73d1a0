import { type DragEvent, type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { NotebookSession } from '../session/notebook-session.ts';
import { ordinal } from '../view/duration.ts';
import type { QueueModel } from './queue-model.ts';
import type { QueueRow, QueueRows } from './queue-rows.ts';

type Parts = {
  rows: QueueRows;
  session: NotebookSession;
  model: QueueModel;
  list: RefObject<HTMLElement | null>;
};

/** Brings the cell of a row into view; what is of others stays where it is. */
export function goTo(session: NotebookSession, { cellId }: QueueRow): void {
  if (cellId !== null) session.reveal(cellId);
}

/** One tab stop; arrows move, Alt and arrows move the row, Delete takes it out, Enter goes to its cell. */
export function useWaitingList({ rows: { running, waiting }, session, model, list }: Parts) {
  const [focused, setFocused] = useState<string | null>(null);
  const [dragged, setDragged] = useState<{ id: string; to: number } | null>(null);
  const [words, setWords] = useState('');
  const wantsFocus = useRef(false);
  const focusedAt = waiting.findIndex(({ id }) => id === focused);
  const tabStop = Math.max(0, focusedAt);

  // A row that changed its place has lost the keyboard on the way.
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    list.current?.querySelectorAll<HTMLElement>('[role=listitem]')[tabStop]?.focus();
  });

  const focusAt = (index: number) => {
    const row = waiting[Math.min(Math.max(index, 0), waiting.length - 1)];
    if (!row) return;
    wantsFocus.current = true;
    setFocused(row.id);
  };
  /** `to` is its index among those that wait, without it. */
  const move = async (row: QueueRow, to: number) => {
    const at = Math.min(Math.max(to, 0), waiting.length - 1);
    if (waiting[at]?.id === row.id) return;
    const result = await model.move(row.id, running.length + at);
    if (result === 'failed') return;
    setWords(
      result === 'moved'
        ? `${row.name} is ${ordinal(at + 1)} of those that wait.`
        : `The queue has changed meanwhile. ${row.name} was not moved.`,
    );
  };
  const remove = async (row: QueueRow, index: number) => {
    const next = waiting[index + 1] ?? waiting[index - 1];
    await session.queue.remove([row.id]);
    setWords(`${row.name} was taken out of the queue.`);
    if (!next) return;
    wantsFocus.current = true;
    setFocused(next.id);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    const row = waiting[focusedAt];
    if (!row || !(event.target instanceof Element) || !event.target.matches('[role=listitem]')) return;
    const act = keyAction(event, { index: focusedAt, last: waiting.length - 1 });
    if (act === null) return;
    event.preventDefault();
    if (act.kind === 'go') goTo(session, row);
    else if (act.kind === 'remove') void remove(row, focusedAt);
    else if (act.kind === 'focus') focusAt(act.to);
    else {
      wantsFocus.current = true;
      void move(row, act.to);
    }
  };
  const handleDrop = (event: DragEvent) => {
    event.preventDefault();
    const index = waiting.findIndex(({ id }) => id === dragged?.id);
    const row = waiting[index];
    if (row && dragged) void move(row, dragged.to > index ? dragged.to - 1 : dragged.to);
    setDragged(null);
  };
  return {
    tabStop,
    dragged,
    words,
    remove,
    handleKeyDown,
    handleDrop,
    focus: setFocused,
    /** The row that is dragged stays the one that began. */
    drag: (id: string, to: number | null) => setDragged(to === null ? null : { id: dragged?.id ?? id, to }),
  };
}

type KeyAct = { kind: 'go' } | { kind: 'remove' } | { kind: 'focus' | 'move'; to: number };

function keyAction(
  { key, altKey }: KeyboardEvent,
  { index, last }: { index: number; last: number },
): KeyAct | null {
  if (key === 'Enter') return { kind: 'go' };
  if (key === 'Delete' || key === 'Backspace') return { kind: 'remove' };
  const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: last }[key];
  return to === undefined ? null : { kind: altKey ? 'move' : 'focus', to };
}
