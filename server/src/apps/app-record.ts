import type { App, Image, Instance, InstanceType } from '@atelier-ide/contract';
import type { RunningApp } from '../drivers/driver.ts';
import type { User } from '../studio/user.ts';
import { makeAppId } from './app-names.ts';
import { deferred } from './deferred.ts';

/** An app as the service keeps it. `app` is replaced as a whole on every change, by `AppBoard` only. */
export type AppRecord = {
  readonly user: User;
  readonly image: Image | null;
  readonly instance: InstanceRecord | null;
  app: App;
  /** Aborts the start. */
  readonly start: AbortController;
  running: RunningApp | null;
  /** Nothing of it is left, so that it no longer holds its instance. */
  isGone: boolean;
  /** When it went InService, in ms; null before. */
  serviceSince: number | null;
  /** Resolves when nothing of the app is left, or when ending it failed. Renewed when ending is tried again. */
  ended: Promise<void>;
  didEnd: () => void;
};

/** An app that failed to end: Failed, with its process still there. */
export function isStuck(record: AppRecord): boolean {
  return record.app.status === 'Failed' && record.running !== null;
}

/** An instance as the service keeps it; `instance` is replaced as a whole on every change. */
export type InstanceRecord = {
  readonly user: User;
  readonly type: InstanceType;
  instance: Instance;
  readonly start: AbortController;
  /** The driver was asked to start it. */
  isBegun: boolean;
  /** Resolves when apps can start on it; rejects with the driver's error, or when the start was aborted. */
  started: Promise<void>;
  /** Resolves when nothing of it is left. */
  readonly ended: Promise<void>;
  readonly didEnd: () => void;
};

/** A Pending app that nobody has been told of yet. */
export function newAppRecord(
  user: User,
  spec: Pick<AppRecord, 'image' | 'instance'> & Pick<App, 'type'>,
  now: number,
): AppRecord {
  const { type, image, instance } = spec;
  const { promise: ended, resolve: didEnd } = deferred();
  const names =
    type === 'JupyterServer' ? ['jupyter-server'] : [image?.id ?? 'app', instance?.type.name ?? ''];
  const app: App = {
    id: makeAppId(names),
    type,
    status: 'Pending',
    health: 'ok',
    phases: [],
    imageId: image?.id ?? null,
    instanceId: instance?.instance.id ?? null,
    instanceType: instance?.type.name ?? null,
    identity: { uid: null, gid: null, mountPath: '/' },
    createdAt: new Date(now).toISOString(),
    lastActivity: null,
  };
  return {
    user,
    image,
    instance,
    app,
    start: new AbortController(),
    running: null,
    isGone: false,
    serviceSince: null,
    ended,
    didEnd,
  };
}
