import type { Instance, InstanceType } from '@atelier-ide/contract';
import type { Driver } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { User } from '../studio/user.ts';
import { makeInstanceId } from './app-names.ts';
import type { InstanceRecord } from './app-record.ts';
import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';

const keptEnded = 50;

type InstanceBoardDeps = { driver: Driver; bus: EventBus; clock: Clock; log: Log | undefined };

function newRecord(user: User, type: InstanceType, instance: Instance): InstanceRecord {
  const { promise: ended, resolve: didEnd } = deferred();
  const start = new AbortController();
  return { user, type, instance, start, isBegun: false, started: Promise.resolve(), ended, didEnd };
}

/**
 * All instances. One of a type a user is Pending or InService at a time; while an older one is Deleting, the new one
 * waits for its end before it starts. An instance is there as long as apps occupy it: the app service tells it.
 */
export class InstanceBoard {
  readonly #records: InstanceRecord[] = [];
  readonly #deps: InstanceBoardDeps;

  constructor(deps: InstanceBoardDeps) {
    this.#deps = deps;
  }

  ofUser(userId: string): readonly InstanceRecord[] {
    return this.#records.filter((record) => record.user.id === userId);
  }

  /** The user's Pending or InService instance of this type. */
  live(user: User, typeName: string): InstanceRecord | undefined {
    return this.ofUser(user.id).find(
      (record) =>
        record.instance.type === typeName && ['Pending', 'InService'].includes(record.instance.status),
    );
  }

  /** All users' Pending and InService instances. */
  allLive(): readonly InstanceRecord[] {
    return this.#records.filter((record) => ['Pending', 'InService'].includes(record.instance.status));
  }

  /** Resolves when all that are ending have ended. */
  async allEnded(): Promise<void> {
    const ending = this.#records.filter((record) => record.instance.status === 'Deleting');
    await Promise.all(ending.map((record) => record.ended));
  }

  begin(user: User, type: InstanceType): InstanceRecord {
    const { driver, clock } = this.#deps;
    const before = this.ofUser(user.id).filter(
      (record) => record.instance.type === type.name && record.instance.status === 'Deleting',
    );
    const instance: Instance = {
      id: makeInstanceId(type.name),
      type: type.name,
      status: 'Pending',
      apps: [],
      enforcement: driver.enforcement(),
      startedAt: new Date(clock.now()).toISOString(),
    };
    const record = newRecord(user, type, instance);
    this.#records.push(record);
    record.started = this.#start(record, before);
    // Whoever waits for the start gets its error; without anybody waiting it is no unhandled rejection.
    record.started.catch(() => undefined);
    return record;
  }

  /** An instance that an earlier server has begun, and that apps of it live on. */
  adopt(user: User, type: InstanceType, kept: Pick<Instance, 'id' | 'startedAt'>): InstanceRecord {
    const known = this.ofUser(user.id).find((record) => record.instance.id === kept.id);
    if (known) return known;
    const enforcement = this.#deps.driver.enforcement();
    const instance: Instance = { ...kept, type: type.name, status: 'InService', apps: [], enforcement };
    const record = { ...newRecord(user, type, instance), isBegun: true };
    this.#records.push(record);
    return record;
  }

  /** The ids of the apps that occupy it have changed; without any it ends. */
  setApps(record: InstanceRecord, apps: readonly string[]): void {
    const { status } = record.instance;
    if (status === 'Deleting' || status === 'Deleted') return;
    this.#set(record, { apps: [...apps] });
    if (apps.length > 0) return;
    void this.#end(record);
  }

  /** The newest reading, for who asks; `usage` events tell it, so no `instance` event does. */
  noteUsage(instanceId: string, usage: NonNullable<Instance['usage']>): void {
    const record = this.#records.find(({ instance }) => instance.id === instanceId);
    if (record?.instance.status === 'InService') record.instance = { ...record.instance, usage };
  }

  async #start(record: InstanceRecord, before: readonly InstanceRecord[]): Promise<void> {
    const { signal } = record.start;
    await Promise.all(before.map((older) => older.ended));
    signal.throwIfAborted();
    const spec = { instanceId: record.instance.id, userId: record.user.id, type: record.type };
    record.isBegun = true;
    await this.#deps.driver.startInstance(spec, signal);
    signal.throwIfAborted();
    this.#set(record, { status: 'InService' });
  }

  async #end(record: InstanceRecord): Promise<void> {
    this.#set(record, { status: 'Deleting' });
    record.start.abort(new Error('The instance is ending.'));
    await record.started.catch(() => undefined);
    try {
      if (record.isBegun) await this.#deps.driver.endInstance(record.instance.id);
    } catch (error) {
      this.#deps.log?.warn('An instance left something behind.', {
        instanceId: record.instance.id,
        error: String(error),
      });
    }
    this.#set(record, { status: 'Deleted' });
    record.didEnd();
    const ended = this.#records.filter((other) => other.instance.status === 'Deleted');
    const oldest = ended[0];
    if (oldest && ended.length > keptEnded) this.#records.splice(this.#records.indexOf(oldest), 1);
  }

  #set(record: InstanceRecord, change: Partial<Instance>): void {
    record.instance = { ...record.instance, ...change };
    this.#deps.bus.publish(record.user.id, { type: 'instance', instance: record.instance });
  }
}
