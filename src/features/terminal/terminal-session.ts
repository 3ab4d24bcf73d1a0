import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { ProblemError } from '@atelier-ide/contract';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { Services } from '@/services/services.ts';
import type { TerminalChannel } from '@/services/terminals/terminals-service.ts';
import { readPaste } from './paste-guard.ts';
import { createTerminalSessionStore } from './terminal-session-store.ts';
import { isReport } from './terminal-reports.ts';
import { terminalTheme } from './terminal-theme.ts';

export type TerminalAddress = { appId: string; name: string };

const fontFamily = "'JetBrains Mono Variable', 'JetBrains Mono', ui-monospace, monospace";

/**
 * One terminal on the page: the xterm screen and its channel, outside React.
 *
 * Invariants: scrollback that the backend replays is shown but never answered (a replayed query would type its answer
 * into the shell); input at a line that was cut is refused, never queued, because commands typed at a dead line must not
 * run later. Only what is typed while a terminal opens is kept and sent.
 */
export class TerminalSession implements Disposable {
  readonly store = createTerminalSessionStore();
  readonly #services: Services;
  readonly #address: TerminalAddress;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #disposables = new DisposableStore();
  #channel: TerminalChannel | null = null;
  /** Writes of replayed scrollback that xterm has not parsed yet. */
  #replaying = 0;
  /** What was typed before the line was there for the first time; null once it was. */
  #typedEarly: string | null = '';

  constructor(services: Services, address: TerminalAddress) {
    this.#services = services;
    this.#address = address;
    this.#terminal = new Terminal({
      fontFamily,
      fontSize: 12,
      // 18 px: xterm counts in the font's own height, 16 px at this size.
      lineHeight: 1.125,
      scrollback: 10_000,
      allowProposedApi: false,
      screenReaderMode: false,
      minimumContrastRatio: 4.5,
      linkHandler: { activate: (_event, uri) => openLink(uri) },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(new WebLinksAddon((_event, uri) => openLink(uri)));
    this.#terminal.attachCustomKeyEventHandler((event) => this.#handleKey(event));
    this.#disposables.add(this.#terminal.onData((data) => this.#send(data)));
    this.#disposables.add(this.#terminal.onBinary((data) => this.#send(data)));
    this.#disposables.add(
      this.#terminal.onTitleChange((title) => this.store.setState({ title: title.trim() || null })),
    );
    this.#disposables.add(this.#terminal.onResize(({ rows, cols }) => this.#channel?.resize(rows, cols)));
  }

  /** Shows the screen in `element` and connects. Called once. */
  open(element: HTMLElement): void {
    this.#terminal.open(element);
    this.applyTheme(element);
    this.fit();
    const handlePaste = (event: ClipboardEvent) => this.#handlePaste(event);
    element.addEventListener('paste', handlePaste, true);
    this.#disposables.add(toDisposable(() => element.removeEventListener('paste', handlePaste, true)));
    void this.attach();
  }

  applyTheme(element: Element): void {
    this.#terminal.options.theme = terminalTheme(element);
  }

  /** Fits rows and columns to the element; nothing while it is hidden. */
  fit(): void {
    const size = this.#fit.proposeDimensions();
    if (size && size.rows > 1 && size.cols > 1) this.#fit.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  async attach(): Promise<void> {
    this.store.setState({ status: 'connecting', reason: null });
    try {
      const channel = await this.#services.terminals.attach(this.#address.appId, this.#address.name);
      if (this.#disposables.isDisposed) {
        channel.dispose();
        return;
      }
      this.#use(channel);
    } catch (error) {
      const isGone = error instanceof ProblemError && error.problem.status === 404;
      const reason = error instanceof ProblemError ? error.problem.detail : String(error);
      this.store.setState({ status: isGone ? 'missing' : 'failed', reason });
    }
  }

  #use(channel: TerminalChannel): void {
    this.#channel = channel;
    this.#disposables.add(channel);
    this.#disposables.add(
      channel.onDidReceive(({ data, isReplay }) => {
        if (!isReplay) {
          this.#terminal.write(data);
          return;
        }
        this.#replaying += 1;
        this.#terminal.write(data, () => (this.#replaying -= 1));
      }),
    );
    const follow = () => {
      const { status } = channel.store.getState();
      this.store.setState({ status });
      if (status === 'connected') this.#didConnect(channel);
    };
    this.#disposables.add(toDisposable(channel.store.subscribe(follow)));
    follow();
  }

  #didConnect(channel: TerminalChannel): void {
    channel.resize(this.#terminal.rows, this.#terminal.cols);
    if (this.#typedEarly) channel.send(this.#typedEarly);
    this.#typedEarly = null;
  }

  #send(data: string): void {
    if (this.#replaying > 0 && isReport(data)) return;
    if (this.#typedEarly === null) this.#channel?.send(data);
    else if (!isReport(data)) this.#typedEarly += data;
  }

  /** Ctrl+Shift+C and V copy and paste; the palette's keys go on to the workbench. */
  #handleKey(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown') return true;
    const key = event.key.toLowerCase();
    if (key === 'f1' || ((event.ctrlKey || event.metaKey) && event.shiftKey && key === 'p')) return false;
    if (!(event.ctrlKey && event.shiftKey)) return true;
    if (key === 'c') {
      event.preventDefault();
      event.stopPropagation();
      const selection = this.#terminal.getSelection();
      if (selection)
        void navigator.clipboard
          .writeText(selection)
          .catch((error: unknown) => this.#services.log.warn(`copy: ${String(error)}`));
      return false;
    }
    // The browser turns Ctrl+Shift+V into a paste event, which is read below.
    return key !== 'v';
  }

  #handlePaste(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    void this.#paste(event.clipboardData?.getData('text/plain') ?? '');
  }

  async #paste(raw: string): Promise<void> {
    const { text, lines } = readPaste(raw);
    if (text === '') return;
    if (lines > 1) {
      const isWanted = await this.#services.dialogs.confirm({
        title: `Paste ${lines} lines?`,
        detail: 'Each line runs as a command when the shell reads it.',
        confirmLabel: `Paste ${lines} lines`,
        items: text.split('\n').slice(0, 8),
      });
      if (!isWanted) return;
    }
    this.#terminal.paste(text);
    this.focus();
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#terminal.dispose();
  }
}

/** Opens a link that a program printed: only web addresses, in a tab that cannot reach this page. */
function openLink(uri: string): void {
  let url: URL;
  try {
    url = new URL(uri);
  } catch (error) {
    if (error instanceof TypeError) return;
    throw error;
  }
  if (url.protocol === 'http:' || url.protocol === 'https:')
    window.open(url.href, '_blank', 'noopener,noreferrer');
}
