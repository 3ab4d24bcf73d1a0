/**
 * Whether the keyboard belongs to the cells. Focus that gets lost because its element went away (a deleted cell, an
 * editor that closed) comes back to them; focus that a person moved elsewhere does not.
 */
import { toDisposable, type Disposable } from '@/base/disposable.ts';

export class FocusKeeper {
  #isOurs = false;
  /** The next change of the active cell came from a click: what was clicked is in view already. */
  #isPointer = false;

  get isOurs(): boolean {
    return this.#isOurs;
  }

  /** Takes the keyboard with the next change of the cells. */
  claim(): void {
    this.#isOurs = true;
  }

  /** The keyboard is in a frame below the list: cells that become active leave it there. */
  release(): void {
    this.#isOurs = false;
  }

  notePointer(): void {
    this.#isPointer = true;
  }

  takePointer(): boolean {
    const was = this.#isPointer;
    this.#isPointer = false;
    return was;
  }

  /** Follows focus in and out of the list. */
  watch(list: HTMLElement): Disposable {
    const { ownerDocument } = list;
    const note = (event: Event) => {
      this.#isOurs = event.target instanceof Node && list.contains(event.target);
    };
    ownerDocument.addEventListener('focusin', note);
    return toDisposable(() => ownerDocument.removeEventListener('focusin', note));
  }
}
