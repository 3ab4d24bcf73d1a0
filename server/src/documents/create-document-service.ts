import { randomUUID } from 'node:crypto';
import {
  type Binding,
  type CreateSwitch,
  type Domain,
  type Environment,
  ProblemError,
  type PutBinding,
  type PutDocument,
  type StudioDocument,
  type Switch,
  problem,
} from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { Driver } from '../drivers/driver.ts';
import type { DocumentWork } from '../kernels/document-work.ts';
import { createEmitter } from '../kernels/emitter.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { Log } from '../log.ts';
import { steadyNow } from '../steady-now.ts';
import type { BindingRecord, DocumentRecord, Store } from '../store/store.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { User } from '../studio/user.ts';
import type { Users } from '../studio/users.ts';
import { type Binder, createBinder } from './binder.ts';
import { createLocks } from './document-locks.ts';
import type { DocumentAsWriter, DocumentForServer, DocumentService } from './document-service.ts';
import { type DocumentState, bindingView, keptBinding, newDocumentState } from './document-state.ts';
import { type Environments, createEnvironments } from './environments.ts';
import { Leases, type LeaseChange, type LeaseTiming } from './leases.ts';
import { type Switches, createSwitches } from './switches.ts';

export type DocumentServiceOptions = {
  apps: Pick<AppService, 'create' | 'ensureJupyterServer' | 'whenInService' | 'remove' | 'get'>;
  kernels: Pick<
    KernelService,
    | 'start'
    | 'resume'
    | 'shutDown'
    | 'assign'
    | 'moveSession'
    | 'get'
    | 'list'
    | 'onDidChange'
    | 'onDidDie'
    | 'onDidEnd'
  >;
  /** What documents run, told by the execution service. */
  work: DocumentWork;
  bus: Pick<EventBus, 'publish'>;
  store: Pick<Store, 'documents' | 'facts' | 'bindings'>;
  /** Bindings of an earlier server. */
  kept?: readonly BindingRecord[];
  domain: Pick<Domain, 'defaults'>;
  driver: Pick<Driver, 'singleApp' | 'images' | 'instanceTypes'>;
  log?: Pick<Log, 'warn'>;
  /** Finds the owner of a document that nobody has asked for yet. */
  users?: Pick<Users, 'byId'>;
  /** For tests. */
  now?: () => number;
  leaseTiming?: Partial<LeaseTiming>;
};

/** Makes the document service. */
export function createDocumentService(options: DocumentServiceOptions): DocumentService {
  return new Documents(options);
}

class Documents implements DocumentService {
  readonly #options: DocumentServiceOptions;
  readonly #environments: Environments;
  readonly #binder: Binder;
  readonly #switches: Switches;
  readonly #locks = createLocks();
  readonly #leases: Leases;
  /** Pages whose streams of events stand. */
  readonly #pages = new Set<string>();
  readonly #byId = new Map<string, DocumentState>();
  readonly #bound = createEmitter<[string, Binding]>();
  readonly #now: () => number;
  readonly #kept: ReadonlyMap<string, BindingRecord>;

  readonly onDidBind = this.#bound.on;
  readonly onDidFree: Leases['onDidFree'];

