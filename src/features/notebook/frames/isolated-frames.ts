/**
 * Frames of single outputs, inside their cells. A cell that leaves the page takes its frame out first: moved, not removed,
 * a frame keeps its document. At most so many are kept; one that a person has done something in is never thrown away.
 */
import type { Host } from './notebook-frames.ts';
import type { OutputFrame } from './output-frame.ts';

const MAX_FRAMES = 20;

/** Not in every browser; without it a frame begins anew when its cell comes back. */
type Movable = HTMLElement & { moveBefore?: (node: Node, before: Node | null) => void };

export class IsolatedFrames {
  readonly #make: (title: string) => OutputFrame;

  constructor(make: (title: string) => OutputFrame) {
    this.#make = make;
  }

  make(host: Host, all: readonly Host[]): OutputFrame {
    const others = all.filter((one) => one.isolated && one.frame);
    const oldest = others.find((one) => !one.slot && !one.isTouched);
    if (others.length >= MAX_FRAMES && oldest) {
      this.remove(oldest);
      oldest.isRendered = false;
    }
    const frame = this.#make(host.label);
    host.slot?.append(frame.element);
    return frame;
  }

  show({ frame }: Host, slot: Movable): void {
    if (frame) move(frame.element, slot);
  }

  park({ frame }: Host, parking: Movable): void {
    if (frame) move(frame.element, parking);
  }

  remove(host: Host): void {
    host.frame?.dispose();
    host.frame = null;
  }
}

function move(element: HTMLElement, to: Movable): void {
  if (to.moveBefore && element.isConnected && to.isConnected) to.moveBefore(element, null);
  else to.append(element);
}
