import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppType } from '@atelier-ide/contract';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import { type AppEndpoint, type AppExit, AppStartError, type RunningApp } from '../driver.ts';
import { getFromEndpoint } from '../endpoint-request.ts';
import { maskTokens } from './app-log.ts';
import { exitWords } from './exit-words.ts';
import { endProcess, type ProcessName } from './processes.ts';
import { ZygoteError, type ZygoteEvent, type ZygoteExit } from './zygote-connection.ts';

const startMs = 60_000;
const pollMs = 20;
const termGraceSeconds = 5;

/** What the zygote is told of an app beside its sockets and token. */
export type LaunchRequest = {
  appId: string;
  type: AppType;
  baseUrl: string;
  home: string;
  logPath: string;
  env: Record<string, string>;
  /** Folders before PATH. */
  path: readonly string[];
  kernelspecDirs: readonly string[];
  shellCommand: readonly string[] | undefined;
  /** Control group of its instance. */
  group?: string | undefined;
};

/** An app that an earlier server started. */
export type AdoptedApp = Pick<LaunchRequest, 'appId' | 'type' | 'baseUrl' | 'home'> & { facts: KeptFacts };

type End = { code: number | null; signal: string | null; message: string; logTail: string };

/** A process that the zygote was asked for, until it has gone. */
type LocalApp = {
  readonly type: AppType;
  readonly runtimeDir: string;
  process: ProcessName | null;
  isStopping: boolean;
  readonly listens: Promise<void>;
  readonly didListen: () => void;
  readonly ended: Promise<End>;
  readonly didEnd: (end: End) => void;
};

function newApp(type: AppType, runtimeDir: string): LocalApp {
  let didListen: () => void = () => undefined;
  let didEnd: (end: End) => void = () => undefined;
  const listens = new Promise<void>((resolve) => {
    didListen = resolve;
  });
  const ended = new Promise<End>((resolve) => {
    didEnd = resolve;
  });
  return { type, runtimeDir, process: null, isStopping: false, listens, didListen, ended, didEnd };
}

/** What finds an app again after the server was killed: kept in the store, of which nobody else reads this. */
const keptSchema = z.object({
  process: z.object({ pid: z.number().int(), startTime: z.number() }),
  runtimeDir: z.string(),
  token: z.string(),
});
export type KeptFacts = z.infer<typeof keptSchema>;

