import {
  type Environment,
  ProblemError,
  type StudioClient,
  type StudioDocument,
} from '@atelier-ide/contract';
import type { Disposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { FilesService } from '../files/files-service.ts';
import type { EventStream } from '../studio-api/event-stream.ts';
import type { DocumentsService } from './documents-service.ts';
import { createDocumentsStore } from './documents-store.ts';
import { createSessionRegistry } from './session-registry.ts';

/**
 * The documents that this page has open. The server owns identity and binding; a document here is always the newest
 * one seen: an event beats every answer to a request that was sent before the event came, and an older generation
 * never replaces a newer one.
 */
export type DocumentsConfig = {
  api: StudioClient;
  events: EventStream;
  files: FilesService;
  log: LogService;
};

export function createDocuments(config: DocumentsConfig): DocumentsService & Disposable {
  const { api, files, log } = config;
  const store = createDocumentsStore();
  /** How many events each open document has had. */
  const heard = new Map<string, number>();

  const get = (id: string) => store.getState().byId[id];
  const put = (document: StudioDocument) =>
    store.setState((state) => ({ byId: { ...state.byId, [document.id]: document } }));

  const sessions = createSessionRegistry((path) => {
    const { byId } = store.getState();
    const kept = Object.values(byId).filter((one) => one.path !== path);
    for (const one of Object.values(byId)) if (one.path === path) heard.delete(one.id);
    store.setState({ byId: Object.fromEntries(kept.map((one) => [one.id, one])) });
  });

  /** Takes over what a request answers, unless an event has told more since it was sent. */
  async function answered(id: string, request: Promise<StudioDocument>): Promise<StudioDocument> {
    const before = heard.get(id) ?? 0;
    const answer = await request;
    const known = get(answer.id);
    const isOld = known && known.binding.generation > answer.binding.generation;
    if (known && (isOld || (heard.get(id) ?? 0) > before)) return known;
    put(answer);
    return answer;
  }

  const read = (id: string) => answered(id, api.call('getDocument', { params: { id } }));

  async function bindOnce(id: string, environment: Environment | null): Promise<StudioDocument> {
    const { binding } = get(id) ?? (await read(id));
    return answered(
      id,
      api.call('putBinding', { params: { id }, body: { environment }, ifMatch: binding.generation }),
    );
  }

  async function didMove(id: string, path: string): Promise<void> {
    const document = await api.call('moveDocument', { params: { id }, body: { path } });
    if (get(id)) put(document);
  }

  const subscription = config.events.onDidReceive((event) => {
    if (event.type === 'document') {
      const known = get(event.document.id);
      if (!known || known.binding.generation > event.document.binding.generation) return;
      heard.set(event.document.id, (heard.get(event.document.id) ?? 0) + 1);
      put(event.document);
    } else if (event.type === 'reset') {
      for (const id of Object.keys(store.getState().byId)) {
        read(id).catch((error: unknown) =>
          log.warn('A document was not read again', { id, error: String(error) }),
        );
      }
    }
  });

  return {
    store,
    sessions,
    async open(request) {
      const document = await api.call('putDocument', { body: request });
      const known = get(document.id);
      if (known && known.binding.generation > document.binding.generation) return known;
      put(document);
      return document;
    },
    async bind(documentId, environment) {
      try {
        return await bindOnce(documentId, environment);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.status !== 412) throw error;
        await read(documentId);
        return bindOnce(documentId, environment);
      }
    },
    async move(from, to) {
      await files.rename(from, to);
      for (const session of sessions.all()) {
        const moved = movedPath(session.path, from, to);
        if (moved !== null) session.didMove(moved);
      }
      const [at, below] = await Promise.all([
        api.all('listDocuments', { query: { path: from } }),
        api.all('listDocuments', { query: { prefix: `${from}/` } }),
      ]);
      const documents = new Map([...at, ...below].map((one) => [one.id, one]));
      for (const { id, path } of documents.values()) {
        const moved = movedPath(path, from, to);
        if (moved !== null) await didMove(id, moved);
      }
    },
    dispose() {
      subscription.dispose();
      sessions.dispose();
    },
  };
}

/** The new path of something at `from` or below it; null for anything else. */
export function movedPath(path: string, from: string, to: string): string | null {
  if (path === from) return to;
  return path.startsWith(`${from}/`) ? to + path.slice(from.length) : null;
}
