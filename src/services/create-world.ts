import { createStudioClient } from '@atelier-ide/contract';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { Clock } from './clock.ts';
import { createCompute } from './compute/create-compute.ts';
import { createDocuments } from './documents/create-documents.ts';
import { createEdits } from './edits/create-edits.ts';
import { createExecutions } from './executions/create-executions.ts';
import { createFiles } from './files/create-files.ts';
import type { FilesService } from './files/files-service.ts';
import { createFormatter } from './formatter/create-formatter.ts';
import { createLines } from './create-lines.ts';
import { createKernels } from './jupyter/create-kernels.ts';
import { createOrigin } from './origin.ts';
import { createPageSignals } from './page-signals.ts';
import type { Services } from './services.ts';
import { createSession } from './session/create-session.ts';
import { createGate } from './studio-api/gate.ts';
import { createTerminals } from './terminals/create-terminals.ts';

/** What the services need of the page; tests give their own. */
export type WorldConfig = {
  /** Origin and prefix of the backend, without a trailing slash; '' = this page's origin. */
  baseUrl: string;
  log: LogService;
  storage: StorageService;
  fetch: typeof fetch;
  WebSocket: typeof WebSocket;
  clock: Clock;
  /** Makes the request of an upload; default the page's own. */
  xhr?: () => XMLHttpRequest;
  /** The window whose focus, visibility and network are listened to; default the page's own, where there is one. */
  window?: Window;
  /** Where edits are kept; default the page's own, where there is one. */
  indexedDB?: IDBFactory | null;
  /** The page's own scheme and host; default that of the window. */
  pageOrigin?: string;
};

/** The half of the services that talks with the backend. */
export type WorldServices = Pick<
  Services,
  | 'session'
  | 'api'
  | 'events'
  | 'compute'
  | 'documents'
  | 'edits'
  | 'executions'
  | 'files'
  | 'formatter'
  | 'kernels'
  | 'terminals'
>;

/** All services that talk with the server, and their end. */
export type World = WorldServices &
  Disposable & {
    /** Reads the session and, as soon as somebody is signed in, starts events and compute. Never rejects. */
    start(): Promise<void>;
  };

const STREAM_GRACE_MS = 2_000;

const newId = () => crypto.randomUUID();

/**
 * Builds the world in the order in which its parts need each other. Nothing is asked of the backend before `start`,
 * and nothing of compute before somebody is signed in.
 */
export function createWorld(config: WorldConfig): World {
  const { clock, log, storage } = config;
  const owned = new DisposableStore();
  const window_ = config.window ?? (typeof window === 'undefined' ? undefined : window);
  const origin = createOrigin(config.baseUrl, config.pageOrigin ?? window_?.location.origin ?? '');
  const send: typeof fetch = (input, init) => config.fetch(input, init);
  const name = newId();
  const page = owned.add(createPageSignals(window_, () => clock.elapsed()));
  const session = owned.add(createSession({ origin, fetch: send, page, log }));
  const gate = createGate({
    origin,
    fetch: send,
    token: () => session.token(),
    refreshToken: () => session.refreshToken(),
    onDidReject: () => session.didReject(),
    clock,
  });
  const api = createStudioClient({ baseUrl: origin.http(''), fetch: gate.fetch });
  session.useClient(api);
  const { WebSocket } = config;
  const { events, world: lines } = owned.add(
    createLines({ WebSocket, clock, page, origin, session, gate, log, name }),
  );
  const compute = owned.add(createCompute({ api, events, storage, log }));
  const xhr = config.xhr ?? (() => new XMLHttpRequest());
  const files: FilesService = owned.add(
    createFiles({ gate, session, compute, log, xhr, leaseAt: (path) => documents.leaseAt(path) }),
  );
  const documents = owned.add(createDocuments({ api, events, files, log, session, clock, page: name }));
  const formatter = createFormatter({ gate, session, compute });
  const indexedDB = config.indexedDB ?? window_?.indexedDB ?? null;
  const edits = owned.add(
    createEdits({
      session,
      indexedDB,
      locks: window_?.navigator.locks ?? null,
      channel: (name) => (window_ && 'BroadcastChannel' in window_ ? new BroadcastChannel(name) : null),
      log,
      clock,
      newId,
      window: window_,
    }),
  );
  const kernels = owned.add(createKernels({ gate, session, compute, lines, log, newId }));
  const executions = owned.add(
    createExecutions({ api, events, session, documents, kernels, storage, clock, log, newId }),
  );
  const terminals = owned.add(createTerminals({ gate, compute, lines, log }));

  function begin() {
    if (session.store.getState().status !== 'signed-in') return;
    events.start();
    // The stream's first `reset` makes compute read; without a stream (a proxy that lets no WebSocket pass) this does.
    owned.add(
      clock.after(STREAM_GRACE_MS, () => {
        if (compute.store.getState().isLoaded) return;
        compute.start().catch((error: unknown) => log.error('Compute resources were not read', error));
      }),
    );
  }
  owned.add(toDisposable(session.store.subscribe(begin)));

  return {
    session,
    api,
    events,
    compute,
    documents,
    edits,
    executions,
    files,
    formatter,
    kernels,
    terminals,
    start: () => session.start(),
    dispose: () => owned.dispose(),
  };
}
