import {
  type Environment,
  ProblemError,
  type PutBinding,
  type PutDocument,
  type StudioClient,
  type StudioDocument,
  type StudioEvent,
  type Switch,
} from '@atelier-ide/contract';
import type { Disposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { Clock } from '../clock.ts';
import type { FilesService } from '../files/files-service.ts';
import type { SessionService } from '../session/session-service.ts';
import type { EventStream } from '../studio-api/event-stream.ts';
import { createDocumentLease, createNoLease } from './document-lease.ts';
import type { DocumentLease, DocumentsService } from './documents-service.ts';
import { createDocumentsStore } from './documents-store.ts';
import { createSessionRegistry } from './session-registry.ts';
import { createSwitches } from './switches.ts';

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
  session: Pick<SessionService, 'has'>;
  clock: Clock;
  /** The name of this page among those that write documents. */
  page: string;
};

/** Makes the documents service. */
export function createDocuments(config: DocumentsConfig): DocumentsService & Disposable {
  return new Documents(config);
}

class Documents implements DocumentsService, Disposable {
  readonly store = createDocumentsStore();
  readonly sessions;
  readonly #config: DocumentsConfig;
  readonly #subscription: Disposable;
  readonly #switches;
  readonly #leases = new Map<string, DocumentLease>();
  /** How many events each open document has had. */
  readonly #heard = new Map<string, number>();

  constructor(config: DocumentsConfig) {
    this.#config = config;
    this.sessions = createSessionRegistry((path) => this.#forget(path));
    this.#switches = createSwitches({ api: config.api, log: config.log, store: this.store });
    this.#subscription = config.events.onDidReceive((event) => this.#hear(event));
  }

  async open(request: PutDocument): Promise<StudioDocument> {
    const document = await this.#config.api.call('putDocument', { body: request });
    const known = this.#get(document.id);
    if (known && known.binding.generation > document.binding.generation) return known;
    this.#put(document);
    this.#switches.follow(document);
    return document;
  }

  lease(documentId: string): DocumentLease {
    if (!this.#config.session.has('leases')) return createNoLease();
    const lease = createDocumentLease({
      ...this.#config,
      documentId,
      didEnd: () => {
        if (this.#leases.get(documentId) === lease) this.#leases.delete(documentId);
      },
    });
    this.#leases.set(documentId, lease);
    return lease;
  }

  leaseAt(path: string): { documentId: string; lease: DocumentLease } | undefined {
    for (const [documentId, lease] of this.#leases)
      if (this.#get(documentId)?.path === path) return { documentId, lease };
    return undefined;
  }

  bind(documentId: string, environment: Environment | null): Promise<StudioDocument> {
    return this.#againWhenOld(documentId, () => this.#bindOnce(documentId, { environment }));
  }

  async cancelStart(documentId: string): Promise<boolean> {
    const request = { environment: null, onlyWhileStarting: true };
    const { binding } = await this.#againWhenOld(documentId, () => this.#bindOnce(documentId, request));
    return binding.state === 'none';
  }

  switchTo(documentId: string, environment: Environment): Promise<Switch> {
    return this.#againWhenOld(documentId, async () => {
      const { binding } = this.#get(documentId) ?? (await this.#read(documentId));
      return this.#switches.create({ documentId, generation: binding.generation, environment });
    });
  }

  cancelSwitch(switchId: string): Promise<void> {
    return this.#switches.cancel(switchId);
  }

  putAwaySwitch(documentId: string): void {
    this.#switches.putAway(documentId);
  }

  async move(from: string, to: string): Promise<void> {
    const { api, files } = this.#config;
    await files.rename(from, to);
    for (const session of this.sessions.all()) {
      const moved = movedPath(session.path, from, to);
      if (moved !== null) session.didMove(moved);
    }
    const [at, below] = await Promise.all([
      api.all('listDocuments', { query: { path: from } }),
      api.all('listDocuments', { query: { prefix: `${from}/` } }),
    ]);
    const paths = new Map([...at, ...below].map((one) => [one.id, one.path]));
    for (const [id, path] of paths) {
      const moved = movedPath(path, from, to);
      if (moved === null) continue;
      const document = await api.call('moveDocument', { params: { id }, body: { path: moved } });
      if (this.#get(id)) this.#put(document);
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.sessions.dispose();
  }

  #get(id: string): StudioDocument | undefined {
    return this.store.getState().byId[id];
  }

  #put(document: StudioDocument): void {
    this.store.setState((state) => ({ byId: { ...state.byId, [document.id]: document } }));
  }

  #forget(path: string): void {
    const all = Object.values(this.store.getState().byId);
    for (const one of all) if (one.path === path) this.#heard.delete(one.id);
    const kept = all.filter((one) => one.path !== path);
    this.store.setState({ byId: Object.fromEntries(kept.map((one) => [one.id, one])) });
    for (const one of all) if (one.path === path) this.#switches.putAway(one.id);
  }

  /** The generation that was seen can be old: then it is read, and what was wanted is asked for once more. */
  async #againWhenOld<T>(id: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 412) throw error;
      await this.#read(id);
      return ask();
    }
  }

  /** Takes over what a request answers, unless an event has told more since it was sent. */
  async #answered(id: string, request: Promise<StudioDocument>): Promise<StudioDocument> {
    const before = this.#heard.get(id) ?? 0;
    const answer = await request;
    const known = this.#get(id);
    const isOld = known !== undefined && known.binding.generation > answer.binding.generation;
    if (known && (isOld || (this.#heard.get(id) ?? 0) > before)) return known;
    this.#put(answer);
    this.#switches.follow(answer);
    return answer;
  }

  #read(id: string): Promise<StudioDocument> {
    return this.#answered(id, this.#config.api.call('getDocument', { params: { id } }));
  }

  async #bindOnce(id: string, body: PutBinding): Promise<StudioDocument> {
    const { binding } = this.#get(id) ?? (await this.#read(id));
    const options = { params: { id }, body, ifMatch: binding.generation };
    return this.#answered(id, this.#config.api.call('putBinding', options));
  }

  #hear(event: StudioEvent): void {
    if (event.type === 'document') {
      const { document } = event;
      const known = this.#get(document.id);
      if (!known || known.binding.generation > document.binding.generation) return;
      this.#heard.set(document.id, (this.#heard.get(document.id) ?? 0) + 1);
      this.#put(document);
    } else if (event.type === 'switch') {
      this.#switches.hear(event.switch);
    } else if (event.type === 'reset') {
      this.#switches.readAgain();
      for (const id of Object.keys(this.store.getState().byId)) void this.#readAgain(id);
    }
  }

  async #readAgain(id: string): Promise<void> {
    try {
      await this.#read(id);
    } catch (error) {
      this.#config.log.warn('A document was not read again', { id, error: String(error) });
    }
  }
}

/** The new path of something at `from` or below it; null for anything else. */
export function movedPath(path: string, from: string, to: string): string | null {
  if (path === from) return to;
  return path.startsWith(`${from}/`) ? to + path.slice(from.length) : null;
}
