/**
 * A selector whose list stays the same object while its items are alike: what is drawn of some cells does not follow
 * every change of all.
 */
export function sameList<S, T>(
  select: (state: S) => readonly T[],
  areAlike: (one: T, other: T) => boolean = Object.is,
): (state: S) => readonly T[] {
  let last: readonly T[] = [];
  return (state) => {
    const next = select(state);
    const isSame =
      next.length === last.length &&
      next.every((item, index) => {
        const former = last[index];
        return former !== undefined && areAlike(item, former);
      });
    if (!isSame) last = next;
    return last;
  };
}
