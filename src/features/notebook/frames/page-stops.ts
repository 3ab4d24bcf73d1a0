/** Where the keyboard goes when it leaves an output. */
import type { LeaveDirection } from '@/output-frame/protocol.ts';

const STOPS =
  'a[href],button,input,select,textarea,summary,[contenteditable="true"],[tabindex]:not([tabindex="-1"])';

function isStop(element: HTMLElement): boolean {
  if (element.tabIndex < 0 || element.matches(':disabled') || element.closest('[inert]')) return false;
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
}

/** The first stop of the page after an element and all that is in it. */
function stopAfter(element: HTMLElement): HTMLElement | null {
  for (const one of element.ownerDocument.querySelectorAll<HTMLElement>(STOPS)) {
    const isAfter = (element.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    if (isAfter && !element.contains(one) && isStop(one)) return one;
  }
  return null;
}

/** Onwards, back to the output's own stop, or out to its cell. */
export function leaveOutput(slot: HTMLElement, direction: LeaveDirection): void {
  const output = slot.closest<HTMLElement>('.at-frame-output') ?? slot;
  // A tab of outputs alone has no cell.
  const cell = slot.closest<HTMLElement>('.at-cell, .at-framed');
  const stop =
    direction === 'previous'
      ? output.querySelector<HTMLElement>('.at-frame-enter')
      : direction === 'next'
        ? stopAfter(output)
        : null;
  (stop ?? cell)?.focus({ preventScroll: stop === null });
}
