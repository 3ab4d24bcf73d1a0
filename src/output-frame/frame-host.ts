/**
 * The box of one output. Its height is read after whatever may have changed it, never awaited from an observer alone:
 * a document that is not in sight gets no observations of sizes and no animation frames.
 */
import type { HostPlace, LeaveDirection } from './protocol.ts';

/** Beyond this an output scrolls inside itself. */
export const MAX_HOST_HEIGHT = 10_000;

const TABBABLE =
  'a[href],area[href],button,input,select,textarea,summary,audio[controls],video[controls],[contenteditable],[tabindex]';

type HostOwner = {
  didChangeHeight(height: number): void;
  leave(direction: LeaveDirection): void;
};

export class FrameHost {
  readonly content = document.createElement('div');
  readonly #box = document.createElement('div');
  readonly #owner: HostOwner;
  readonly #observers: { disconnect(): void }[] = [];
  readonly #remeasure = () => this.#measureSoon();
  #height = -1;
  #isMeasuring = false;
  /** While an output is drawn anew its box keeps its size. */
  #isDrawing = false;

  constructor(id: string, isolated: boolean, owner: HostOwner) {
    this.#owner = owner;
    this.#box.className = 'host';
    this.#box.dataset['outputId'] = id;
    this.#box.setAttribute('role', 'group');
    this.content.className = 'content';
    this.content.tabIndex = -1;
    this.#box.append(this.#edge('previous'), this.content, this.#edge('next'));
    if (!isolated) this.#box.dataset['parked'] = '';
    document.body.append(this.#box);
    this.#watch();
  }

  setLabel(label: string): void {
    this.#box.setAttribute('aria-label', label);
  }

  /** Nothing means: out of sight, but alive. */
  place(place: HostPlace | null): void {
    const { style, dataset } = this.#box;
    if (document.body.dataset['isolated'] === 'true') return;
    if (!place) {
      dataset['parked'] = '';
      return;
    }
    const width = `${place.width}px`;
    const isWider = style.width !== width;
    style.top = `${place.top}px`;
    style.left = `${place.left}px`;
    style.width = width;
    delete dataset['parked'];
    if (isWider) this.#measureSoon();
  }

  clear(): void {
    this.#isDrawing = true;
    this.content.replaceChildren();
    this.content.removeAttribute('style');
  }

  focus(at: 'start' | 'end'): void {
    const stops = [...this.content.querySelectorAll<HTMLElement>(TABBABLE)].filter(
      (one) => one.tabIndex >= 0 && !one.matches(':disabled') && one.getClientRects().length > 0,
    );
    const stop = (at === 'start' ? stops[0] : stops.at(-1)) ?? this.content;
    window.focus();
    stop.focus({ preventScroll: true });
  }

  didDraw(): void {
    this.#isDrawing = false;
    this.#measure();
  }

  #measure(): void {
    if (this.#isDrawing) return;
    const height = Math.min(Math.ceil(this.content.getBoundingClientRect().height), MAX_HOST_HEIGHT);
    if (height === this.#height) return;
    this.#height = height;
    this.#owner.didChangeHeight(height);
  }

  #measureSoon(): void {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    setTimeout(() => {
      this.#isMeasuring = false;
      if (this.#box.isConnected) this.#measure();
    }, 16);
  }

  #watch(): void {
    const changes = new MutationObserver(this.#remeasure);
    changes.observe(this.content, { subtree: true, childList: true, attributes: true, characterData: true });
    const sizes = new ResizeObserver(this.#remeasure);
    sizes.observe(this.content);
    this.#observers.push(changes, sizes);
    this.content.addEventListener('load', this.#remeasure, true);
    this.content.addEventListener('toggle', this.#remeasure, true);
    document.fonts.addEventListener('loadingdone', this.#remeasure);
  }

  /** A stop before and after: who comes there with Tab goes back to the page. */
  #edge(direction: 'next' | 'previous'): HTMLElement {
    const edge = document.createElement('button');
    edge.className = 'edge';
    edge.textContent = direction === 'next' ? 'End of output' : 'Start of output';
    edge.addEventListener('focus', () => this.#owner.leave(direction));
    return edge;
  }

  dispose(): void {
    for (const observer of this.#observers.splice(0)) observer.disconnect();
    document.fonts.removeEventListener('loadingdone', this.#remeasure);
    this.#box.remove();
  }
}
