import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Domain, Execution } from '@atelier-ide/contract';
import type { AppService } from './apps/app-service.ts';
import { createAppService } from './apps/create-app-service.ts';
import { createDomain } from './apps/domain.ts';
import type { AdoptedApp } from './apps/take-over-apps.ts';
import type { ServerConfig } from './config.ts';
import { createDocumentService } from './documents/create-document-service.ts';
import { resumeAdopted, resumeOnce } from './documents/resume-once.ts';
import { createDriver } from './drivers/create-driver.ts';
import { type Driver, StartupError } from './drivers/driver.ts';
import { type Http, createHttp, featuresOf } from './http/create-http.ts';
import { type Listener, listen } from './http/listener.ts';
import { createDocumentWork } from './kernels/document-work.ts';
import { announceImages } from './images/announce-images.ts';
import { createExecutionService, maxRecords } from './kernels/create-execution-service.ts';
import { createJournals } from './kernels/journal/journals.ts';
import { ExecutionSaver, parseExecutions } from './kernels/kept-executions.ts';
import { createKernelService } from './kernels/create-kernel-service.ts';
import { type Log, createLog } from './log.ts';
import { createStore } from './store/create-store.ts';
import { lockDataFolder } from './store/data-lock.ts';
import type { Store } from './store/store.ts';
import { createNotebookFiles } from './recorder/notebook-files.ts';
import { createRecording } from './recorder/create-recording.ts';
import { createEventBus } from './studio/create-event-bus.ts';
import type { EventBus } from './studio/event-bus.ts';
import { createSingleUser, type Users } from './studio/users.ts';
import { createKernelDeaths } from './usage/kernel-deaths.ts';
import { createUsageSampler } from './usage/create-usage-sampler.ts';

/*
 * Composition: everything is made here, in order, and ended in the opposite order, also when a later part cannot be
 * made. The port is taken first, so that a second server fails before it has started anything.
 */

export type RunningServer = {
  origin: string;
  loginUrl: string;
  log: Log;
  /** Ends everything in order; resolves when nothing of it is left. */
  close(): Promise<void>;
  /** Ends the apps and gives everything else up. */
  closeNow(): Promise<void>;
};

export type ServerOverrides = {
  /** Tests: a driver that starts nothing. */
  createDriver?: (config: ServerConfig, log: Log, facts: Store['facts']) => Driver;
  /** Tests: an answer that breaks the contract is an error. */
  checkAnswers?: boolean;
};

const sweepMs = 15_000;
const keptEvents = 5000;

type Step = () => void | Promise<void>;

/** Makes a folder and those above it; step by step, as `recursive` never returns where the system makes none (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function checkFolders({ root, dataDir }: ServerConfig): void {
  try {
    if (!statSync(root).isDirectory()) throw new Error('It is not a folder');
    accessSync(root, constants.R_OK | constants.X_OK);
  } catch {
    throw new StartupError(`The home folder ${root} cannot be read. Make it, or give another with --root.`);
  }
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StartupError(
      `The data folder ${dataDir} cannot be written (${code}). Give a folder that can be, with --data.`,
    );
  }
}

async function serverIdOf(store: Store): Promise<string> {
  const known = await store.facts.get('server.id');
  if (known !== undefined) return known;
  const made = randomBytes(8).toString('hex');
  await store.facts.set('server.id', made);
  return made;
}

type RunParts = {
  config: ServerConfig;
  driver: Driver;
  store: Store;
  domain: Domain;
  bus: EventBus;
  apps: AppService;
  users: Users;
  /** Apps of an earlier server that go on. */
  adopted: readonly AdoptedApp[];
  log: Log;
};