  constructor(options: DocumentServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#kept = new Map(options.kept?.map((binding) => [binding.documentId, binding]));
    this.#leases = new Leases({
      now: options.now ?? steadyNow,
      isThere: (userId, page) => this.#pages.has(pageKey(userId, page)),
      keep: ({ record }) => options.store.documents.put(record),
      publish: (document) => this.#publish(document),
      timing: options.leaseTiming,
    });
    this.onDidFree = this.#leases.onDidFree;
    this.#environments = createEnvironments(options);
    this.#binder = createBinder({
      apps: options.apps,
      kernels: options.kernels,
      environments: this.#environments,
      documents: () => this.#byId.values(),
      followPath: async ({ bound, record }) => {
        if (bound) await this.#moveSession(bound.appId, bound.kernelId, record.path);
      },
      didChange: (document) => {
        this.#bound.fire(document.record.id, bindingView(document));
        this.#publish(document);
        this.#keep(document);
        this.#switches.follow();
      },
    });
    this.#switches = createSwitches({
      apps: options.apps,
      kernels: options.kernels,
      work: options.work,
      environments: this.#environments,
      binder: this.#binder,
      documents: () => this.#byId.values(),
      checkGeneration,
      publish: (document, change) =>
        this.#afterOthers(document, async () => this.#publishSwitch(document, change)),
      didMove: (document, environment) => this.#noteMove(document, environment),
      now: this.#now,
    });
    options.kernels.onDidDie((kernel, cause) => this.#binder.handleDeath(kernel, cause));
    options.kernels.onDidEnd((kernel, cause) => {
      this.#binder.handleEnd(kernel, cause);
      this.#switches.follow();
    });
  }

  async list(user: User, filter: { path?: string; prefix?: string }): Promise<readonly StudioDocument[]> {
    const records = await this.#recordsFor(user, filter);
    return Promise.all(records.map((record) => this.#view(this.#stateOf(record, user))));
  }

  async get(user: User, documentId: string): Promise<StudioDocument> {
    return this.#view(await this.#owned(user, documentId));
  }

  async check(user: User, documentId: string): Promise<void> {
    await this.#owned(user, documentId);
  }

  async put(user: User, request: PutDocument): Promise<{ document: StudioDocument; created: boolean }> {
    const { state, created } = await this.#locks.run(user.id, () => this.#putNow(user, request));
    if (created) this.#publish(state);
    return { document: await this.#view(state), created };
  }

  async bind(
    user: User,
    documentId: string,
    generation: number,
    { environment, onlyWhileStarting = false }: PutBinding,
  ): Promise<StudioDocument> {
    const document = await this.#owned(user, documentId);
    checkGeneration(document, generation);
    if (environment === null) {
      const isStarting = document.start !== null && document.bound === null;
      if (isStarting || !onlyWhileStarting) this.#binder.unbind(document);
      return this.#view(document);
    }
    const checked = await this.#environments.check(environment);
    // Somebody may have bound it while the images were read.
    checkGeneration(document, generation);
    this.#binder.bind(document, checked);
    await this.#remember(document, checked);
    return this.#view(document);
  }

  async createSwitch(user: User, request: CreateSwitch): Promise<Switch> {
    return this.#switches.create(await this.#owned(user, request.documentId), request);
  }

  getSwitch(user: User, switchId: string): Switch {
    return this.#switches.get(user, switchId);
  }

  cancelSwitch(user: User, switchId: string): Switch | undefined {
    return this.#switches.cancel(user, switchId);
  }

  async move(user: User, documentId: string, path: string): Promise<StudioDocument> {
    const document = await this.#owned(user, documentId);
    if (document.record.path === path) return this.#view(document);
    await this.#locks.run(user.id, async () => {
      this.#displace(user, path, documentId);
      document.record = { ...document.record, path, kind: kindOf(path) };
      await this.#options.store.documents.put(document.record);
    });
    const { bound } = document;
    if (bound) void this.#moveSession(bound.appId, bound.kernelId, path);
    this.#publish(document);
    this.#switches.follow();
    return this.#view(document);
  }

  async lease(user: User, documentId: string, holder: string, change: LeaseChange): Promise<StudioDocument> {
    const document = await this.#owned(user, documentId);
    if (change === 'release') this.#leases.release(document, holder);
    else await this.#leases.acquire(document, holder, change === 'take');
    return this.#view(document);
  }

  arrive(userId: string, page: string): void {
    this.#pages.add(pageKey(userId, page));
  }

  leave(userId: string, holder: string): void {
    this.#pages.delete(pageKey(userId, holder));
    for (const document of this.#byId.values())
      if (document.user.id === userId) this.#leases.release(document, holder);
  }

  async checkFence(user: User, documentId: string, fence: number): Promise<void> {
    this.#leases.check(await this.#owned(user, documentId), fence);
  }

  async forServer(documentId: string): Promise<DocumentForServer | undefined> {
    const document = await this.#known(documentId);
    if (!document) return undefined;
    const { user, record } = document;
    const isHeld = this.#leases.holderOf(document) !== undefined;
    return { user, isNotebook: record.kind === 'notebook', isHeld, freeAt: this.#leases.freeAt(document) };
  }

  async write<T>(documentId: string, work: (as: DocumentAsWriter) => Promise<T>): Promise<T | undefined> {
    const document = await this.#known(documentId);
    if (!document) return undefined;
    const { user, record } = document;
    return this.#leases.write(document, (writing) => work({ ...writing, user, path: record.path }));
  }

  async resume(user: User, appId: string): Promise<void> {
    const failures: unknown[] = [];
    for (const { documentId, kernel } of this.#kept.values()) {
      // The one app of a server that is not ours has another id each time.
      if (!kernel || (!this.#options.driver.singleApp && kernel.appId !== appId)) continue;
      const record = await this.#options.store.documents.byId(documentId);
      if (!record || record.userId !== user.id) continue;
      const document = this.#stateOf(record, user);
      try {
        const there = await this.#options.kernels.resume(user, appId, kernel.kernelId);
        if (there) this.#binder.resume(document, { ...kernel, appId });
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'The app did not say which kernels it has');
  }

  bindingOf(userId: string, documentId: string): Binding {
    const document = this.#byId.get(documentId);
    if (document && document.user.id === userId) return bindingView(document);
    throw notFound();
  }

  async #recordsFor(
    user: User,
    filter: { path?: string; prefix?: string },
  ): Promise<readonly DocumentRecord[]> {
    const { documents } = this.#options.store;
    if (filter.path === undefined) return documents.below(user.id, filter.prefix ?? '');
    const record = await documents.byPath(user.id, filter.path);
    return record ? [record] : [];
  }

  async #putNow(user: User, request: PutDocument): Promise<{ state: DocumentState; created: boolean }> {
    const { path, metadata } = request;
    const known = await this.#options.store.documents.byPath(user.id, path);
    const record: DocumentRecord = known ?? {
      id: randomUUID(),
      userId: user.id,
      path,
      kind: kindOf(path),
      remembered: null,
      fence: 0,
    };
    if (!known) await this.#options.store.documents.put(record);
    const state = this.#stateOf(record, user);
    if (!known) state.isNew = true;
    if (metadata) state.metadata = metadata;
    return { state, created: !known };
  }

  async #owned(user: User, documentId: string): Promise<DocumentState> {
    const known = this.#byId.get(documentId);
    if (known && known.user.id === user.id) return known;
    const record = await this.#options.store.documents.byId(documentId);
    if (!record || record.userId !== user.id) throw notFound();
    return this.#stateOf(record, user);
  }

  /** Any document whose owner is there. */
  async #known(documentId: string): Promise<DocumentState | undefined> {
    const known = this.#byId.get(documentId);
    if (known) return known;
    const record = await this.#options.store.documents.byId(documentId);
    const user = record && this.#options.users?.byId(record.userId);
    return record && user ? this.#stateOf(record, user) : undefined;
  }

  /** The state in memory is newer than any record that was read. */
  #stateOf(record: DocumentRecord, user: User): DocumentState {
    const known = this.#byId.get(record.id);
    if (known) return known;
    const made = newDocumentState(record, user, this.#kept.get(record.id));
    this.#byId.set(record.id, made);
    return made;
  }

  /** Another document had this path: its file was replaced. */
  #displace(user: User, path: string, by: string): void {
    for (const [id, other] of this.#byId) {
      if (id === by || other.user.id !== user.id || other.record.path !== path) continue;
      if (other.bound || other.start) this.#binder.unbind(other);
      this.#byId.delete(id);
    }
  }

  /** When it fails, stock clients show the old path; nothing of ours depends on it. */
  async #moveSession(appId: string, kernelId: string, path: string): Promise<void> {
    try {
      await this.#options.kernels.moveSession(appId, kernelId, path);
    } catch (error) {
      this.#options.log?.warn('A session kept its old path', { kernelId, error });
    }
  }

  /** The environment is the document's choice, and the user's last one. */
  async #remember(document: DocumentState, environment: Environment): Promise<void> {
    document.record = { ...document.record, remembered: environment };
    await Promise.all([
      this.#options.store.documents.put(document.record),
      this.#environments.noteLast(document.user, environment),
    ]);
  }

  #noteMove(document: DocumentState, environment: Environment): void {
    this.#remember(document, environment).catch((error: unknown) => {
      this.#options.log?.warn('A choice was not remembered', { documentId: document.record.id, error });
    });
  }

  async #view(document: DocumentState): Promise<StudioDocument> {
    const proposal = await this.#environments.propose(document);
    const holder = this.#leases.holderOf(document);
    const { id, path, kind, fence } = document.record;
    return {
      id,
      path,
      kind,
      binding: bindingView(document),
      proposal,
      lease: {
        ...(holder === undefined ? {} : { holder }),
        fence,
        ...(document.written === null ? {} : { written: document.written }),
      },
    };
  }

  #publish(document: DocumentState): void {
    this.#afterOthers(document, async () => {
      const view = await this.#view(document);
      this.#options.bus.publish(document.user.id, { type: 'document', document: view });
    });
  }

  /** One after the other, like what is published. */
  #keep(document: DocumentState): void {
    const binding = keptBinding(document);
    this.#afterOthers(document, () => this.#options.store.bindings.put(binding));
  }

  #publishSwitch(document: DocumentState, change: Switch): void {
    this.#options.bus.publish(document.user.id, { type: 'switch', switch: change });
  }

  /** One after the other, each with the document as it is then: a late event never shows an older state. */
  #afterOthers(document: DocumentState, publish: () => Promise<void>): void {
    // A store that fails is told to whoever asks next; the events after it must still come.
    document.publishing = document.publishing.then(publish).catch((error: unknown) => {
      this.#options.log?.warn('A document was not published', { documentId: document.record.id, error });
    });
  }
}

function checkGeneration(document: DocumentState, generation: number): void {
  if (document.generation === generation) return;
  throw new ProblemError(
    problem(
      'stale-generation',
      'The binding changed in the meantime. Read the document again, then decide.',
      {
        generation: document.generation,
      },
    ),
  );
}

function notFound(): ProblemError {
  return new ProblemError(problem('not-found', 'There is no such document.'));
}

function kindOf(path: string): 'notebook' | 'file' {
  return path.toLowerCase().endsWith('.ipynb') ? 'notebook' : 'file';
}

const pageKey = (userId: string, page: string): string => `${userId}/${page}`;
