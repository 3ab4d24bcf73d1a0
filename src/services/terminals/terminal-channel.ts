import { closeCodes } from '@atelier-ide/contract';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import { createBackOff } from '../back-off.ts';
import type { Clock } from '../clock.ts';
import type { PageSignals } from '../page-signals.ts';
import { createTerminalChannelStore } from './terminal-channel-store.ts';
import type { TerminalChannel, TerminalChannelState } from './terminals-service.ts';

/**
 * One page's line to one terminal, in Jupyter's (terminado's) protocol: JSON arrays, first the kind. After `setup` the
 * server sends its scrollback: that is a replay. Keys that are pressed while the line is cut are refused, never kept:
 * run later, they would do harm. A reconnected terminal gets the whole scrollback again, so a reset of the screen is
 * handed over before it.
 */
export type TerminalChannelConfig = {
  appId: string;
  name: string;
  url: string;
  WebSocket: typeof WebSocket;
  clock: Clock;
  page: PageSignals;
  log: LogService;
  onDidReject(): void;
};

/** A channel as its service holds it. */
export type ManagedTerminal = TerminalChannel & { retryNow(): void };

/** Frames of the scrollback follow each other at once; what comes later is live. */
const REPLAY_MS = 250;
/** RIS: the screen and its scrollback start anew. */
const RESET_SCREEN = '\u001bc';

/** Makes the line and connects it. */
export function createTerminalChannel(config: TerminalChannelConfig): ManagedTerminal {
  return new Line(config);
}

class Line implements ManagedTerminal {
  readonly appId: string;
  readonly name: string;
  readonly store;
  readonly #config: TerminalChannelConfig;
  readonly #owned = new DisposableStore();
  readonly #received;
  readonly #backOff;
  #socket: WebSocket | null = null;
  #waiting: Disposable | null = null;
  #replay: Disposable | null = null;
  #wasConnected = false;
  #size: { rows: number; columns: number } | null = null;

  constructor(config: TerminalChannelConfig) {
    this.#config = config;
    this.appId = config.appId;
    this.name = config.name;
    this.store = createTerminalChannelStore(config.clock.now());
    this.#backOff = createBackOff(config.clock);
    this.#received = this.#owned.add(
      new Emitter<{ data: string; isReplay: boolean }>((error) =>
        config.log.error('A listener of a terminal failed', error),
      ),
    );
    this.#owned.add(config.page.onDidWake(() => this.retryNow()));
    this.#owned.add(config.page.onDidMaybeLose(() => this.#reconnect()));
    this.#connect();
  }

  get onDidReceive() {
    return this.#received.event;
  }

  send(data: string): boolean {
    // What comes after a key is no replay, however soon.
    this.#replay?.dispose();
    this.#replay = null;
    return this.#transmit('stdin', data);
  }

  resize(rows: number, columns: number): void {
    this.#size = { rows, columns };
    this.#sendSize();
  }

  retryNow(): void {
    if (this.#socket === null) this.#reconnect();
  }

  dispose(): void {
    this.#owned.dispose();
    this.#replay?.dispose();
    this.#drop();
  }

  #become(status: TerminalChannelState['status']): void {
    if (this.store.getState().status === status) return;
    this.store.setState({ status, since: this.#config.clock.now() });
  }

  #transmit(kind: string, ...values: readonly (string | number)[]): boolean {
    const socket = this.#socket;
    if (socket?.readyState !== 1 || this.store.getState().status !== 'connected') return false;
    socket.send(JSON.stringify([kind, ...values]));
    return true;
  }

  #sendSize(): void {
    // The last two numbers are pixels, which terminado passes on to the pty; 0 = not known.
    if (this.#size) this.#transmit('set_size', this.#size.rows, this.#size.columns, 0, 0);
  }

  #connect(): void {
    this.#waiting?.dispose();
    this.#waiting = null;
    if (this.#owned.isDisposed || this.store.getState().status === 'ended') return;
    const socket = new this.#config.WebSocket(this.#config.url);
    this.#socket = socket;
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (this.#socket === socket && typeof event.data === 'string') this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code);
    };
  }

  #receive(text: string): void {
    const frame = parse(text);
    switch (frame?.[0]) {
      case 'setup':
        this.#setUp();
        return;
      case 'stdout':
        if (typeof frame[1] === 'string') {
          this.#received.fire({ data: frame[1], isReplay: this.#replay !== null });
        }
        return;
      case 'disconnect':
        this.#end();
        return;
      default:
        this.#config.log.debug('A frame of a terminal was not understood', { frame: text.slice(0, 100) });
    }
  }

  #setUp(): void {
    this.#backOff.reset();
    this.#replay?.dispose();
    this.#replay = this.#config.clock.after(REPLAY_MS, () => {
      this.#replay = null;
    });
    if (this.#wasConnected) this.#received.fire({ data: RESET_SCREEN, isReplay: true });
    this.#wasConnected = true;
    this.#become('connected');
    this.#sendSize();
  }

  #closed(code: number): void {
    this.#socket = null;
    if (code === closeCodes.gone) {
      this.#end();
      return;
    }
    this.#become('reconnecting');
    if (code === closeCodes.signIn) this.#config.onDidReject();
    else this.#waiting = this.#config.clock.after(this.#backOff.next(), () => this.#connect());
  }

  #end(): void {
    this.#become('ended');
    this.#drop();
  }

  #reconnect(): void {
    if (this.store.getState().status === 'ended') return;
    this.#drop();
    if (this.store.getState().status === 'connected') this.#become('reconnecting');
    this.#connect();
  }

  #drop(): void {
    this.#waiting?.dispose();
    this.#waiting = null;
    const old = this.#socket;
    this.#socket = null;
    old?.close();
  }
}

function parse(text: string): unknown[] | null {
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) ? frame : null;
  } catch {
    // Told to the log by the caller.
    return null;
  }
}
