import { ProblemError } from '@atelier-ide/contract';
import { type AppExit, AppStartError, type Driver, type RunningApp } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import type { AppBoard } from './app-board.ts';
import { type AppRecord, isStuck } from './app-record.ts';
import { type AppFailure, isLive } from './app-state.ts';
import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import type { InstanceBoard } from './instance-board.ts';
import type { PhaseTimes } from './phase-times.ts';

export type AppRunnerDeps = {
  driver: Driver;
  board: AppBoard;
  instances: InstanceBoard;
  times: PhaseTimes;
  clock: Clock;
  log: Log | undefined;
  /** What happens next when this app ends without being asked to, in words; empty when its driver has said it. */
  adviceFor: (record: AppRecord, livedMs: number) => string;
  /** An app ended or failed without being asked to. */
  onDidFail: (record: AppRecord, livedMs: number) => void;
};

/** Key under which typical times are kept. */
export function timesKey(record: AppRecord): string {
  return `${record.app.type}/${record.app.imageId ?? '-'}`;
}

/** Relay path of an app on this origin. */
export function relayPath(userId: string, appId: string): string {
  return `/jupyter/${encodeURIComponent(userId)}/${encodeURIComponent(appId)}/`;
}

function failureOf(error: unknown): AppFailure {
  if (error instanceof AppStartError)
    return { code: error.code, message: error.message, ...(error.log ? { log: error.log } : {}) };
  if (error instanceof ProblemError) return { code: error.problem.code, message: error.problem.detail };
  return { code: 'start-failed', message: error instanceof Error ? error.message : String(error) };
}

function waitOrAbort(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  // Its rejection is ours to hear even when the abort came first.
  promise.catch(() => undefined);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(() => resolve(), reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Takes one app through its life. What holds: an app that is Deleting always comes to Deleted or Failed; a start that
 * was cancelled leaves nothing, even when the driver finishes it in spite of the abort; an app leaves its instance
 * exactly when it no longer holds it.
 */
export class AppRunner {
  readonly #deps: AppRunnerDeps;

  constructor(deps: AppRunnerDeps) {
    this.#deps = deps;
  }

  /** Starts an app that is on the board as Pending. `gate` is what must be over before. */
  async run(record: AppRecord, gate: Promise<unknown>): Promise<void> {
    const { board } = this.#deps;
    try {
      this.#phase(record, 'queued');
      const running = await this.#start(record, gate);
      this.adopt(record, running);
      if (record.app.status !== 'Pending') return await this.#finish(record);
      record.serviceSince = this.#deps.clock.now();
      const { userId, appId } = { userId: record.user.id, appId: record.app.id };
      const baseUrl = relayPath(userId, appId);
      board.change(record, { kind: 'in-service', baseUrl, identity: running.identity });
      this.#deps.times.record(timesKey(record), record.app);
    } catch (error) {
      if (record.app.status === 'Deleting') return await this.#finish(record);
      this.#deps.log?.warn('An app did not start.', { appId: record.app.id, error: String(error) });
      this.#fail(record, failureOf(error), 0);
    }
  }

  /** This process is the app from now on. */
  adopt(record: AppRecord, running: RunningApp): void {
    record.running = running;
    running.onDidExit((exit) => this.#handleExit(record, running, exit));
  }

  /** Resolves when an app that is on its way out has gone; rejects when it could not be ended. */
  async gone(record: AppRecord): Promise<void> {
    await record.ended;
    if (!isStuck(record)) return;
    const message =
      'The app that was there before could not be ended. Shut it down again, then start this one.';
    throw new AppStartError('place-taken', message);
  }

  /** Cancels, ends or clears an app; false when that has been done before. */
  remove(record: AppRecord, reason: string): boolean {
    const { status } = record.app;
    if (!isLive(record.app) && status !== 'Failed') return false;
    if (status === 'Failed') {
      const { promise, resolve } = deferred();
      record.ended = promise;
      record.didEnd = resolve;
    }
    this.#deps.board.change(record, { kind: 'deleting', reason });
    // A pending start comes back to `run`, which finishes it.
    if (status === 'Pending') record.start.abort(new Error('The start was cancelled.'));
    else void this.#finish(record);
    return true;
  }

  async #start(record: AppRecord, gate: Promise<unknown>): Promise<RunningApp> {
    const { driver } = this.#deps;
    const { signal } = record.start;
    await waitOrAbort(gate, signal);
    if (record.instance) {
      this.#phase(record, 'instance');
      await waitOrAbort(record.instance.started, signal);
    }
    signal.throwIfAborted();
    const { app, user, image } = record;
    const spec = {
      appId: app.id,
      userId: user.id,
      type: app.type,
      baseUrl: relayPath(user.id, app.id),
      image,
      instanceId: app.instanceId,
    };
    return driver.startApp(spec, (name) => this.#phase(record, name), signal);
  }

  #phase(record: AppRecord, name: Parameters<PhaseTimes['typical']>[1]): void {
    // A driver may report once more while it undoes a start.
    if (record.app.status !== 'Pending' || record.app.phase === name) return;
    const typicalMs = this.#deps.times.typical(timesKey(record), name);
    this.#deps.board.change(record, { kind: 'phase', name, typicalMs });
  }

  async #finish(record: AppRecord): Promise<void> {
    const { board, log } = this.#deps;
    const error = await this.#stop(record);
    // An app that went by itself while it was being ended has ended, whatever `stop` says.
    if (error === undefined || record.running === null) {
      record.running = null;
      board.change(record, { kind: 'deleted', reason: record.app.reason ?? 'Ended.' });
    } else {
      log?.error('An app could not be ended.', { appId: record.app.id, error: error.message });
      const message = `The app could not be ended: ${error.message} Try again.`;
      board.change(record, { kind: 'failed', failure: { code: 'stop-failed', message } });
    }
    this.#leave(record);
  }

  async #stop(record: AppRecord): Promise<Error | undefined> {
    try {
      await record.running?.stop();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #handleExit(record: AppRecord, running: RunningApp, exit: AppExit): void {
    if (record.running !== running) return;
    const wasStuck = isStuck(record);
    record.running = null;
    if (wasStuck) return this.#leave(record);
    // While it is Deleting, `stop` says when everything has gone.
    if (record.app.status !== 'InService') return;
    const livedMs = this.#deps.clock.now() - (record.serviceSince ?? 0);
    const { message, log } = exit;
    this.#fail(record, { code: 'app-exited', message, ...(log === undefined ? {} : { log }) }, livedMs);
  }

  #fail(record: AppRecord, failure: AppFailure, livedMs: number): void {
    const message = `${failure.message} ${this.#deps.adviceFor(record, livedMs)}`.trim();
    this.#deps.board.change(record, { kind: 'failed', failure: { ...failure, message } });
    this.#leave(record);
    this.#deps.onDidFail(record, livedMs);
  }

  #leave(record: AppRecord): void {
    record.isGone = record.running === null;
    record.didEnd();
    if (record.instance) this.syncInstance(record);
  }

  /** Tells the instance of an app which apps hold it. */
  syncInstance(record: AppRecord): void {
    const { instance } = record;
    if (!instance) return;
    const apps = this.#deps.board
      .all()
      .filter((other) => other.instance === instance && !other.isGone)
      .map((other) => other.app.id);
    this.#deps.instances.setApps(instance, apps);
  }
}
