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
 * server sends its scrollback in one frame: that is a replay, and so is what comes in the same moment. Keys that are
 * pressed while the line is cut are refused, never kept: run later, they would do harm. A reconnected terminal gets
 * the whole scrollback again, so its listener is told by `isReplay` of the first frame and starts with a clean screen.
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

export type ManagedTerminal = TerminalChannel & { retryNow(): void };

/** Frames of the scrollback follow each other at once; what comes later is live. */
const REPLAY_MS = 250;

export function createTerminalChannel(config: TerminalChannelConfig): ManagedTerminal {
  const { clock, log } = config;
  const store = createTerminalChannelStore(clock.now());
  const owned = new DisposableStore();
  const received = owned.add(
    new Emitter<{ data: string; isReplay: boolean }>((error) =>
      log.error('A listener of a terminal failed', error),
    ),
  );
  const backOff = createBackOff(clock);
  let socket: WebSocket | null = null;
  let waiting: Disposable | null = null;
  let size: { rows: number; columns: number } | null = null;
  let replay: Disposable | null = null;

  function become(status: TerminalChannelState['status']) {
    if (store.getState().status !== status) store.setState({ status, since: clock.now() });
  }

  function transmit(kind: string, ...values: readonly (string | number)[]): boolean {
    if (socket?.readyState !== 1 || store.getState().status !== 'connected') return false;
    socket.send(JSON.stringify([kind, ...values]));
    return true;
  }

  function sendSize() {
    // The last two numbers are pixels, which terminado passes on to the pty; 0 = not known.
    if (size) transmit('set_size', size.rows, size.columns, 0, 0);
  }

  function connect() {
    waiting?.dispose();
    waiting = null;
    if (owned.isDisposed || store.getState().status === 'ended') return;
    const mine = new config.WebSocket(config.url);
    socket = mine;
    mine.onmessage = (event: MessageEvent<unknown>) => {
      if (socket === mine && typeof event.data === 'string') receive(event.data);
    };
    mine.onclose = (event) => {
      if (socket !== mine) return;
      socket = null;
      closed(event.code);
    };
  }

  function receive(text: string) {
    const frame = parse(text);
    switch (frame?.[0]) {
      case 'setup':
        backOff.reset();
        become('connected');
        replay?.dispose();
        replay = clock.after(REPLAY_MS, () => {
          replay = null;
        });
        sendSize();
        return;
      case 'stdout':
        if (typeof frame[1] === 'string') received.fire({ data: frame[1], isReplay: replay !== null });
        return;
      case 'disconnect':
        end();
        return;
      default:
        log.debug('A frame of a terminal was not understood', { frame: text.slice(0, 100) });
    }
  }

  function end() {
    become('ended');
    waiting?.dispose();
    const old = socket;
    socket = null;
    old?.close();
  }

  function closed(code: number) {
    if (code === closeCodes.gone) {
      end();
      return;
    }
    become('reconnecting');
    if (code === closeCodes.signIn) config.onDidReject();
    else waiting = clock.after(backOff.next(), connect);
  }

  function reconnect() {
    if (store.getState().status === 'ended') return;
    const old = socket;
    socket = null;
    old?.close();
    if (store.getState().status === 'connected') become('reconnecting');
    connect();
  }

  const retryNow = () => {
    if (socket === null) reconnect();
  };
  owned.add(config.page.onDidWake(retryNow));
  owned.add(config.page.onDidMaybeLose(reconnect));
  connect();

  return {
    appId: config.appId,
    name: config.name,
    store,
    onDidReceive: received.event,
    send: (data) => transmit('stdin', data),
    resize(rows, columns) {
      size = { rows, columns };
      sendSize();
    },
    retryNow,
    dispose() {
      owned.dispose();
      waiting?.dispose();
      replay?.dispose();
      const old = socket;
      socket = null;
      old?.close();
    },
  };
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
