/**
 * Where the outputs of the shared frame stand. The page says so with a number (epoch), the frame answers with it. Until
 * an output is known to stand at its place, and from 100 ms after it should have moved, its slot is covered: what is not
 * at its place can be neither seen nor clicked, because everything else of the page lies above the frame.
 */
import type { HostPlace, PageToFrame } from '@/output-frame/protocol.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';

const COVER_AFTER_MS = 100;

/** An output of the shared frame, as far as its place goes. */
export type Placed = {
  readonly id: string;
  /** Where it shows in the page; none while its cell is not in the page. */
  slot: HTMLElement | null;
  isRendered: boolean;
};

type Sent = HostPlace & { epoch: number };

export class FramePlaces implements Disposable {
  readonly #clock: Clock;
  readonly #send: (message: PageToFrame) => void;
  #sent = new Map<string, Sent>();
  #epoch = 0;
  #acked = 0;
  #cover: Disposable | null = null;
  #hosts: readonly Placed[] = [];

  constructor(clock: Clock, send: (message: PageToFrame) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Tells the frame what has moved. `origin` is the frame's place in the window. */
  update(hosts: readonly Placed[], origin: { top: number; left: number }): void {
    this.#hosts = hosts;
    const places: HostPlace[] = [];
    for (const { id, slot } of hosts) {
      if (!slot?.isConnected) continue;
      const { top, left, width } = slot.getBoundingClientRect();
      const round = (value: number) => Math.round(value * 100) / 100;
      places.push({ id, top: round(top - origin.top), left: round(left - origin.left), width: round(width) });
    }
    if (!this.#hasChanged(places)) return;
    this.#epoch += 1;
    const next = new Map<string, Sent>();
    for (const place of places) {
      const before = this.#sent.get(place.id);
      next.set(place.id, { ...place, epoch: before && isSame(before, place) ? before.epoch : this.#epoch });
    }
    this.#sent = next;
    this.#send({ type: 'place', epoch: this.#epoch, hosts: places });
    this.#coverLater();
  }

  #hasChanged(places: readonly HostPlace[]): boolean {
    if (places.length !== this.#sent.size) return true;
    return places.some((place) => {
      const before = this.#sent.get(place.id);
      return !before || !isSame(before, place);
    });
  }

  #coverLater(): void {
    if (this.#cover) return;
    this.#cover = this.#clock.after(COVER_AFTER_MS, () => {
      this.#cover = null;
      this.show();
    });
  }

  acknowledge(epoch: number): void {
    if (epoch > this.#epoch) return;
    this.#acked = Math.max(this.#acked, epoch);
    this.show();
  }

  /** Covers and uncovers. */
  show(): void {
    for (const host of this.#hosts) {
      if (!host.slot) continue;
      const sent = this.#sent.get(host.id);
      const isThere = sent !== undefined && sent.epoch <= this.#acked;
      host.slot.toggleAttribute('data-covered', !isThere || !host.isRendered);
    }
  }

  dispose(): void {
    this.#cover?.dispose();
  }
}

function isSame(a: HostPlace, b: HostPlace): boolean {
  return a.top === b.top && a.left === b.left && a.width === b.width;
}
