import { apiBase, closeCodes, type StudioEvent, studioEventSchema } from '@atelier-ide/contract';
import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import { createBackOff } from '../back-off.ts';
import type { Clock } from '../clock.ts';
import type { Origin } from '../origin.ts';
import type { PageSignals } from '../page-signals.ts';
import { createConnectionStore } from './connection-store.ts';
import type { ConnectionState, EventStream } from './event-stream.ts';

/**
 * The one event stream of a page, over a WebSocket. It resumes behind the last event it has seen and never gives up.
 * It keeps no resources: listeners apply the events, and read everything again at `reset`, which also follows the
 * first hello of a page.
 */
export type EventStreamConfig = {
  origin: Origin;
  WebSocket: typeof WebSocket;
  clock: Clock;
  page: PageSignals;
  log: LogService;
  /** The server closed with 4401. */
  onDidReject(): void;
};

/** Makes the event stream; it connects at `start`. */
export function createEventStream(config: EventStreamConfig): EventStream {
  return new SocketStream(config);
}

class SocketStream implements EventStream {
  readonly connection;
  readonly #config: EventStreamConfig;
  readonly #received;
  readonly #backOff;
  readonly #owned = new DisposableStore();
  #socket: WebSocket | null = null;
  #waiting: Disposable | null = null;
  #after: number | null = null;
  #isStarted = false;

  constructor(config: EventStreamConfig) {
    this.#config = config;
    this.connection = createConnectionStore(config.clock.now());
    this.#backOff = createBackOff(config.clock);
    this.#received = this.#owned.add(
      new Emitter<StudioEvent>((error) => config.log.error('A listener of events failed', error)),
    );
    this.#owned.add(config.page.onDidWake(() => this.#socket === null && this.#reconnect()));
    this.#owned.add(config.page.onDidMaybeLose(() => this.#reconnect()));
  }

  get onDidReceive() {
    return this.#received.event;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#connect();
  }

  retryNow(): void {
    // A try that is under way is left alone.
    if (this.#socket === null) this.#reconnect();
  }

  dispose(): void {
    this.#owned.dispose();
    this.#drop();
  }

  #become(status: ConnectionState['status']): void {
    if (this.connection.getState().status === status) return;
    this.connection.setState({ status, since: this.#config.clock.now() });
  }

  #connect(): void {
    this.#waiting?.dispose();
    this.#waiting = null;
    if (this.#owned.isDisposed) return;
    const tail = this.#after === null ? '' : `?after=${this.#after}`;
    const { origin, WebSocket: Socket } = this.#config;
    const socket = new Socket(origin.ws(`${apiBase}/events${tail}`));
    this.#socket = socket;
    socket.onmessage = (message: MessageEvent<unknown>) => {
      if (this.#socket === socket && typeof message.data === 'string') this.#receive(message.data);
    };
    socket.onclose = (close) => {
      if (this.#socket === socket) this.#closed(close.code);
    };
  }

  #receive(text: string): void {
    const event = this.#parse(text);
    if (!event) return;
    if (event.type !== 'hello') {
      this.#after = event.seq;
      this.#received.fire(event);
      return;
    }
    const isFirst = this.#after === null;
    this.#after ??= event.seq;
    this.#backOff.reset();
    this.#become('connected');
    this.#received.fire(event);
    // What was read before the stream stood may have changed since, and no event told it.
    if (isFirst) this.#received.fire({ type: 'reset', seq: event.seq, time: event.time });
  }

  #parse(text: string): StudioEvent | null {
    try {
      return studioEventSchema.parse(JSON.parse(text));
    } catch (error) {
      this.#config.log.warn('An event was not understood', { error: String(error) });
      return null;
    }
  }

  #closed(code: number): void {
    this.#socket = null;
    if (code === closeCodes.signIn) {
      // Waits for the sign-in: `retryNow` is called when it has happened.
      this.#become('signed-out');
      this.#config.onDidReject();
      return;
    }
    // The first try after a cut is at once and usually enough; only after it has failed is the page called offline.
    this.#become(this.connection.getState().status === 'connected' ? 'connecting' : 'offline');
    this.#waiting = this.#config.clock.after(this.#backOff.next(), () => this.#connect());
  }

  /** Drops the line without waiting for its close, which a dead network never sends. */
  #reconnect(): void {
    if (!this.#isStarted || this.#owned.isDisposed) return;
    this.#drop();
    if (this.connection.getState().status === 'connected') this.#become('connecting');
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
