/** Says when scrolling is slow enough to begin work: frames and outputs are not made for what flies past. */
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';

const FAST_PX_PER_MS = 3;
const CALM_MS = 100;

export class ScrollCalm implements Disposable {
  readonly #clock: Clock;
  readonly #listener: Disposable;
  #waiting: (() => void)[] = [];
  #last = { at: 0, top: 0 };
  #isFast = false;
  #timer: Disposable | null = null;

  constructor(scroller: HTMLElement, clock: Clock) {
    this.#clock = clock;
    const note = () => this.#note(scroller.scrollTop);
    scroller.addEventListener('scroll', note, { passive: true });
    this.#listener = toDisposable(() => scroller.removeEventListener('scroll', note));
  }

  #note(top: number): void {
    const at = this.#clock.now();
    const speed = Math.abs(top - this.#last.top) / Math.max(at - this.#last.at, 1);
    this.#last = { at, top };
    this.#isFast = speed > FAST_PX_PER_MS;
    if (!this.#isFast) return;
    this.#timer?.dispose();
    this.#timer = this.#clock.after(CALM_MS, () => {
      this.#isFast = false;
      for (const run of this.#waiting.splice(0)) run();
    });
  }

  /** Runs now, or once it is calm. */
  when(run: () => void): void {
    if (this.#isFast) this.#waiting.push(run);
    else run();
  }

  dispose(): void {
    this.#waiting = [];
    this.#timer?.dispose();
    this.#listener.dispose();
  }
}
