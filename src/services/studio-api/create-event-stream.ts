import { apiBase, closeCodes, type StudioEvent, studioEventSchema } from '@atelier-ide/contract';
import { DisposableStore } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import { Line, type LineEnd, type LineWorld } from '../line.ts';
import type { Origin } from '../origin.ts';
import { createConnectionStore } from './connection-store.ts';
import type { ConnectionState, EventStream } from './event-stream.ts';

/**
 * The one event stream of a page, over a WebSocket. It resumes behind the last event it has seen and never gives up.
 * It keeps no resources: listeners apply the events, and read everything again at `reset`, which also follows the
 * first hello of a page.
 */
export type EventStreamConfig = {
  origin: Origin;
  /** The name of this page: what it holds is given back when its stream ends. */
  page: string;
  world: LineWorld;
  log: LogService;
  /** Nothing was heard for so long that the line was given up: whatever else is on its way may hang as well. */
  onDidGoSilent(): void;
};

/** Makes the event stream; it connects at `start`. */
export function createEventStream(config: EventStreamConfig): EventStream {
  return new SocketStream(config);
}

class SocketStream implements EventStream {
  readonly connection;
  readonly #config: EventStreamConfig;
  readonly #received;
  readonly #owned = new DisposableStore();
  readonly #line: Line;
  #after: number | null = null;

  constructor(config: EventStreamConfig) {
    this.#config = config;
    this.connection = createConnectionStore(config.world.clock.now());
    this.#received = this.#owned.add(
      new Emitter<StudioEvent>((error) => config.log.error('A listener of events failed', error)),
    );
    this.#line = this.#owned.add(
      new Line(config.world, {
        isScout: true,
        address: () => this.#address(),
        didReceive: (data) => typeof data === 'string' && this.#receive(data),
        didClose: (end) => this.#closed(end),
      }),
    );
  }

  get onDidReceive() {
    return this.#received.event;
  }

  start(): void {
    this.#line.start();
  }

  retryNow(): void {
    this.#line.retryNow();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #address() {
    const { origin, page } = this.#config;
    const after = this.#after === null ? '' : `&after=${this.#after}`;
    return { url: origin.ws(`${apiBase}/events?page=${page}${after}`) };
  }

  #become(status: ConnectionState['status']): void {
    if (this.connection.getState().status === status) return;
    this.connection.setState({ status, since: this.#config.world.clock.now() });
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
    this.#line.stand();
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

  #closed({ code, hasStood, isSilent }: LineEnd): void {
    // The first try after a cut is at once and usually enough; only after it has failed is the page called offline.
    if (code === closeCodes.signIn) this.#become('signed-out');
    else this.#become(hasStood ? 'connecting' : 'offline');
    if (isSilent) this.#config.onDidGoSilent();
  }
}
