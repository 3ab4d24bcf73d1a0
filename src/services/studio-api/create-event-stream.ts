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
 * It keeps no resources: listeners apply the events, and read everything again at `reset`.
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

export function createEventStream(config: EventStreamConfig): EventStream {
  const { clock } = config;
  const connection = createConnectionStore(clock.now());
  const received = new Emitter<StudioEvent>((error) =>
    config.log.error('A listener of events failed', error),
  );
  const backOff = createBackOff(clock);
  const owned = new DisposableStore();
  let socket: WebSocket | null = null;
  let waiting: Disposable | null = null;
  let after: number | null = null;
  let isStarted = false;

  function become(status: ConnectionState['status']) {
    if (connection.getState().status !== status) connection.setState({ status, since: clock.now() });
  }

  function connect() {
    waiting?.dispose();
    waiting = null;
    if (owned.isDisposed) return;
    const tail = after === null ? '' : `?after=${after}`;
    const mine = new config.WebSocket(config.origin.ws(`${apiBase}/events${tail}`));
    socket = mine;
    mine.onmessage = (message: MessageEvent<unknown>) => {
      if (socket === mine && typeof message.data === 'string') receive(message.data);
    };
    mine.onclose = (close) => {
      if (socket !== mine) return;
      socket = null;
      handleClose(close.code);
    };
  }

  function receive(text: string) {
    let parsed;
    try {
      parsed = studioEventSchema.safeParse(JSON.parse(text));
    } catch (error) {
      config.log.warn('An event was not JSON', { error: String(error) });
      return;
    }
    if (!parsed.success) {
      config.log.warn('An event was not understood', { issues: parsed.error.message });
      return;
    }
    const event = parsed.data;
    if (event.type === 'hello') {
      backOff.reset();
      become('connected');
      after ??= event.seq;
    } else {
      after = event.seq;
    }
    received.fire(event);
  }

  function handleClose(code: number) {
    if (code === closeCodes.signIn) {
      // Waits for the sign-in: `retryNow` is called when it has happened.
      become('signed-out');
      config.onDidReject();
      return;
    }
    // The first try after a cut is at once and usually enough; only after it has failed is the page called offline.
    become(connection.getState().status === 'connected' ? 'connecting' : 'offline');
    waiting = clock.after(backOff.next(), connect);
  }

  /** Drops the line without waiting for its close, which a dead network never sends. */
  function reconnect() {
    const old = socket;
    socket = null;
    old?.close();
    if (connection.getState().status === 'connected') become('connecting');
    connect();
  }

  owned.add(config.page.onDidWake(() => isStarted && socket === null && reconnect()));
  owned.add(config.page.onDidMaybeLose(() => isStarted && reconnect()));
  owned.add(received);

  return {
    connection,
    onDidReceive: received.event,
    start() {
      if (isStarted) return;
      isStarted = true;
      connect();
    },
    retryNow() {
      if (isStarted && connection.getState().status !== 'connected') reconnect();
    },
    dispose() {
      owned.dispose();
      waiting?.dispose();
      socket?.close();
      socket = null;
    },
  };
}
