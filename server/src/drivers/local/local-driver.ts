import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Enforcement, Feature, Image, InstanceType, LogText, PhaseName } from '@atelier-ide/contract';
import type { ServerConfig } from '../../config.ts';
import { basePythonId, runsPython } from '../../images/base-python.ts';
import { catalogueFor, withFurtherTypes } from '../../images/catalogue.ts';
import { ImageCatalogue } from '../../images/image-catalogue.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import {
  type AppSpec,
  AppStartError,
  type AppExit,
  type Driver,
  type ImageMaking,
  type InstanceSpec,
  type KeptApp,
  type RunningApp,
  StartupError,
} from '../driver.ts';
import { adoptApps } from './adopt-apps.ts';
import { appEnvironment, installerEnvironment, zygoteEnvironment } from './app-environment.ts';
import { AppLayers, type Layer } from './app-layer.ts';
import { bareLayer } from './bare-layer.ts';
import { appLogPath, readAppLog } from './app-log.ts';
import { hostCapacity } from './host-capacity.ts';
import { imageShell } from './image-shell.ts';
import { findLeftZygote, type LeftZygote, noteZygote, type StartedFor, zygoteSocket } from './left-zygote.ts';
import { type LaunchRequest, LocalApps } from './local-apps.ts';
import { LocalGroups } from './local-groups.ts';
import { findRuntimeFolder, makeRuntimeFolder, type RuntimeFolder } from './runtime-folder.ts';
import { ZygoteError } from './zygote-connection.ts';
import { checkInterpreter, startZygote, type Zygote } from './zygote-process.ts';

const features: readonly Feature[] = [
  'executions',
  'journal',
  'leases',
  'tokens',
  'registries',
  'instances.choose',
  'environments',
  'logs',
  'terminals.image',
  'files.cas',
  'files.page',
  'format',
  'usage',
];
const keptLogsMs = 14 * 24 * 3_600_000;
const endGraceSeconds = 5;

/** Everything that is there once `prepare` is done. */
type Prepared = {
  folder: RuntimeFolder;
  apps: LocalApps;
  shell: readonly string[] | undefined;
  layers: AppLayers;
};

/**
 * Runs apps as processes of this host, through the zygote. One user: apps run as whoever runs the server. The zygote
 * is started at `prepare`, so that the first app is fast, and again when it died, for the next app.
 */
export class LocalDriver implements Driver {
  readonly name = 'local';
  readonly singleApp = false;
  readonly #config: ServerConfig;
  readonly #log: Log;
  readonly #types: readonly InstanceType[];
  readonly #groups: LocalGroups;
  readonly #images: ImageCatalogue;
  #prepared: Prepared | undefined;
  #zygote: Promise<Zygote> | undefined;
  #zygotes = 0;
  /** What an earlier server left, until it is asked for. */
  #left: Pick<LeftZygote, 'apps' | 'groups'> = { apps: [], groups: [] };
  #closing: Promise<void> | undefined;
  readonly #ending = new AbortController();