/** Kernels, documents and executions, with what an earlier server has left of them. */
async function composeRuns(parts: RunParts, undo: Step[]) {
  const { config, driver, store, domain, bus, apps, users, adopted, log } = parts;
  const deaths = createKernelDeaths({
    apps,
    documentPath: async (user, documentId) => (await documents.get(user, documentId)).path,
  });
  const journals = createJournals({ folder: join(config.dataDir, 'journals'), log });
  undo.push(() => journals.close());
  const kernels = createKernelService({
    apps,
    bus,
    log,
    journals,
    executedBefore: (kernelId) => executions.executedBefore(kernelId),
    explainDeath: deaths.causeOf,
  });
  undo.push(() => kernels.close());
  const work = createDocumentWork();
  const documents = createDocumentService({
    apps,
    kernels,
    work,
    bus,
    store,
    domain,
    driver,
    log,
    users,
    kept: await store.bindings.all(),
  });
  const kept = {
    records: parseExecutions(await store.executions.all(maxRecords), log),
    saver: new ExecutionSaver(store.executions, log),
    journals,
    mayReturn: driver.singleApp || adopted.length > 0,
  };
  const recording = createRecording({
    documents,
    executions: () => executions,
    records: kept.records,
    dataDir: config.dataDir,
    journals,
    files: createNotebookFiles(apps),
    log,
    isOffered: featuresOf(driver, config.withoutFeatures).includes('leases'),
  });
  const told = {
    note(execution: Execution): void {
      work.note(execution);
      recording.note(execution);
    },
  };
  const executions = createExecutionService({ kernels, documents, work: told, bus, kept });
  undo.push(async () => {
    executions.close();
    await executions.whenKept();
  });
  recording.resume();
  undo.push(() => recording.close());
  const left = { apps, documents, kernels, executions, log };
  const resuming = driver.singleApp ? null : resumeAdopted({ ...left, adopted, deaths });
  undo.push(resuming ? resuming.stop : resumeOnce(left));
  await resuming?.whenAsked;
  return { kernels, documents, executions, results: recording.results, deaths };
}

async function compose(
  config: ServerConfig,
  overrides: ServerOverrides,
  listener: Listener,
  undo: Step[],
): Promise<Http & { driver: Driver; log: Log }> {
  const now = () => Date.now();
  const log = createLog({
    file: join(config.dataDir, 'server.log'),
    level: 'info',
    maxBytes: 5_000_000,
    keep: 3,
    now: () => new Date(),
  });
  const store = await createStore(join(config.dataDir, 'store.db'));
  undo.push(() => store.close());
  const driver = (overrides.createDriver ?? createDriver)(config, log, store.facts);
  undo.push(() => driver.close());
  await driver.prepare();
  const domain = await createDomain(driver, config);
  const bus = createEventBus({
    capacity: keptEvents,
    now: () => new Date(),
    onListenerError: (error) => log.error('A listener of events failed', { error }),
  });
  const apps = createAppService({ driver, bus, config, store, domain, log });
  undo.push(() => apps.close());
  const adopted = await apps.ready;
  const users = createSingleUser(config.root);
  const { kernels, documents, executions, results, deaths } = await composeRuns(
    { config, driver, store, domain, bus, apps, users, adopted, log },
    undo,
  );
  undo.push(announceImages({ driver, bus, users }));
  const isTold = featuresOf(driver, config.withoutFeatures).includes('usage');
  const usage = createUsageSampler({ apps, bus, users, driver, log, isTold, onReading: deaths.noteReading });
  undo.push(() => usage.close());
  const http = await createHttp({
    config,
    port: listener.port,
    serverId: await serverIdOf(store),
    domain,
    driver,
    users,
    apps,
    kernels,
    executions,
    results,
    documents,
    store,
    bus,
    log,
    now,
    checkAnswers: overrides.checkAnswers ?? false,
  });
  undo.push(() => http.close());
  const sweep = setInterval(() => http.sweep(), sweepMs);
  undo.push(() => clearInterval(sweep));
  log.info('The server is ready', { origin: http.origin, driver: driver.name, process: process.pid });
  undo.push(() => log.info('The server ends'));
  return { ...http, driver, log };
}

/** Runs the steps, newest first; a step that fails does not keep the others from running. */
async function unwind(steps: Step[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps.splice(0).toReversed()) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'The server did not end in order');
}

/** Starts the server. Throws a `StartupError` with one sentence when it cannot run; nothing is left behind then. */
export async function createServer(
  config: ServerConfig,
  overrides: ServerOverrides = {},
): Promise<RunningServer> {
  checkFolders(config);
  const undo: Step[] = [];
  try {
    undo.push(lockDataFolder(config.dataDir));
    const listener = await listen(config.host, config.port);
    undo.push(() => listener.close());
    const http = await compose(config, overrides, listener, undo);
    listener.serve(http.front);
    let closing: Promise<void> | undefined;
    return {
      origin: http.origin,
      loginUrl: http.loginUrl,
      log: http.log,
      close: () => (closing ??= unwind(undo)),
      closeNow: () => http.driver.close(),
    };
  } catch (error) {
    await unwind(undo);
    throw error;
  }
}
