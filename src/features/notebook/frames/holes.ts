/**
 * Marks the outputs that are holes over the frame behind them, and what they stand in. A style that looks for them by
 * `:has()` would have every cell in sight styled anew with each key that is typed (measured: 700 elements a key).
 */
import { type Disposable, toDisposable } from '@/base/disposable.ts';

export class Holes {
  readonly #counts = new Map<Element, number>();

  /** Until the answer is disposed of. */
  open(slot: Element): Disposable {
    const around = ['.at-output-place', '.at-framed-place'].flatMap((kind) => slot.closest(kind) ?? []);
    for (const element of around) this.#count(element, 1);
    return toDisposable(() => {
      for (const element of around) this.#count(element, -1);
    });
  }

  #count(element: Element, by: 1 | -1): void {
    const count = (this.#counts.get(element) ?? 0) + by;
    if (count > 0) this.#counts.set(element, count);
    else this.#counts.delete(element);
    element.toggleAttribute('data-hole', count > 0);
  }
}
