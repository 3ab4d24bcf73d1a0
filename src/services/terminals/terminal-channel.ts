import { closeCodes } from '@atelier-ide/contract';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import { Line, type LineWorld } from '../line.ts';
import { createTerminalChannelStore } from './terminal-channel-store.ts';
import type { TerminalChannel, TerminalChannelState } from './terminals-service.ts';

/**
 * One page's line to one terminal, in Jupyter's (terminado's) protocol: JSON arrays, first the kind. After `setup` the
 * server sends its scrollback: that is a replay, up to the first beat, or for a moment where none come. Keys that are
 * pressed while the line is cut are refused, never kept: run later, they would do harm. A reconnected terminal gets the
 * whole scrollback again, so a reset of the screen is handed over before it.
 */
export type TerminalChannelConfig = {
  appId: string;
  name: string;
  url: string;
  world: LineWorld;
  log: LogService;
};

/** Frames of the scrollback follow each other at once; what comes later is live. */
const REPLAY_MS = 250;
/** Where beats come the first of them follows the scrollback, however slow the network is. */
const BEAT_MS = 60_000;
/** RIS: the screen and its scrollback start anew. */
const RESET_SCREEN = '\u001bc';

/** Makes the line and connects it. */
export function createTerminalChannel(config: TerminalChannelConfig): TerminalChannel {
  return new Channel(config);
}

class Channel implements TerminalChannel {
  readonly appId: string;
  readonly name: string;
  readonly store;
  readonly #config: TerminalChannelConfig;
  readonly #owned = new DisposableStore();
  readonly #received;
  readonly #line: Line;
  #replay: Disposable | null = null;
  #wasConnected = false;
  #hasBeats = false;
  #size: { rows: number; columns: number } | null = null;

  constructor(config: TerminalChannelConfig) {
    this.#config = config;
    this.appId = config.appId;
    this.name = config.name;
    this.store = createTerminalChannelStore(config.world.clock.now());
    this.#received = this.#owned.add(
      new Emitter<{ data: string; isReplay: boolean }>((error) =>
        config.log.error('A listener of a terminal failed', error),
      ),
    );
    this.#line = this.#owned.add(
      new Line(config.world, {
        address: () => ({ url: config.url }),
        didReceive: (data) => typeof data === 'string' && this.#receive(data),
        didBeat: () => this.#beat(),
        didClose: ({ code }) => {
          if (code === closeCodes.gone) this.#end();
          else this.#become('reconnecting');
        },
      }),
    );
    this.#line.start();
  }

  get onDidReceive() {
    return this.#received.event;
  }

  send(data: string): boolean {
    // What comes after a key is no replay, however soon.
    this.#endReplay();
    return this.#transmit('stdin', data);
  }

  resize(rows: number, columns: number): void {
    this.#size = { rows, columns };
    this.#sendSize();
  }

  dispose(): void {
    this.#owned.dispose();
    this.#endReplay();
  }

  #become(status: TerminalChannelState['status']): void {
    if (this.store.getState().status === status) return;
    this.store.setState({ status, since: this.#config.world.clock.now() });
  }

  #transmit(kind: string, ...values: readonly (string | number)[]): boolean {
    return this.#line.send(JSON.stringify([kind, ...values]));
  }

  #sendSize(): void {
    // The last two numbers are pixels, which terminado passes on to the pty; 0 = not known.
    if (this.#size) this.#transmit('set_size', this.#size.rows, this.#size.columns, 0, 0);
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
    this.#endReplay();
    const longest = this.#hasBeats ? BEAT_MS : REPLAY_MS;
    this.#replay = this.#config.world.clock.after(longest, () => this.#endReplay());
    if (this.#wasConnected) this.#received.fire({ data: RESET_SCREEN, isReplay: true });
    this.#wasConnected = true;
    this.#line.stand();
    this.#become('connected');
    this.#sendSize();
  }

  #beat(): void {
    this.#hasBeats = true;
    this.#endReplay();
  }

  #endReplay(): void {
    this.#replay?.dispose();
    this.#replay = null;
  }

  #end(): void {
    this.#become('ended');
    this.#line.dispose();
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
