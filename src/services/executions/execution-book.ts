import type { Execution } from '@atelier-ide/contract';
import { advance, isFinished } from '@atelier-ide/core/execution/states.ts';

/** The executions of one document by id. Pure functions; a change makes a new book. */
export type Book = Readonly<Record<string, Execution>>;

/** The newest word on one execution. Its state only moves forward, whatever order answers and events come in. */
export function withExecution(book: Book, told: Execution): Book {
  const known = book[told.id];
  if (known && advance(known.state, told.state) !== told.state) {
    // Later than what it tells: only the place in the file may be news.
    return known.recorded || !told.recorded ? book : { ...book, [told.id]: { ...known, recorded: true } };
  }
  return pruned({ ...book, [told.id]: told }, told);
}

export function without(book: Book, id: string): Book {
  const { [id]: _, ...rest } = book;
  return rest;
}

/** Ended executions that a newer one of the same cell stands in for are of no use any more. */
function pruned(book: Book, told: Execution): Book {
  if (told.cellId === null) return book;
  const old = Object.values(book).filter(
    (one) =>
      one.id !== told.id &&
      one.cellId === told.cellId &&
      isFinished(one.state) &&
      one.queuedAt < told.queuedAt,
  );
  if (old.length === 0) return book;
  const gone = new Set(old.map((one) => one.id));
  return Object.fromEntries(Object.entries(book).filter(([id]) => !gone.has(id)));
}

/** In the order in which they run: as they were queued, and by place within one submission. */
export function inOrder(book: Book): Execution[] {
  return Object.values(book).sort((a, b) => a.queuedAt.localeCompare(b.queuedAt) || a.position - b.position);
}
