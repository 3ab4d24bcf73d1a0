/**
 * One sandboxed frame and the line to it. What is sent before the document is ready waits. A frame that does not answer,
 * or that went to another document, is dead: its owner is told once and throws it away.
 */
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import { framePath, type FrameToPage, hello, type PageToFrame } from '@/output-frame/protocol.ts';
import type { Clock } from '@/services/clock.ts';
import { readMessage } from './read-message.ts';

const PING_MS = 2_000;
/** Pings without an answer. A page that was busy itself has sent none, so its own waits do not count. */
const MAX_MISSED = 4;
/** While it starts or draws: a library of megabytes may come over a slow line, on a slow machine. */
const MAX_MISSED_AT_WORK = 15;

export type OutputFrameOptions = {
  document: Document;
  title: string;
  isolated: boolean;
  clock: Clock;
  receive(message: FrameToPage): void;
  /** It is dead; called once. */
  didStop(): void;
};

export class OutputFrame implements Disposable {
  readonly element: HTMLIFrameElement;
  readonly #options: OutputFrameOptions;
  readonly #owned = new DisposableStore();
  readonly #channel = new MessageChannel();
  readonly #widgets = new Emitter<unknown>();
  /** Messages of widgets, unread: features/notebook/widgets knows them. */
  readonly onWidgetMessage = this.#widgets.event;
  #waiting: { message: PageToFrame; transfer: Transferable[] }[] | null = [];
  #missed = 0;
  #timer: Disposable | null = null;
  /** What it was given to draw and has not answered. */
  readonly #drawing = new Set<string>();
  #pings = 0;

  constructor(options: OutputFrameOptions) {
    const { document } = options;
    this.#options = options;
    const element = document.createElement('iframe');
    element.className = 'at-output-frame';
    element.title = options.title;
    if (options.isolated) element.dataset['isolated'] = '';
    // Outputs are entered by their own stops in the order of the cells (FrameSlot.tsx).
    element.tabIndex = -1;
    element.setAttribute('sandbox', 'allow-scripts');
    element.setAttribute('referrerpolicy', 'no-referrer');
    element.src = framePath;
    this.element = element;
    this.#follow();
  }

  #follow(): void {
    const { element } = this;
    const { port1, port2 } = this.#channel;
    port1.onmessage = ({ data }) => this.#receive(readMessage(data));
    this.#owned.add(toDisposable(() => port1.close()));
    let isLoaded = false;
    const loaded = () => {
      if (isLoaded) {
        // Whatever is there now is not what was loaded.
        this.#stop();
        return;
      }
      isLoaded = true;
      // Its origin is none, so none can be named; the page's policy lets only our document be there.
      element.contentWindow?.postMessage({ kind: hello, isolated: this.#options.isolated }, '*', [port2]);
    };
    element.addEventListener('load', loaded);
    this.#owned.add(toDisposable(() => element.removeEventListener('load', loaded)));
    this.#tick();
  }

  /** Sends a message, now or when the frame is ready. */
  send(message: PageToFrame, transfer: Transferable[] = []): void {
    if (message.type === 'render') this.#drawing.add(message.id);
    else if (message.type === 'remove') this.#drawing.delete(message.id);
    if (this.#waiting) this.#waiting.push({ message, transfer });
    else this.#channel.port1.postMessage(message, transfer);
  }

  sendWidget(payload: unknown, transfer: Transferable[]): void {
    this.send({ type: 'widgets', payload }, transfer);
  }

  #receive(message: FrameToPage | null): void {
    if (!message || this.#owned.isDisposed) return;
    this.#missed = 0;
    if (message.type === 'rendered' || message.type === 'failed') this.#drawing.delete(message.id);
    if (message.type === 'ready') {
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      for (const one of waiting) this.send(one.message, one.transfer);
    } else if (message.type === 'widgets') this.#widgets.fire(message.payload);
    else this.#options.receive(message);
  }

  #tick(): void {
    this.#timer = this.#options.clock.after(PING_MS, () => {
      if (this.#owned.isDisposed) return;
      const isAtWork = this.#waiting !== null || this.#drawing.size > 0;
      // Nobody waits for a page out of sight, whose timers are slow.
      if (this.#options.document.visibilityState !== 'visible') this.#missed = 0;
      else if (this.#missed >= (isAtWork ? MAX_MISSED_AT_WORK : MAX_MISSED)) {
        this.#stop();
        return;
      }
      this.#missed += 1;
      if (!this.#waiting) this.send({ type: 'ping', n: (this.#pings += 1) });
      this.#tick();
    });
  }

  /** What others hold of it ends with it. */
  own(other: Disposable): void {
    this.#owned.add(other);
  }

  #stop(): void {
    if (this.#owned.isDisposed) return;
    this.dispose();
    this.#options.didStop();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#owned.dispose();
    this.#widgets.dispose();
    this.element.remove();
  }
}