/** Undefined when it is not understood. */
export function parseKept(text: string): KeptFacts | undefined {
  try {
    return keptSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export type LocalAppsDeps = {
  /** Folder of this run's sockets. */
  folder: string;
  request: (verb: string, args: object) => Promise<unknown>;
  log: Log;
};

/**
 * The apps that the zygote runs. What holds: each app here has a process, or is about to; it leaves when the zygote
 * says that it and all it left behind has gone; and a start that is given up ends its process before it rejects.
 */
export class LocalApps {
  readonly #apps = new Map<string, LocalApp>();
  /** Ends of apps that an earlier server started, until they are asked for. */
  readonly #unclaimed = new Map<string, ZygoteExit>();
  readonly #deps: LocalAppsDeps;

  constructor(deps: LocalAppsDeps) {
    this.#deps = deps;
  }

  async launch(launch: LaunchRequest, signal: AbortSignal): Promise<RunningApp> {
    // A path of its own: what an earlier app of this name left cannot be in the way.
    const runtimeDir = join(this.#deps.folder, randomBytes(6).toString('hex'));
    const app = newApp(launch.type, runtimeDir);
    const endpoint = endpointOf(runtimeDir, launch.baseUrl, randomBytes(32).toString('hex'));
    signal.throwIfAborted();
    this.#apps.set(launch.appId, app);
    try {
      app.process = await this.#fork(launch, endpoint, runtimeDir);
      await this.#whenAnswers(app, endpoint, signal);
    } catch (error) {
      if (app.process === null) this.#apps.delete(launch.appId);
      else await this.#stop(launch.appId, app, 'KILL');
      throw error;
    }
    return this.#running(launch, app, endpoint);
  }

  /** Goes on with an app that an earlier server started and that the zygote still runs. */
  adopt(app: AdoptedApp): RunningApp {
    const { appId, type, facts } = app;
    const adopted = newApp(type, facts.runtimeDir);
    adopted.process = facts.process;
    adopted.didListen();
    this.#apps.set(appId, adopted);
    return this.#running(app, adopted, endpointOf(facts.runtimeDir, app.baseUrl, facts.token));
  }

  /** An app of an earlier server has ended since the zygote listed it, and nobody has claimed its end yet. */
  hasEnded(appId: string): boolean {
    return this.#unclaimed.has(appId);
  }

  /** Ends an app of an earlier server that nobody goes on with; resolves when nothing of it is left. */
  async end(app: Pick<AdoptedApp, 'appId' | 'type'> & Pick<KeptFacts, 'process'>): Promise<void> {
    // Its end was told already, and is told once.
    if (this.hasEnded(app.appId)) return;
    const left = newApp(app.type, '');
    left.process = app.process;
    this.#apps.set(app.appId, left);
    await this.#stop(app.appId, left, 'KILL');
  }

  /** How an app of an earlier server ended while there was none; undefined when nobody has seen it. */
  claimExit(appId: string, type: AppType): AppExit | undefined {
    const event = this.#unclaimed.get(appId);
    this.#unclaimed.delete(appId);
    return event && exitOf(endOf(event, type));
  }

  handleEvent(event: ZygoteEvent): void {
    const app = this.#apps.get(event.app);
    if (event.event === 'ready') return app?.didListen();
    if (event.event !== 'exit') return;
    this.#apps.delete(event.app);
    if (app) app.didEnd(endOf(event, app.type));
    else this.#unclaimed.set(event.app, event);
  }

  /** The zygote has gone: nobody can tell of its apps any more, so they are ended here. */
  async handleZygoteEnd(cause: string): Promise<void> {
    const orphans = [...this.#apps];
    this.#apps.clear();
    await Promise.all(
      orphans.map(async ([appId, app]) => {
        if (app.process) await endProcess(app.process, 2_000);
        await rm(app.runtimeDir, { recursive: true, force: true });
        this.#deps.log.warn('An app ended with its helper.', { appId });
        const message = `${cause} This app ended with it. Your files are kept. Start it again.`;
        app.didEnd({ code: null, signal: null, message, logTail: '' });
      }),
    );
  }

  /** All apps are about to be ended on purpose: their ends are nobody's failure. */
  expectEnds(): void {
    for (const app of this.#apps.values()) app.isStopping = true;
  }

  async #fork(launch: LaunchRequest, endpoint: AppEndpoint, runtimeDir: string): Promise<ProcessName> {
    const { appId, type, baseUrl, home, logPath, env, path, kernelspecDirs, shellCommand, group } = launch;
    try {
      const forked = await this.#deps.request('start_app', {
        app: appId,
        appType: type,
        baseUrl,
        home,
        runtimeDir,
        socketPath: join(runtimeDir, 's'),
        token: endpoint.token,
        logPath,
        env,
        path,
        kernelspecDirs,
        ...(group === undefined ? {} : { group }),
        settings: shellCommand === undefined ? {} : { shellCommand },
      });
      return forked as ProcessName;
    } catch (error) {
      if (error instanceof ZygoteError) throw new AppStartError(error.code, error.message);
      throw error;
    }
  }

  /** Resolves when the app answers on its socket; rejects when it ends before, takes too long, or is cancelled. */
  async #whenAnswers(app: LocalApp, endpoint: AppEndpoint, cancel: AbortSignal): Promise<void> {
    const deadline = AbortSignal.timeout(startMs);
    const giveUp = new AbortController();
    const signal = AbortSignal.any([cancel, deadline, giveUp.signal]);
    let early: End | undefined;
    void app.ended.then((end) => {
      early = end;
      giveUp.abort();
    });
    const aborted = new Promise<never>((_resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      await Promise.race([app.listens, aborted]);
      while (!(await this.#answers(endpoint, signal))) await sleep(pollMs, undefined, { signal });
    } catch (error) {
      cancel.throwIfAborted();
      if (early) throw new AppStartError('app-exited', early.message, early.logTail);
      if (!deadline.aborted) throw error;
      throw new AppStartError(
        'start-timeout',
        `The app did not answer within ${startMs / 1_000} s. Try again.`,
      );
    }
  }

  async #answers(endpoint: AppEndpoint, signal: AbortSignal): Promise<boolean> {
    try {
      return (await getFromEndpoint(endpoint, 'api/status', { timeoutMs: 5_000, signal })).status === 200;
    } catch {
      // Not yet; whoever gave up says so here.
      signal.throwIfAborted();
      return false;
    }
  }

  #running(launch: Pick<LaunchRequest, 'appId' | 'home'>, app: LocalApp, endpoint: AppEndpoint): RunningApp {
    const { process: name, runtimeDir } = app;
    const facts = name && { process: name, runtimeDir, token: endpoint.token };
    return {
      endpoint,
      ...(facts ? { kept: JSON.stringify(facts satisfies KeptFacts) } : {}),
      identity: {
        uid: process.getuid?.() ?? null,
        gid: process.getgid?.() ?? null,
        mountPath: launch.home,
      },
      stop: () => this.#stop(launch.appId, app, 'TERM'),
      onDidExit: (listener) =>
        void app.ended.then((end) => {
          if (!app.isStopping) listener(exitOf(end));
        }),
    };
  }

  async #stop(appId: string, app: LocalApp, signal: 'TERM' | 'KILL'): Promise<void> {
    app.isStopping = true;
    const isHere = (): boolean => this.#apps.get(appId) === app;
    if (isHere()) {
      const patience = signal === 'TERM' ? { killAfterSeconds: termGraceSeconds } : {};
      try {
        await this.#deps.request('signal_app', { app: appId, signal, ...app.process, ...patience });
      } catch (error) {
        // It went by itself, or with the zygote: its end is told in both cases. Anything else is a fault.
        const code = error instanceof ZygoteError ? error.code : '';
        if (!['no-such-app', 'zygote-gone', 'ending'].includes(code)) throw error;
      }
    }
    await app.ended;
  }
}

function endpointOf(runtimeDir: string, baseUrl: string, token: string): AppEndpoint {
  return { target: { socketPath: join(runtimeDir, 's') }, basePath: baseUrl, token, extension: true };
}

function endOf({ code, signal, logTail }: ZygoteExit, type: AppType): End {
  return { code, signal, message: exitWords(type, code, signal), logTail: maskTokens(logTail) };
}

function exitOf({ code, signal, message, logTail }: End): AppExit {
  return { code, signal, message, ...(logTail === '' ? {} : { log: logTail }) };
}
