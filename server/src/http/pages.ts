import type { Page } from '@atelier-ide/contract';
import { fail } from './problem-response.ts';

const maxLimit = 100;

/*
 * Cursors over lists that change between two pages: a cursor holds the key of the last item that was given and its
 * place. Where that item is gone, the place is the best that is known.
 */

function readCursor(cursor: string): { key: string; index: number } {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && typeof value[0] === 'string' && Number.isSafeInteger(value[1]))
      return { key: value[0], index: Number(value[1]) };
  } catch {
    // Not one of ours; answered below.
  }
  throw fail('bad-input', 'Give a cursor that a listing returned as nextCursor.', { path: 'cursor' });
}

/** Cuts the page that `query` asks for out of a whole list; `keyOf` names an item uniquely. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  query: { limit?: number | undefined; cursor?: string | undefined },
): Page<T> {
  const limit = query.limit ?? maxLimit;
  let start = 0;
  if (query.cursor !== undefined) {
    const { key, index } = readCursor(query.cursor);
    const found = items.findIndex((item) => keyOf(item) === key);
    start = found >= 0 ? found + 1 : Math.max(0, index);
  }
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  if (last === undefined || start + limit >= items.length) return { items: page };
  const nextCursor = Buffer.from(JSON.stringify([keyOf(last), start + page.length])).toString('base64url');
  return { items: page, nextCursor };
}
