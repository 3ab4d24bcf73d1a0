import type { StudioClient } from '@atelier-ide/contract';
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { Clock } from '../clock.ts';
import type { DocumentsService } from '../documents/documents-service.ts';
import type { KernelsService } from '../jupyter/kernels-service.ts';
import type { SessionService } from '../session/session-service.ts';
import type { EventStream } from '../studio-api/event-stream.ts';
import { createBrowserExecutions } from './browser-executions.ts';
import type { DocumentExecutions, ExecutionsService } from './executions-service.ts';
import { createServerExecutions } from './server-executions.ts';

/** Executions by document, shared by all who ask while one of them holds them. */
export type ExecutionsConfig = {
  api: StudioClient;
  events: EventStream;
  session: SessionService;
  documents: DocumentsService;
  kernels: KernelsService;
  storage: StorageService;
  clock: Clock;
  log: LogService;
  newId: () => string;
};

/** Makes the executions service; which queue a document gets is the backend’s choice. */
export function createExecutions(config: ExecutionsConfig): ExecutionsService & Disposable {
  const shared = new Map<string, { executions: DocumentExecutions; users: number }>();
  const make = (documentId: string) =>
    config.session.has('executions')
      ? createServerExecutions({ ...config, documentId })
      : createBrowserExecutions({ ...config, documentId });

  return {
    newId: () => config.newId(),
    of(documentId) {
      const entry = shared.get(documentId) ?? { executions: make(documentId), users: 0 };
      shared.set(documentId, entry);
      entry.users += 1;
      const { executions } = entry;
      const end = toDisposable(() => {
        entry.users -= 1;
        if (entry.users > 0) return;
        shared.delete(documentId);
        executions.dispose();
      });
      return {
        store: executions.store,
        endsWithPage: executions.endsWithPage,
        submit: (items, stopOnError) => executions.submit(items, stopOnError),
        dropAndThen: (act) => executions.dropAndThen(act),
        remove: (id) => executions.remove(id),
        queue: () => executions.queue(),
        move: (id, position, seen) => executions.move(id, position, seen),
        recorded: (ids) => executions.recorded(ids),
        seen: (ids) => executions.seen(ids),
        result: (id) => executions.result(id),
        dispose: () => end.dispose(),
      };
    },
    dispose() {
      for (const { executions } of shared.values()) executions.dispose();
      shared.clear();
    },
  };
}
