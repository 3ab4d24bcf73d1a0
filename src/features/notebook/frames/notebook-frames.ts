/**
 * The frames of one notebook view: one for most outputs, which lies behind the cells inside what scrolls, and one each
 * for outputs that want a document of their own. An output whose cell is not in the page stays alive in its frame. What
 * has been drawn is drawn again only when the output changed or its frame died.
 */
import type { CellId, Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { FrameToPage, LeaveDirection, PageShortcut } from '@/output-frame/protocol.ts';
import type { Clock } from '@/services/clock.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import type { FrameHeights } from './frame-heights.ts';
import { FramePlaces } from './frame-places.ts';
import { readTheme } from './frame-theme.ts';
import { createFramesStore } from './frames-store.ts';
import { Holes } from './holes.ts';
import { IsolatedFrames } from './isolated-frames.ts';
import { OutputFrame } from './output-frame.ts';
import { bringsLibrary, payloadOf, scriptForm } from './script-form.ts';
import { yieldToDrags } from './yield-to-drags.ts';
import { ScrollCalm } from './scroll-calm.ts';
import type { ScriptTrust } from './script-trust.ts';

/** A frame is not drawn by browsers beyond this; for longer notebooks it moves along. */
const MAX_FRAME = 3_000_000;
const FRAME_STEP = 1_000_000;
/** The frame's height goes up in steps, so that documents inside are not told of every line. */
const HEIGHT_STEP = 4_000;
const DEFAULT_HEIGHT = 120;
/** Libraries go on drawing after their script has ended: so long an output keeps the room that it had before. */
const SETTLE_MS = 1_000;
/** What fills the height of its window has this. */
const ISOLATED_HEIGHT = 400;

/** An output as a view wants it shown. */
export type SlotRequest = {
  id: string;
  cellId: CellId;
  output: RichOutput;
  mime: string;
  label: string;
  isolated: boolean;
  element: HTMLElement;
};

/** An output in a frame. */
export type Host = Omit<SlotRequest, 'element'> & {
  slot: HTMLElement | null;
  frame: OutputFrame | null;
  isRendered: boolean;
  height: number | null;
  /** A person has done something in it. */
  isTouched: boolean;
  /** What it had when it was last shown, until it has it again or goes on without. */
  formerHeight: number | null;
};

export type FramesParts = {
  store: NotebookStore;
  trust: ScriptTrust;
  heights: FrameHeights;
  clock: Clock;
  /** Of the frame of all. */
  title: string;
  /** A person pressed something in an output of this cell. */
  didTouch(id: CellId): void;
  /** The keyboard comes back from an output. */
  didLeave(slot: HTMLElement, direction: LeaveDirection): void;
  /** Keys of the page were pressed in an output. */
  didPress(shortcut: PageShortcut): void;
  /** A frame was made; what is answered ends with it. */
  didMake(frame: OutputFrame): Disposable;
};

export class NotebookFrames {
  readonly store = createFramesStore();
  readonly #parts: FramesParts;
  readonly #hosts = new Map<string, Host>();
  readonly #isolated: IsolatedFrames;
  readonly #holes = new Holes();
  #layer: HTMLElement | null = null;
  #calm: ScrollCalm | null = null;
  #shared: OutputFrame | null = null;
  #places: FramePlaces | null = null;
  #isLayoutDue = false;

  constructor(parts: FramesParts) {
    this.#parts = parts;
    this.#isolated = new IsolatedFrames((title) => this.#makeFrame(title, true));
  }

  /** Where the frames live: the layer, behind the cells, in what scrolls. With it they end. */
  attachLayer(layer: HTMLElement, scroller: HTMLElement): Disposable {
    const owned = new DisposableStore();
    this.#layer = layer;
    this.#calm = owned.add(new ScrollCalm(scroller, this.#parts.clock));
    const sizes = new ResizeObserver(() => this.layout());
    sizes.observe(scroller);
    // What grows moves what stands below it.
    if (layer.nextElementSibling) sizes.observe(layer.nextElementSibling);
    owned.add(toDisposable(() => sizes.disconnect()));
    const moves = () => {
      if (scroller.scrollHeight > MAX_FRAME) this.layout();
    };
    scroller.addEventListener('scroll', moves, { passive: true });
    owned.add(toDisposable(() => scroller.removeEventListener('scroll', moves)));
    owned.add(yieldToDrags(scroller));
    const stop = this.#parts.store.subscribe((state, before) => {
      if (state.cells !== before.cells) this.#forgetGone();
    });
    owned.add(toDisposable(stop));
    return toDisposable(() => {
      owned.dispose();
      this.#drop();
      this.#hosts.clear();
      this.#calm = null;
      this.#layer = null;
    });
  }

  /** Shows an output in its slot until the answer is disposed of; then it stays alive out of sight. */
  attach({ element, ...request }: SlotRequest): Disposable {
    const host = this.#hostFor(request);
    host.slot = element;
    element.style.height = `${this.#heightOf(host)}px`;
    element.toggleAttribute('data-covered', !host.isRendered);
    if (host.frame && host.isolated) this.#isolated.show(host, element);
    const hole = host.isolated ? null : this.#holes.open(element);
    const sizes = new ResizeObserver(() => this.layout());
    sizes.observe(element.closest('.at-cell-outputs') ?? element);
    if (!host.frame) this.#calm?.when(() => this.#start(host));
    this.layout();
    return toDisposable(() => {
      sizes.disconnect();
      hole?.dispose();
      if (host.slot !== element) return;
      host.slot = null;
      if (host.frame && host.isolated && this.#layer) this.#isolated.park(host, this.#layer);
      this.layout();
    });
  }

  /** The one that is alive, if it shows the same. */
  #hostFor(request: Omit<SlotRequest, 'element'>): Host {
    const { id, output, mime, isolated } = request;
    const known = this.#hosts.get(id);
    if (known && known.output === output && known.mime === mime && known.isolated === isolated) return known;
    // Drawn anew at the same place, the old stays to be seen until then.
    const isInPlace = known?.isRendered === true && !known.isolated && !isolated;
    if (known) this.#remove(known, isInPlace);
    const host = newHost(request, isInPlace, known?.height ?? null);
    this.#hosts.set(id, host);
    return host;
  }

  #heightOf({ height, formerHeight, output, isolated }: Host): number {
    if (height !== null) return Math.max(height, formerHeight ?? 0);
    return this.#parts.heights.of(output) ?? (isolated ? ISOLATED_HEIGHT : DEFAULT_HEIGHT);
  }

  /** Tells frames where their outputs are, once, before the next paint. */
  layout(): void {
    if (this.#isLayoutDue || !this.#shared) return;
    this.#isLayoutDue = true;
    requestAnimationFrame(() => {
      this.#isLayoutDue = false;
      this.#layoutNow();
    });
  }

  #layoutNow(): void {
    const layer = this.#layer;
    const frame = this.#shared;
    const scroller = layer?.parentElement;
    const list = layer?.nextElementSibling;
    if (!layer || !frame || !scroller || !list) return;
    const { width, height } = list.getBoundingClientRect();
    if (width === 0) return;
    layer.style.height = `${height}px`;
    const isLong = height > MAX_FRAME;
    const from = isLong
      ? Math.max(0, Math.round(scroller.scrollTop / FRAME_STEP) * FRAME_STEP - FRAME_STEP)
      : 0;
    const span = Math.min(Math.ceil((height - from) / HEIGHT_STEP) * HEIGHT_STEP, MAX_FRAME);
    const { style } = frame.element;
    style.top = `${from}px`;
    style.height = `${span}px`;
    style.width = `${width}px`;
    const shared = [...this.#hosts.values()].filter((host) => host.frame === frame);
    this.#places?.update(shared, frame.element.getBoundingClientRect());
  }

  #start(host: Host): void {
    if (this.#hosts.get(host.id) !== host || host.frame || !host.slot || !this.#layer) return;
    if (this.store.getState().isStopped) return;
    if (host.isolated) host.frame = this.#isolated.make(host, [...this.#hosts.values()]);
    else {
      for (const library of this.#librariesBefore(host))
        this.#render(library, this.#sharedFrame(this.#layer));
      host.frame = this.#sharedFrame(this.#layer);
    }
    this.#render(host, host.frame);
    this.layout();
  }

  #render(host: Host, frame: OutputFrame): void {
    const { id, mime, output, label } = host;
    host.frame = frame;
    const { metadata } = output;
    frame.send({ type: 'render', id, mime, data: payloadOf(output, mime), metadata, label });
  }

  /** Outputs further up that bring a library and were not in sight yet, in order. */
  #librariesBefore(host: Host): Host[] {
    const { order, cells } = this.#parts.store.getState();
    const found: Host[] = [];
    for (const cellId of order) {
      const outputs = cells[cellId]?.outputs ?? [];
      for (const [place, output] of outputs.entries()) {
        const id = outputId(cellId, place);
        if (id === host.id) return found;
        if (!isRich(output) || this.#hosts.has(id) || !bringsLibrary(output)) continue;
        const mime = scriptForm(output, {}, false);
        if (mime === null || this.#parts.trust.mayRun(output) !== 'yes') continue;
        const library = newHost({ id, cellId, output, mime, label: '', isolated: false }, false, null);
        this.#hosts.set(id, library);
        found.push(library);
      }
    }
    return found;
  }

  #sharedFrame(layer: HTMLElement): OutputFrame {
    if (this.#shared) return this.#shared;
    const frame = this.#makeFrame(this.#parts.title, false);
    this.#shared = frame;
    this.#places = new FramePlaces(this.#parts.clock, (message) => frame.send(message));
    layer.append(frame.element);
    layer.parentElement?.toggleAttribute('data-frames', true);
    return frame;
  }

  #makeFrame(title: string, isolated: boolean): OutputFrame {
    const { clock } = this.#parts;
    const frame: OutputFrame = new OutputFrame({
      document,
      title,
      isolated,
      clock,
      receive: (message) => this.#receive(frame, message),
      didStop: () => this.#didStop(),
    });
    if (this.#layer) frame.send({ type: 'theme', theme: readTheme(this.#layer) });
    frame.own(this.#parts.didMake(frame));
    return frame;
  }

  #receive(frame: OutputFrame, message: FrameToPage): void {
    if (message.type === 'placed') this.#places?.acknowledge(message.epoch);
    if (!('id' in message)) return;
    const host = this.#hosts.get(message.id);
    if (!host || host.frame !== frame) return;
    if (message.type === 'height') {
      host.height = message.height;
      if (host.isRendered) this.#showHeight(host);
    } else if (message.type === 'rendered') this.#didRender(host);
    else if (message.type === 'failed') this.#fail(host, message.message);
    else if (message.type === 'touched') this.#touch(host, frame);
    else if (host.slot && document.activeElement === frame.element) {
      // Only a frame that has the keyboard can give it away.
      if (message.type === 'leave') this.#parts.didLeave(host.slot, message.direction);
      else this.#parts.didPress(message.shortcut);
    }
  }

  /** Scripts may say so at any time: it counts only where a hand can be, or they would move the selection at will. */
  #touch(host: Host, frame: OutputFrame): void {
    if (!isAtHand(frame.element)) return;
    host.isTouched = true;
    if (host.slot) this.#parts.didTouch(host.cellId);
  }

  #didRender(host: Host): void {
    host.isRendered = true;
    host.formerHeight = this.#parts.heights.of(host.output) ?? null;
    this.#showHeight(host);
    if (host.formerHeight !== null)
      this.#parts.clock.after(SETTLE_MS, () => {
        host.formerHeight = null;
        if (this.#hosts.get(host.id) === host) this.#showHeight(host);
      });
    if (host.isolated) host.slot?.removeAttribute('data-covered');
    else this.#places?.show();
  }

  #showHeight(host: Host): void {
    const { height } = host;
    if (height === null) return;
    if (height >= (host.formerHeight ?? 0)) {
      host.formerHeight = null;
      this.#parts.heights.note(host.output, height);
    }
    if (host.slot) host.slot.style.height = `${this.#heightOf(host)}px`;
    this.layout();
  }

  #fail(host: Host, message: string): void {
    this.#remove(host);
    const { failures } = this.store.getState();
    const known = failures[host.id];
    this.store.setState({ failures: { ...failures, [host.id]: { ...known, [host.mime]: message } } });
  }

  /** Puts the keyboard into an output. */
  enter(id: string, at: 'start' | 'end'): void {
    const host = this.#hosts.get(id);
    if (!host?.frame) return;
    host.isTouched = true;
    host.frame.element.focus({ preventScroll: true });
    host.frame.send({ type: 'focus', id, at });
  }

  /** The page has other colours now. */
  didChangeTheme(): void {
    const layer = this.#layer;
    if (!layer) return;
    const theme = readTheme(layer);
    for (const frame of this.#all()) frame.send({ type: 'theme', theme });
  }

  /** Draws everything again after it was stopped. */
  runAgain(): void {
    this.store.setState({ isStopped: false });
    for (const host of this.#hosts.values()) if (host.slot) this.#start(host);
  }

  #didStop(): void {
    // They share one process: when one hangs, all do.
    this.#drop();
    for (const [id, host] of this.#hosts) {
      host.frame = null;
      host.isRendered = false;
      host.isTouched = false;
      if (host.slot) host.slot.toggleAttribute('data-covered', true);
      else this.#hosts.delete(id);
    }
    this.store.setState({ isStopped: true });
  }

  /** Outputs that are in no cell any more, or not the same, go. */
  #forgetGone(): void {
    const { cells } = this.#parts.store.getState();
    for (const host of this.#hosts.values()) {
      const place = Number(host.id.slice(host.id.lastIndexOf(':') + 1));
      const now = cells[host.cellId]?.outputs[place];
      if (now === host.output || (now !== undefined && host.slot)) continue;
      this.#remove(host);
    }
    const { failures } = this.store.getState();
    const gone = Object.keys(failures).filter((id) => !cells[cellIdOf(id)]);
    if (gone.length > 0)
      this.store.setState({
        failures: Object.fromEntries(Object.entries(failures).filter(([id]) => !gone.includes(id))),
      });
  }

  #remove(host: Host, keepsFrame = false): void {
    this.#hosts.delete(host.id);
    if (host.isolated) this.#isolated.remove(host);
    else if (!keepsFrame) host.frame?.send({ type: 'remove', id: host.id });
    host.frame = null;
    this.layout();
  }

  #all(): OutputFrame[] {
    const frames = new Set<OutputFrame>();
    if (this.#shared) frames.add(this.#shared);
    for (const { frame } of this.#hosts.values()) if (frame) frames.add(frame);
    return [...frames];
  }

  #drop(): void {
    for (const frame of this.#all()) frame.dispose();
    this.#places?.dispose();
    this.#places = null;
    this.#shared = null;
    this.#layer?.parentElement?.toggleAttribute('data-frames', false);
  }
}

function newHost(request: Omit<SlotRequest, 'element'>, isRendered: boolean, height: number | null): Host {
  return { ...request, slot: null, frame: null, isRendered, height, isTouched: false, formerHeight: null };
}

/** The pointer is over the frame, or the keyboard in it. */
function isAtHand(frame: HTMLIFrameElement): boolean {
  return frame.matches(':hover') || frame.ownerDocument.activeElement === frame;
}

/** Outputs only grow at the end or are replaced as a whole: their place is their identity. */
export const outputId = (cellId: CellId, place: number): string => `${cellId}:${place}`;
const cellIdOf = (id: string) => id.slice(0, id.lastIndexOf(':')) as CellId;

const isRich = (output: Output): output is RichOutput => 'data' in output;
