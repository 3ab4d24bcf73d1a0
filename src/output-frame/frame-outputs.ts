/**
 * The outputs in this document. Messages about places are obeyed at once; outputs are drawn one after the other in the
 * order in which they came, each in a task of its own, so that places never wait for more than one of them.
 */
import { WIDGET_VIEW_MIME } from '@atelier-ide/core/outputs/choose-mime.ts';
import { FrameHost } from './frame-host.ts';
import type {
  FrameRenderer,
  FrameTheme,
  FrameToPage,
  PageShortcut,
  PageToFrame,
  RenderRequest,
} from './protocol.ts';
import { rendererFor } from './renderers.ts';
import { showTheme } from './show-theme.ts';
import type { FrameWidgets } from './widgets/index.ts';
import type { WidgetFromPage } from './widgets/widget-protocol.ts';

/** One output may keep the others waiting so long. */
const PATIENCE_MS = 20_000;

type Job = RenderRequest & { end: AbortController };

export class FrameOutputs {
  readonly #port: MessagePort;
  readonly #isolated: boolean;
  readonly #hosts = new Map<string, FrameHost>();
  readonly #jobs: Job[] = [];
  readonly #ends = new Map<string, AbortController>();
  #theme: FrameTheme = { isDark: false, tokens: {} };
  #isDrawing = false;
  #widgets: Promise<FrameWidgets> | null = null;

  constructor(port: MessagePort, isolated: boolean) {
    this.#port = port;
    this.#isolated = isolated;
  }

  start(): void {
    document.body.dataset['isolated'] = String(this.#isolated);
    this.#port.onmessage = ({ data }: MessageEvent<PageToFrame>) => this.#receive(data);
    document.addEventListener('keydown', (event) => {
      const id = hostIdOf(event.target);
      if (event.defaultPrevented || id === null) return;
      const shortcut = shortcutOf(event);
      if (event.key === 'Escape') this.#send({ type: 'leave', id, direction: 'out' });
      else if (shortcut !== null) {
        event.preventDefault();
        this.#send({ type: 'shortcut', id, shortcut });
      }
    });
    document.addEventListener(
      'pointerdown',
      (event) => {
        const id = hostIdOf(event.target);
        if (id !== null) this.#send({ type: 'touched', id });
      },
      true,
    );
    this.#send({ type: 'ready' });
  }

  #send(message: FrameToPage): void {
    this.#port.postMessage(message);
  }

  #receive(message: PageToFrame): void {
    switch (message.type) {
      case 'place': {
        const placed = new Map(message.hosts.map((place) => [place.id, place]));
        for (const { id } of message.hosts) this.#hostOf(id);
        for (const [id, host] of this.#hosts) host.place(placed.get(id) ?? null);
        this.#send({ type: 'placed', epoch: message.epoch });
        return;
      }
      case 'render': {
        this.#ends.get(message.id)?.abort();
        const end = new AbortController();
        this.#ends.set(message.id, end);
        this.#jobs.push({ ...message, end });
        this.#hostOf(message.id).setLabel(message.label);
        void this.#draw();
        return;
      }
      case 'remove':
        this.#ends.get(message.id)?.abort();
        this.#ends.delete(message.id);
        this.#hosts.get(message.id)?.dispose();
        this.#hosts.delete(message.id);
        return;
      case 'theme':
        this.#theme = message.theme;
        showTheme(message.theme);
        return;
      case 'focus':
        this.#hosts.get(message.id)?.focus(message.at);
        return;
      case 'ping':
        this.#send({ type: 'pong', n: message.n });
        return;
      case 'widgets':
        this.#tellWidgets(message.payload as WidgetFromPage);
    }
  }

  /**
   * Promises settle in the order in which they were asked, so messages stay in theirs. Before the first widget there is
   * nobody to hear them; that the manager could not be loaded is said by the output that needs it.
   */
  #tellWidgets(message: WidgetFromPage): void {
    void this.#widgets?.then(
      (widgets) => widgets.receive(message),
      () => undefined,
    );
  }

  /** The manager of widgets, loaded with the first of them. */
  #widgetsHere(): Promise<FrameWidgets> {
    this.#widgets ??= this.#loadWidgets();
    return this.#widgets;
  }

  async #loadWidgets(): Promise<FrameWidgets> {
    try {
      const { createWidgetHost } = await import('./widgets/index.ts');
      return createWidgetHost((payload, transfer = []) =>
        this.#port.postMessage({ type: 'widgets', payload }, transfer),
      );
    } catch (error) {
      // The next one tries again.
      this.#widgets = null;
      throw error;
    }
  }

  async #rendererOf(mime: string): Promise<FrameRenderer> {
    return mime === WIDGET_VIEW_MIME ? (await this.#widgetsHere()).renderer : rendererFor(mime);
  }

  #hostOf(id: string): FrameHost {
    const known = this.#hosts.get(id);
    if (known) return known;
    const host = new FrameHost(id, this.#isolated, {
      didChangeHeight: (height) => this.#send({ type: 'height', id, height }),
      leave: (direction) => this.#send({ type: 'leave', id, direction }),
    });
    this.#hosts.set(id, host);
    return host;
  }

  async #draw(): Promise<void> {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what this is for
      await nextTask();
      // oxlint-disable-next-line no-await-in-loop
      if (!job.end.signal.aborted) await this.#drawOne(job);
    }
    this.#isDrawing = false;
  }

  async #drawOne({ id, end, mime, data, metadata }: Job): Promise<void> {
    const { signal } = end;
    const host = this.#hostOf(id);
    host.clear();
    try {
      const drawn = Promise.resolve(
        (await this.#rendererOf(mime)).render(
          host.content,
          { mime, data, metadata },
          { signal, theme: this.#theme },
        ),
      );
      await Promise.race([drawn, after(PATIENCE_MS)]);
      if (signal.aborted) return;
      host.didDraw();
      this.#send({ type: 'rendered', id });
    } catch (error) {
      if (signal.aborted) return;
      host.clear();
      this.#send({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
    }
  }
}

function shortcutOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): PageShortcut | null {
  if (altKey) return null;
  const hasMod = ctrlKey || metaKey;
  if (key === 'F1' && !hasMod && !shiftKey) return 'palette';
  if (hasMod && shiftKey && key.toLowerCase() === 'p') return 'palette';
  return hasMod && !shiftKey && key.toLowerCase() === 's' ? 'save' : null;
}

function hostIdOf(target: EventTarget | null): string | null {
  const host = target instanceof Element ? target.closest<HTMLElement>('[data-output-id]') : null;
  return host?.dataset['outputId'] ?? null;
}

const after = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
const nextTask = () => after(0);
