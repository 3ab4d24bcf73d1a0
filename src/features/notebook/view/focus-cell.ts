/** Gives the keyboard to a cell, without moving the page. */
export function focusCell(id: string | null): void {
  if (id === null) return;
  document
    .querySelector<HTMLElement>(`.at-cell[data-cell-id="${CSS.escape(id)}"]`)
    ?.focus({ preventScroll: true });
}
