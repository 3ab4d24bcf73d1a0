/**
 * Dragging cells by their gutter. Pointer events, not the browser's drag and drop: the pointer is ours until the end,
 * also above frames and when the cell that was grasped has left the list. Every list of cells under the pointer is told
 * by an event, so that cells can be dropped into another notebook; hovering over a tab brings that notebook up.
 */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { TabService } from '@/platform/tabs/tab-service.ts';
import { type DraggedCells } from '../session/drop-cells.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { selectedIds } from '../session/notebook-store.ts';
import './drag.css';

export const DRAG_EVENT = 'at-cells-drag';
export type DragDetail = {
  step: 'over' | 'leave' | 'drop';
  dragged: DraggedCells;
  y: number;
  turned: boolean;
  /** A list that takes the cells says what it would do with them. */
  answer: (words: string) => void;
};

const THRESHOLD = 5;
const EDGE = 48;
const TAB_MS = 500;

type Grasp = { session: NotebookSession; tabs: TabService; id: CellId };

/** In the gutter, and on no button of it. */
export function isHandle(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.at-cell-gutter') !== null && !target.closest('button');
}

/** The gutter of a cell was pressed: it may become a drag. */
export function startDrag(event: PointerEvent, grasp: Grasp): void {
  const list = event.target instanceof Element ? event.target.closest<HTMLElement>('.at-cells-scroll') : null;
  if (event.button !== 0 || event.pointerType === 'touch' || !isHandle(event.target) || !list) return;
  new CellDrag(list, event, grasp).begin();
}

class CellDrag {
  readonly #list: HTMLElement;
  readonly #grasp: Grasp;
  readonly #start: PointerEvent;
  readonly #end = new AbortController();
  #dragged: DraggedCells | null = null;
  #target: HTMLElement | null = null;
  #ghost: HTMLElement | null = null;
  #at: PointerEvent;
  #frame = 0;
  #tab: { id: string; timer: number } | null = null;

  constructor(list: HTMLElement, start: PointerEvent, grasp: Grasp) {
    this.#list = list;
    this.#start = start;
    this.#at = start;
    this.#grasp = grasp;
  }

  begin(): void {
    const view = this.#list.ownerDocument.defaultView;
    const options = { signal: this.#end.signal, capture: true };
    view?.addEventListener('pointermove', (event) => this.#move(event), options);
    view?.addEventListener('pointerup', () => this.#release(), options);
    view?.addEventListener('pointercancel', () => this.#cancel(), options);
    view?.addEventListener('blur', () => this.#cancel(), { signal: this.#end.signal });
    view?.addEventListener('keydown', (event) => this.#key(event), options);
    view?.addEventListener('keyup', (event) => this.#key(event), options);
  }

  #move(event: PointerEvent): void {
    this.#at = event;
    const { clientX, clientY } = this.#start;
    const isFar = Math.hypot(event.clientX - clientX, event.clientY - clientY) > THRESHOLD;
    if (!this.#dragged && isFar) this.#grab();
    if (this.#dragged) this.#show(event.ctrlKey || event.altKey);
  }

  #grab(): void {
    const { session } = this.#grasp;
    this.#dragged = { from: session, ids: selectedIds(session.store.getState()) };
    this.#list.setPointerCapture(this.#start.pointerId);
    const host = this.#list.closest('.at-root') ?? this.#list.ownerDocument.body;
    this.#ghost = this.#list.ownerDocument.createElement('div');
    this.#ghost.className = 'at-drag-ghost';
    host.append(this.#ghost);
    this.#list.dataset['dragging'] = '';
    this.#frame = requestAnimationFrame(() => this.#scroll());
  }

  /** Tells the list under the pointer, and follows the pointer with the words of what would be done. */
  #show(turned: boolean): void {
    const { clientX, clientY } = this.#at;
    const under = this.#list.ownerDocument.elementFromPoint(clientX, clientY);
    this.#hover(under);
    const target = under?.closest<HTMLElement>('.at-cells-scroll') ?? this.#beside(clientX);
    if (this.#target !== target) this.#tell('leave', turned);
    this.#target = target;
    const words = this.#tell('over', turned);
    if (!this.#ghost) return;
    this.#ghost.textContent = words;
    this.#ghost.hidden = words === '';
    this.#ghost.style.translate = `${clientX + 12}px ${clientY + 12}px`;
  }

  /** Above and below the list the pointer still means its edge. */
  #beside(x: number): HTMLElement | null {
    const { left, right } = this.#list.getBoundingClientRect();
    return x >= left && x <= right && this.#list.checkVisibility() ? this.#list : null;
  }

  #tell(step: DragDetail['step'], turned: boolean): string {
    const dragged = this.#dragged;
    let words = '';
    if (!this.#target || !dragged) return words;
    const answer = (said: string) => {
      words = said;
    };
    const detail: DragDetail = { step, dragged, y: this.#at.clientY, turned, answer };
    this.#target.dispatchEvent(new CustomEvent(DRAG_EVENT, { detail }));
    return words;
  }

  #scroll(): void {
    this.#frame = requestAnimationFrame(() => this.#scroll());
    const list = this.#target;
    if (!list) return;
    const { top, bottom } = list.getBoundingClientRect();
    const { clientY } = this.#at;
    const by = clientY < top + EDGE ? clientY - top - EDGE : Math.max(0, clientY - bottom + EDGE);
    if (by === 0) return;
    list.scrollTop += Math.max(-EDGE, Math.min(EDGE, by)) / 3;
    this.#show(this.#at.ctrlKey || this.#at.altKey);
  }

  #hover(under: Element | null): void {
    const tab = under?.closest('[role=tab]')?.querySelector<HTMLElement>('[data-tab-id]');
    const id = tab?.dataset['tabId'] ?? null;
    if (id === (this.#tab?.id ?? null)) return;
    clearTimeout(this.#tab?.timer);
    const { tabs } = this.#grasp;
    this.#tab = id === null ? null : { id, timer: window.setTimeout(() => tabs.focus(id), TAB_MS) };
  }

  #key(event: KeyboardEvent): void {
    if (!this.#dragged) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') this.#cancel();
    else this.#show(event.ctrlKey || event.altKey);
  }

  #release(): void {
    const { session, id } = this.#grasp;
    const { active, anchor } = session.store.getState();
    if (this.#dragged) this.#tell('drop', this.#at.ctrlKey || this.#at.altKey);
    // A press and nothing more takes the one cell out of the selection.
    else if (active !== anchor && !this.#start.shiftKey) session.editing.select(id);
    this.#stop();
  }

  #cancel(): void {
    this.#tell('leave', false);
    this.#stop();
  }

  #stop(): void {
    this.#end.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#tab?.timer);
    this.#ghost?.remove();
    delete this.#list.dataset['dragging'];
    this.#dragged = null;
  }
}
