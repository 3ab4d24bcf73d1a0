/**
 * The apps of a server that was killed, on the boards of this one. An app that its driver goes on with is what it was:
 * id, start, phases, instance. An app that ended meanwhile, or that had not come up, is Failed and says so; a file
 * server that ended is started anew when somebody signs in, so there is nothing to say of it.
 */
import type { App } from '@atelier-ide/contract';
import type { AppExit, Driver, KeptApp, RunningApp } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import type { User } from '../studio/user.ts';
import type { AppBoard } from './app-board.ts';
import type { AppRecord, InstanceRecord } from './app-record.ts';
import { type AppRunner, relayPath } from './app-runner.ts';
import { type AppFailure, changeApp } from './app-state.ts';
import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import type { InstanceBoard } from './instance-board.ts';
import type { KeptApps, KeptRecord } from './kept-apps.ts';

export type TakeOverParts = {
  driver: Pick<Driver, 'adopt'>;
  kept: KeptApps;
  board: AppBoard;
  instances: InstanceBoard;
  runner: AppRunner;
  clock: Clock;
  log: Log | undefined;
};

/** An app of an earlier server that goes on. */
export type AdoptedApp = { user: User; appId: string };

const cutShort: AppFailure = {
  code: 'server-ended',
  message: 'The server ended while this app started. Nothing of it runs. Start it again.',
};

function forDriver(record: KeptRecord): readonly KeptApp[] {
  const { user, app, image, instance, kept } = record;
  if (kept === null || app.status !== 'InService') return [];
  const { id: appId, type, instanceId } = app;
  const { id: userId } = user;
  const spec = { appId, userId, type, baseUrl: relayPath(userId, appId), image, instanceId };
  const on = instance && { instanceId: instance.instance.id, userId, type: instance.type };
  return [{ spec, instance: on, kept }];
}

function recordOf(
  { user, image, serviceSince }: KeptRecord,
  app: App,
  instance: InstanceRecord | null,
): AppRecord {
  const { promise: ended, resolve: didEnd } = deferred();
  const start = new AbortController();
  return { user, image, instance, app, start, running: null, isGone: false, serviceSince, ended, didEnd };
}

/** Called once, before anything is started. Resolves with the apps that go on. */
export async function takeOverApps(parts: TakeOverParts): Promise<readonly AdoptedApp[]> {
  const { driver, kept, log } = parts;
  const records = await kept.all();
  const found = (await driver.adopt?.(records.flatMap(forDriver))) ?? new Map<string, never>();
  const adopted: AdoptedApp[] = [];
  for (const record of records) {
    const { user, app } = record;
    const now = found.get(app.id);
    if (now && 'endpoint' in now) {
      goOn(record, now, parts);
      adopted.push({ user, appId: app.id });
    } else {
      tellEnd(record, now, parts);
    }
  }
  if (records.length > 0)
    log?.info('Apps of an earlier server', { kept: records.length, goOn: adopted.length });
  return adopted;
}

function goOn(record: KeptRecord, running: RunningApp, { board, instances, runner }: TakeOverParts): void {
  const { user, app, instance } = record;
  const on = instance && instances.adopt(user, instance.type, instance.instance);
  const taken = recordOf(record, app, on);
  runner.adopt(taken, running);
  board.add(taken);
  runner.syncInstance(taken);
}

function tellEnd(record: KeptRecord, exit: AppExit | undefined, { board, kept, clock }: TakeOverParts): void {
  const { app } = record;
  kept.forget(app.id);
  if (app.type === 'JupyterServer') return;
  const failure: AppFailure = exit
    ? { code: 'app-exited', message: exit.message, ...(exit.log === undefined ? {} : { log: exit.log }) }
    : cutShort;
  const at = new Date(clock.now()).toISOString();
  const ended = recordOf(record, changeApp(app, { kind: 'failed', failure }, at), null);
  ended.isGone = true;
  ended.didEnd();
  board.add(ended);
}
