/**
 * New orders of a queue. Who moves something has seen an order; what he means is only sure while that order is true.
 * It stays true when what was at its front has left, and when more came behind.
 */
export type QueueMove = {
  id: string;
  /** The place that is wanted, 0 = at the kernel or next, counted in `seen` where that is given. */
  position: number;
  /** The queue as it was seen, from place 0 on, as far as it was seen. */
  seen?: readonly string[] | undefined;
};

/** What waits, in its new order; null where the order that was seen is not true any more. */
export function movedOrder(
  waiting: readonly string[],
  isOneAtKernel: boolean,
  { id, position, seen }: QueueMove,
): readonly string[] | null {
  if (!seen) {
    const others = waiting.filter((other) => other !== id);
    return others.toSpliced(Math.max(0, position - (isOneAtKernel ? 1 : 0)), 0, id);
  }
  const still = new Set(waiting);
  const known = seen.filter((other) => still.has(other));
  const isTrue = known.includes(id) && known.every((other, index) => waiting[index] === other);
  if (!isTrue) return null;
  const wanted = seen.filter((other) => other !== id).toSpliced(position, 0, id);
  return [...wanted.filter((other) => still.has(other)), ...waiting.slice(known.length)];
}
