import {
  type App,
  type CreateApp,
  type Domain,
  type Image,
  type Instance,
  type InstanceUsage,
  ProblemError,
  problem,
} from '@atelier-ide/contract';
import type { ServerConfig } from '../config.ts';
import type { AppEndpoint, Driver } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { User } from '../studio/user.ts';
import { AppBoard } from './app-board.ts';
import { type AppRecord, type InstanceRecord, isStuck, newAppRecord } from './app-record.ts';
import { AppRunner, timesKey } from './app-runner.ts';
import type { AppService } from './app-service.ts';
import { isLive } from './app-state.ts';
import { type Clock, systemClock } from './clock.ts';
import { InstanceBoard } from './instance-board.ts';
import { JupyterServers } from './jupyter-servers.ts';
import { KeptApps } from './kept-apps.ts';
import { createPhaseTimes, type PhaseTimes } from './phase-times.ts';
import { type Catalogue, checkRoom, placementOf } from './placement.ts';
import { checkSums } from './sums.ts';
import { type AdoptedApp, takeOverApps } from './take-over-apps.ts';
import { waitInService } from './when-in-service.ts';

export type AppServiceDeps = {
  driver: Driver;
  bus: EventBus;
  config: ServerConfig;
  store: Store;
  domain: Domain;
  log?: Log;
  clock?: Clock;
};

/**
 * Makes the app service over a driver that is prepared. `ready` resolves, soon, when images and types are known, with
 * the apps of an earlier server that go on, and rejects when they cannot be read; a create for a KernelGateway app
 * before that is told to come again.
 */
export function createAppService(
  deps: AppServiceDeps,
): AppService & { readonly ready: Promise<readonly AdoptedApp[]> } {
  return new Apps(deps);
}

/** The app service: who may see and ask for what. The life of an app is the runner's, its state the board's. */
class Apps implements AppService {
  readonly ready: Promise<readonly AdoptedApp[]>;
  readonly #deps: AppServiceDeps;
  readonly #clock: Clock;
  readonly #board: AppBoard;
  readonly #instances: InstanceBoard;
  readonly #times: PhaseTimes;
  readonly #runner: AppRunner;
  readonly #servers: JupyterServers;
  /** Only where apps outlive the server. */
  readonly #kept: KeptApps | undefined;
  readonly #stopImages: () => void;
  #catalogue: Catalogue | undefined;
  #isClosing = false;

