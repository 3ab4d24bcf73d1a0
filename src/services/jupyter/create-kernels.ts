import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { Clock } from '../clock.ts';
import type { ComputeService } from '../compute/compute-service.ts';
import type { PageSignals } from '../page-signals.ts';
import type { SessionService } from '../session/session-service.ts';
import type { EventStream } from '../studio-api/event-stream.ts';
import type { Gate } from '../studio-api/gate.ts';
import type { ManagedChannel } from './kernel-channel.ts';
import type { KernelChannel, KernelsService } from './kernels-service.ts';

/**
 * Lines to kernels, shared by kernel and place. What talks to Jupyter comes in a chunk of its own with the first
 * attach, so that the shell stays small.
 */
export type KernelsConfig = {
  gate: Gate;
  session: SessionService;
  compute: Pick<ComputeService, 'whenInService' | 'store'>;
  events: Pick<EventStream, 'connection'>;
  WebSocket: typeof WebSocket;
  clock: Clock;
  page: PageSignals;
  log: LogService;
  newId(): string;
};

type Shared = { channel: Promise<ManagedChannel>; users: number };

export function createKernels(config: KernelsConfig): KernelsService & Disposable {
  const { gate, session, compute } = config;
  const shared = new Map<string, Shared>();
  const open = new Set<ManagedChannel>();

  async function make(appId: string, kernelId: string, after?: { epoch: string; seq: number }) {
    const [app, { createKernelChannel }, { createKernelApi }] = await Promise.all([
      compute.whenInService(appId),
      import('./kernel-channel.ts'),
      import('./kernel-api.ts'),
    ]);
    const root = app.endpoint?.baseUrl;
    if (root === undefined) throw new Error(`The app ${appId} has no address`);
    const channel = createKernelChannel({
      appId,
      kernelId,
      url: gate.origin.ws(`${root}api/kernels/${encodeURIComponent(kernelId)}/channels`),
      after,
      hasJournal: session.has('journal'),
      WebSocket: config.WebSocket,
      clock: config.clock,
      page: config.page,
      log: config.log,
      api: createKernelApi(gate, gate.origin.absolute(root), kernelId),
      newId: config.newId,
      onDidReject: () => session.didReject(),
      isAppGone: () =>
        !compute.store.getState().apps.some((one) => one.id === appId && one.status !== 'Failed'),
    });
    open.add(channel);
    return channel;
  }

  /** A handle of its own for each user: it ends alone, the line with the last of them. */
  function hold(key: string, entry: Shared, channel: ManagedChannel): KernelChannel {
    const end = toDisposable(() => {
      entry.users -= 1;
      if (entry.users > 0) return;
      if (shared.get(key) === entry) shared.delete(key);
      open.delete(channel);
      channel.dispose();
    });
    return {
      appId: channel.appId,
      kernelId: channel.kernelId,
      get epoch() {
        return channel.epoch;
      },
      store: channel.store,
      onDidReceive: channel.onDidReceive,
      onDidReset: channel.onDidReset,
      execute: (request) => channel.execute(request),
      answerInput: (parent, value) => channel.answerInput(parent, value),
      interrupt: () => channel.interrupt(),
      restart: () => channel.restart(),
      shutdown: () => channel.shutdown(),
      dispose: () => end.dispose(),
    };
  }

  const retryAll = () => {
    for (const channel of open) channel.retryNow();
  };
  // The server answers the event stream again, or the person has signed in: kernels need not wait for their turn.
  const stopEvents = config.events.connection.subscribe((now, before) => {
    if (now.status === 'connected' && before.status !== 'connected') retryAll();
  });
  const stopSession = session.store.subscribe((now, before) => {
    if (now.status === 'signed-in' && before.status !== 'signed-in') retryAll();
  });

  return {
    async attach(appId, kernelId, after) {
      const key = `${appId}/${kernelId}/${after ? `${after.epoch}:${after.seq}` : 'now'}`;
      let entry = shared.get(key);
      if (!entry) {
        entry = { channel: make(appId, kernelId, after), users: 0 };
        shared.set(key, entry);
      }
      const held = entry;
      held.users += 1;
      try {
        return hold(key, held, await held.channel);
      } catch (error) {
        if (shared.get(key) === held) shared.delete(key);
        throw error;
      }
    },
    dispose() {
      stopEvents();
      stopSession();
      for (const channel of open) channel.dispose();
      open.clear();
      shared.clear();
    },
  };
}