  constructor(config: ServerConfig, log: Log, facts?: Store['facts']) {
    this.#config = config;
    this.#log = log;
    this.#images = new ImageCatalogue({
      config,
      log,
      inspectEnv: this.#zygoteEnv(),
      installEnv: installerEnvironment(process.env),
      ...(facts ? { facts } : {}),
    });
    this.#types = catalogueFor(hostCapacity(), withFurtherTypes(config.instanceTypes));
    this.#groups = new LocalGroups({
      request: async (verb, args) => (await this.#zygoteFor('start_app')).request(verb, args),
    });
  }

  get features(): readonly Feature[] {
    return this.#groups.isEnforced ? [...features, 'enforcement'] : features;
  }

  async prepare(): Promise<void> {
    const { dataDir, pythonExecutable } = this.#config;
    await checkInterpreter(pythonExecutable, this.#zygoteEnv());
    const found = await this.#findLeft();
    await this.#makeFolders();
    const folder = found?.folder ?? (await makeRuntimeFolder(dataDir));
    const apps = found?.apps ?? this.#localApps(folder);
    const inspect = this.#images.prepare();
    const shell = imageShell(join(dataDir, 'images'));
    // The zygote needs the folder and the apps, but not the images.
    this.#zygote ??= this.#startZygote(folder, apps);
    try {
      this.#ending.signal.throwIfAborted();
      const [, shellCommand] = await Promise.all([inspect, shell, this.#zygote]);
      const layers = this.#layers();
      this.#prepared = { folder, apps, shell: shellCommand, layers };
    } catch (error) {
      await this.#endZygote();
      await folder.remove();
      throw error;
    }
    this.#images.startMaking();
  }

  adopt(kept: readonly KeptApp[]): Promise<ReadonlyMap<string, RunningApp | AppExit>> {
    const { apps, layers } = this.#ready();
    const left = this.#left;
    this.#left = { apps: [], groups: [] };
    return adoptApps(kept, {
      left,
      apps,
      groups: this.#groups,
      instancesDir: join(this.#config.dataDir, 'instances'),
      take: ({ spec }, facts) => {
        const { appId, type, baseUrl } = spec;
        const running = apps.adopt({ appId, type, baseUrl, home: this.#config.root, facts });
        const instanceDir = this.#instanceDir(spec.instanceId ?? '');
        return this.#tidied(running, appId, { remove: () => layers.remove({ instanceDir, appId }) });
      },
      removeGroup: async (group) =>
        (await this.#zygoteFor('group')).request('group', { action: 'remove', group }),
    });
  }

  get imageMaking(): ImageMaking {
    return this.#images.making;
  }

  async images(): Promise<readonly Image[]> {
    return this.#images.all();
  }

  onDidChangeImages(listener: (image: Image) => void): () => void {
    return this.#images.onDidChange(listener);
  }

  async instanceTypes(): Promise<readonly InstanceType[]> {
    return this.#types;
  }

  enforcement(): Enforcement {
    return this.#groups.enforcement;
  }

  async startInstance({ instanceId, type }: InstanceSpec, signal: AbortSignal): Promise<void> {
    try {
      await mkdir(join(this.#instanceDir(instanceId), 'tmp'), { recursive: true, mode: 0o700 });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new AppStartError('instance-failed', `The instance's folder could not be made: ${cause}.`);
    }
    signal.throwIfAborted();
    if (type) await this.#groups.begin(instanceId, type);
    signal.throwIfAborted();
  }

  async endInstance(instanceId: string): Promise<void> {
    try {
      await this.#groups.end(instanceId);
    } finally {
      await this.#ready().folder.dropShortcut(instanceId);
      await rm(this.#instanceDir(instanceId), { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async startApp(
    spec: AppSpec,
    onPhase: (phase: PhaseName) => void,
    signal: AbortSignal,
  ): Promise<RunningApp> {
    const isGateway = spec.type === 'KernelGateway';
    if (isGateway) onPhase('image');
    const layer = isGateway ? await this.#makeLayer(spec) : undefined;
    try {
      const running = await this.#launch(spec, layer, { onPhase, signal });
      return this.#tidied(running, spec.appId, layer);
    } catch (error) {
      await this.#removeLayer(layer);
      throw error;
    }
  }

  /** The packages of an app go with it, however it ends; its log when it ended as it should. */
  #tidied(running: RunningApp, appId: string, layer: Pick<Layer, 'remove'> | undefined): RunningApp {
    running.onDidExit(() => void this.#removeLayer(layer));
    const stop = async (): Promise<void> => {
      await running.stop();
      // It tells nobody anything.
      await rm(appLogPath(this.#config.dataDir, appId), { force: true });
      await this.#removeLayer(layer);
    };
    return { ...running, stop };
  }

  async #launch(
    spec: AppSpec,
    layer: Layer | undefined,
    { onPhase, signal }: { onPhase: (phase: PhaseName) => void; signal: AbortSignal },
  ): Promise<RunningApp> {
    const { apps, folder, shell } = this.#ready();
    const instanceDir = this.#instanceDir(spec.instanceId ?? '');
    const tmpDir = (id: string): Promise<string> => folder.shortcutTo(join(instanceDir, 'tmp'), id);
    const env: Record<string, string> = spec.instanceId
      ? { ...layer?.env, TMPDIR: await tmpDir(spec.instanceId), ATELIER_INSTANCE_DIR: instanceDir }
      : {};
    onPhase('server');
    const logPath = appLogPath(this.#config.dataDir, spec.appId);
    const launch: LaunchRequest = {
      appId: spec.appId,
      type: spec.type,
      baseUrl: spec.baseUrl,
      home: this.#config.root,
      logPath,
      env: appEnvironment(process.env, env),
      path: layer?.path ?? [],
      kernelspecDirs: layer?.kernelspecDirs ?? [],
      shellCommand: layer ? shell : undefined,
      group: spec.instanceId ? await this.#groups.groupOf(spec.instanceId) : undefined,
    };
    try {
      return await apps.launch(launch, signal);
    } catch (error) {
      // Who cancels has no question; a start that failed is asked about.
      if (signal.aborted) await rm(logPath, { force: true });
      throw error;
    }
  }

  appLog(appId: string): Promise<LogText | null> {
    return readAppLog(appLogPath(this.#config.dataDir, appId));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#ending.abort(new StartupError('The server was ended before it was ready.'));
    this.#prepared?.apps.expectEnds();
    await this.#images.close();
    await this.#endZygote();
    // Not prepared, it has looked at nothing: what an earlier server left lives on.
    if (!this.#prepared) return;
    await this.#prepared.folder.remove();
    await rm(join(this.#config.dataDir, 'instances'), { recursive: true, force: true });
  }

  async #endZygote(): Promise<void> {
    const zygote = await this.#zygote?.catch(() => undefined);
    this.#zygote = undefined;
    await zygote?.end(endGraceSeconds);
  }

  /** Over the image: the app's own environment, kernelspecs and programs. */
  async #makeLayer(spec: AppSpec): Promise<Layer> {
    const image = this.#images.byId(spec.image?.id);
    if (!image)
      throw new AppStartError(
        'unknown-image',
        `There is no image ${spec.image?.id ?? 'given'} on this host.`,
      );
    const gone = await this.#images.goneReason(image.image.id);
    if (gone !== undefined) throw new AppStartError('image-broken', gone);
    if (!runsPython(image)) return bareLayer(image);
    return this.#ready().layers.make({
      image,
      instanceDir: this.#instanceDir(spec.instanceId ?? ''),
      appId: spec.appId,
    });
  }

  async #removeLayer(layer: Pick<Layer, 'remove'> | undefined): Promise<void> {
    await layer?.remove().catch((error: unknown) => {
      this.#log.warn('The packages of an app could not be removed.', { cause: String(error) });
    });
  }

  #layers(): AppLayers {
    const { pythonExecutable, dataScience } = this.#config;
    const serverPrefix = this.#images.byId(basePythonId)?.prefix ?? dirname(dirname(pythonExecutable));
    const options = { serverPrefix, uv: dataScience?.uv, env: this.#zygoteEnv(), serverEnv: process.env };
    const layers = new AppLayers(options);
    const warm = ({ id, status }: Image): void => {
      const image = status === 'CREATED' ? this.#images.byId(id) : undefined;
      if (image && runsPython(image)) void layers.warm(image);
    };
    for (const image of this.#images.all()) warm(image);
    this.#images.onDidChange(warm);
    return layers;
  }

  /** The running zygote; a new one only for an app to start, for nothing else is there to be asked about. */
  #zygoteFor(verb: string): Promise<Zygote> {
    if (verb === 'start_app') {
      if (this.#closing) throw new AppStartError('ending', 'The server is ending. Start it again.');
      const { folder, apps } = this.#ready();
      this.#zygote ??= this.#startZygote(folder, apps);
    }
    if (!this.#zygote) throw new ZygoteError('zygote-gone', 'The helper that runs apps has gone.');
    return this.#zygote;
  }

  #localApps(folder: RuntimeFolder): LocalApps {
    return new LocalApps({
      folder: folder.path,
      log: this.#log,
      request: async (verb, args) => (await this.#zygoteFor(verb)).request(verb, args),
    });
  }

  get #startedFor(): StartedFor {
    const { pythonExecutable, pythonDir, root: home } = this.#config;
    return { pythonExecutable, pythonDir, home };
  }

  /** Connects to the zygote of a server that was killed; without one that fits, its folder goes. */
  async #findLeft(): Promise<{ folder: RuntimeFolder; apps: LocalApps } | undefined> {
    const folder = await findRuntimeFolder(this.#config.dataDir);
    if (!folder) return undefined;
    const apps = this.#localApps(folder);
    let number = 0;
    const left = await findLeftZygote({
      folder: folder.path,
      startedFor: this.#startedFor,
      log: this.#log,
      onEvent: (event) => apps.handleEvent(event),
      onDidEnd: (cause) => this.#handleZygoteEnd(number, apps, cause),
    });
    if (!left) {
      await folder.remove();
      return undefined;
    }
    number = this.#zygotes = left.number;
    this.#left = left;
    this.#zygote = Promise.resolve(left.zygote);
    this.#groups.handleZygoteStart(left.zygote.enforcement);
    return { folder, apps };
  }

  #handleZygoteEnd(number: number, apps: LocalApps, cause: string): void {
    this.#forgetZygote(number);
    if (!this.#closing) this.#log.error(cause);
    this.#groups.handleZygoteEnd();
    void apps.handleZygoteEnd(cause);
  }

  #forgetZygote(number: number): void {
    if (this.#zygotes === number) this.#zygote = undefined;
  }

  async #startZygote(folder: RuntimeFolder, apps: LocalApps): Promise<Zygote> {
    const { dataDir, orphanGraceSeconds } = this.#config;
    this.#zygotes += 1;
    const number = this.#zygotes;
    const startedFor = this.#startedFor;
    try {
      const zygote = await startZygote({
        ...startedFor,
        orphanGraceSeconds,
        socketPath: zygoteSocket(folder.path, number),
        logPath: join(dataDir, 'logs', 'zygote.log'),
        sweep: [folder.path, join(dataDir, 'instances')],
        env: this.#zygoteEnv(),
        signal: this.#ending.signal,
        onEvent: (event) => apps.handleEvent(event),
        onDidEnd: (cause) => this.#handleZygoteEnd(number, apps, cause),
      });
      this.#groups.handleZygoteStart(zygote.enforcement);
      const { pid, startTime } = zygote;
      await noteZygote(folder.path, { pid, startTime, number, startedFor });
      return zygote;
    } catch (error) {
      this.#forgetZygote(number);
      throw error;
    }
  }

  async #makeFolders(): Promise<void> {
    const { dataDir } = this.#config;
    try {
      for (const name of ['instances', 'images', join('logs', 'apps')])
        await mkdir(join(dataDir, name), { recursive: true, mode: 0o700 });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new StartupError(
        `The data folder ${dataDir} cannot be written: ${cause}. Name another with --data.`,
      );
    }
    const logs = join(dataDir, 'logs', 'apps');
    for (const name of await readdir(logs)) {
      const facts = await stat(join(logs, name)).catch(() => undefined);
      if (facts && Date.now() - facts.mtimeMs > keptLogsMs) await rm(join(logs, name), { force: true });
    }
  }

  #zygoteEnv(): Record<string, string> {
    return zygoteEnvironment(process.env, { home: homedir(), pythonDir: this.#config.pythonDir });
  }

  #instanceDir(instanceId: string): string {
    return join(this.#config.dataDir, 'instances', instanceId);
  }

  #ready(): Prepared {
    if (this.#prepared) return this.#prepared;
    throw new Error('The driver was used before it was prepared.');
  }
}