  constructor(deps: AppServiceDeps) {
    const { driver, bus, store, log } = deps;
    const clock = deps.clock ?? systemClock;
    this.#deps = deps;
    this.#clock = clock;
    this.#board = new AppBoard(bus, clock, log);
    this.#instances = new InstanceBoard({ driver, bus, clock, log });
    this.#times = createPhaseTimes(store.facts, log);
    this.#servers = new JupyterServers({
      clock,
      newest: (user) => this.#newestJupyterServer(user),
      start: (user, waitMs) => this.#startJupyterServer(user, waitMs),
    });
    this.#runner = new AppRunner({
      driver,
      board: this.#board,
      instances: this.#instances,
      times: this.#times,
      clock,
      log,
      adviceFor: (record, livedMs) =>
        record.app.type === 'JupyterServer' ? this.#servers.advice(record.user, livedMs) : '',
      onDidFail: (record, livedMs) => {
        if (record.app.type === 'JupyterServer' && !this.#isClosing)
          this.#servers.handleDeath(record.user, livedMs);
      },
    });
    this.#stopImages = driver.onDidChangeImages((image) => this.#handleImage(image));
    this.#kept = driver.adopt && new KeptApps(store.apps, log);
    this.#board.onDidChange(({ id }) => {
      const record = this.#board.byId(id);
      if (record) this.#kept?.note(record);
    });
    this.ready = this.#begin();
  }

  list(user: User): readonly App[] {
    return this.#board.ofUser(user.id).map((record) => record.app);
  }

  get(user: User, appId: string): App {
    return this.#find(user, appId).app;
  }

  create(user: User, request: CreateApp): { app: App; created: boolean } {
    this.#refuseWhenClosing();
    if (request.scriptId !== undefined)
      throw new ProblemError(
        problem('not-offered', 'This backend has no start-up scripts yet. Choose none.'),
      );
    if (request.type === 'KernelGateway' && !this.#deps.driver.singleApp)
      return this.#createKernelGateway(user, request);
    if (request.type === 'JupyterServer' && (request.instanceType ?? 'system') !== 'system')
      throw new ProblemError(
        problem('bad-input', 'The JupyterServer app needs no instance. Leave the type out.', {
          path: 'instanceType',
        }),
      );
    const { record, created } = this.#servers.create(user);
    return { app: record.app, created };
  }

  remove(user: User, appId: string): App | undefined {
    const record = this.#find(user, appId);
    const reason = record.app.status === 'Pending' ? 'Start cancelled. Nothing runs.' : 'Shut down.';
    return this.#runner.remove(record, reason) ? record.app : undefined;
  }

  instances(user: User): readonly Instance[] {
    return this.#instances
      .ofUser(user.id)
      .map((record) => record.instance)
      .filter((instance) => instance.status !== 'Deleted');
  }

  instance(user: User, instanceId: string): Instance {
    return this.#findInstance(user, instanceId).instance;
  }

  removeInstance(user: User, instanceId: string): Instance | undefined {
    const record = this.#findInstance(user, instanceId);
    const there = this.#onInstance(record).filter((app) => isLive(app.app) || isStuck(app));
    for (const app of there) this.#runner.remove(app, `Shut down with ${record.type.name}.`);
    return there.length > 0 ? record.instance : undefined;
  }

  ensureJupyterServer(user: User): App {
    this.#refuseWhenClosing();
    return this.#servers.ensure(user).app;
  }

  endpoint(user: User, appId: string): AppEndpoint | undefined {
    const record = this.#find(user, appId);
    return record.app.status === 'InService' ? record.running?.endpoint : undefined;
  }

  ownerOf(appId: string): User | undefined {
    return this.#board.byId(appId)?.user;
  }

  async whenInService(user: User, appId: string, signal?: AbortSignal): Promise<App> {
    return waitInService(this.#board, this.#find(user, appId), signal);
  }

  touch(appId: string): void {
    this.#board.touch(appId);
  }

  setHealth(appId: string, health: App['health']): void {
    this.#board.setHealth(appId, health);
  }

  noteUsage(instanceId: string, usage: InstanceUsage): void {
    this.#instances.noteUsage(instanceId, usage);
  }

  onDidChange(listener: (app: App, userId: string) => void): () => void {
    return this.#board.onDidChange(listener);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopImages();
    const records = this.#board.all();
    for (const record of records)
      if (isLive(record.app) || isStuck(record)) this.#runner.remove(record, 'The server is ending.');
    const ending = records.filter((record) => record.app.status === 'Deleting');
    await Promise.all(ending.map((record) => record.ended));
    await this.#instances.allEnded();
    await this.#times.flush();
    await this.#kept?.flush();
  }

  #createKernelGateway(user: User, request: CreateApp): { app: App; created: boolean } {
    const { domain } = this.#deps;
    const catalogue = this.#loadedCatalogue();
    const placement = placementOf(request, domain, catalogue);
    const { image, type } = placement;
    const instance = this.#instances.live(user, type.name);
    const there = instance ? this.#onInstance(instance) : [];
    const same = there.find((record) => isLive(record.app) && record.app.imageId === image.id);
    if (same) return { app: same.app, created: false };
    const limit = domain.limits.appsPerInstance;
    // An app that could not be ended takes room like a live one, unless the new one takes its place.
    const taken = there.filter(
      (record) => isLive(record.app) || (isStuck(record) && record.app.imageId !== image.id),
    );
    checkRoom(placement, taken.length, limit, {
      catalogue,
      isFull: (name) => this.#heldOn(user, name) >= limit,
    });
    if (!instance) {
      const running = this.#instances
        .allLive()
        .map((one) => ({ type: one.type, isOwn: one.user.id === user.id }));
      checkSums(type, domain.limits, running, catalogue.types);
    }
    const record = this.#add(user, {
      type: 'KernelGateway',
      image,
      instance: instance ?? this.#instances.begin(user, type),
    });
    this.#clearFailed(record);
    // Room is counted without apps on their way out; the new one starts once there is room in fact.
    const leaving = there.filter((other) => other.app.status === 'Deleting');
    const isTight = taken.length + leaving.length >= limit;
    this.#run(
      record,
      leaving.filter((other) => isTight || other.app.imageId === image.id),
    );
    return { app: record.app, created: true };
  }

  #startJupyterServer(user: User, waitMs: number): AppRecord {
    const before = this.#board.ofUser(user.id).filter((record) => record.app.type === 'JupyterServer');
    const image = this.#deps.driver.singleApp ? (this.#catalogue?.images[0] ?? null) : null;
    const record = this.#add(user, { type: 'JupyterServer', image, instance: null });
    this.#clearFailed(record);
    const leaving = before.filter((other) => other.app.status === 'Deleting');
    this.#run(record, leaving, waitMs);
    return record;
  }

  #add(user: User, spec: Pick<AppRecord, 'image' | 'instance'> & Pick<App, 'type'>): AppRecord {
    const record = newAppRecord(user, spec, this.#clock.now());
    const typicalMs = this.#times.typicalTotal(timesKey(record));
    if (typicalMs !== undefined) record.app = { ...record.app, typicalMs };
    this.#board.add(record);
    this.#runner.syncInstance(record);
    return record;
  }

  /** Clears the Failed apps whose place this one takes. */
  #clearFailed(record: AppRecord): void {
    const { type, imageId, instanceType } = record.app;
    for (const other of this.#board.ofUser(record.user.id)) {
      const { app } = other;
      const isSamePlace = app.type === type && app.imageId === imageId && app.instanceType === instanceType;
      if (isSamePlace && other !== record && app.status === 'Failed')
        this.#runner.remove(other, 'A new app took its place.');
    }
  }

  /** Starts the app once those before it have gone and the pause is over. */
  #run(record: AppRecord, before: readonly AppRecord[], waitMs = 0): void {
    const gates = before.map((other) => this.#runner.gone(other));
    const pause = waitMs > 0 ? [this.#clock.wait(waitMs, record.start.signal)] : [];
    void this.#runner.run(record, Promise.all([...gates, ...pause]));
  }

  #newestJupyterServer(user: User): AppRecord | undefined {
    return this.#board
      .ofUser(user.id)
      .findLast((record) => record.app.type === 'JupyterServer' && record.app.status !== 'Deleted');
  }

  #onInstance(instance: InstanceRecord): readonly AppRecord[] {
    return this.#board.ofUser(instance.user.id).filter((record) => record.instance === instance);
  }

  #heldOn(user: User, typeName: string): number {
    const instance = this.#instances.live(user, typeName);
    if (!instance) return 0;
    return this.#onInstance(instance).filter((record) => isLive(record.app) || isStuck(record)).length;
  }

  #find(user: User, appId: string): AppRecord {
    const record = this.#board.byId(appId);
    if (record?.user.id === user.id) return record;
    throw new ProblemError(problem('not-found', `There is no app ${appId}.`));
  }

  #findInstance(user: User, instanceId: string): InstanceRecord {
    const record = this.#instances.ofUser(user.id).find((other) => other.instance.id === instanceId);
    if (record) return record;
    throw new ProblemError(problem('not-found', `There is no instance ${instanceId}.`));
  }

  #refuseWhenClosing(): void {
    if (this.#isClosing)
      throw new ProblemError(problem('app-not-running', 'The server is ending. Start it again.'));
  }

  async #begin(): Promise<readonly AdoptedApp[]> {
    await this.#loadCatalogue();
    const { driver, log } = this.#deps;
    if (!this.#kept) return [];
    return takeOverApps({
      driver,
      kept: this.#kept,
      board: this.#board,
      instances: this.#instances,
      runner: this.#runner,
      clock: this.#clock,
      log,
    });
  }

  async #loadCatalogue(): Promise<void> {
    const { driver } = this.#deps;
    const [images, types] = await Promise.all([driver.images(), driver.instanceTypes()]);
    this.#catalogue = { images, types };
  }

  #loadedCatalogue(): Catalogue {
    if (this.#catalogue) return this.#catalogue;
    throw new ProblemError(
      problem('app-not-running', 'The server is still starting. Try again in a moment.'),
    );
  }

  #handleImage(image: Image): void {
    const { images = [], types = [] } = this.#catalogue ?? {};
    const place = images.findIndex((other) => other.id === image.id);
    const others = images.filter((other) => other.id !== image.id);
    // An image that is taken away is told once more, as DELETING, and is not there after that.
    const now =
      image.status === 'DELETING' ? others : others.toSpliced(place < 0 ? others.length : place, 0, image);
    this.#catalogue = { types, images: now };
  }
}
