import type { App, Instance, Usage } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import { type Clock, systemClock } from '../apps/clock.ts';
import type { Driver } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { User } from '../studio/user.ts';
import type { Users } from '../studio/users.ts';
import { AppMeter } from './app-meter.ts';
import type { AppReading, AskApp } from './app-reading.ts';
import { type GroupShares, type Share, sum } from './usage-rates.ts';

/*
 * What instances use, from their apps' own words. Nobody is asked while no client of the user hears; when the last one
 * goes, what was read is forgotten, so that no rate is ever taken over a gap.
 */

export type UsageSamplerDeps = {
  apps: Pick<AppService, 'list' | 'instances' | 'endpoint' | 'setHealth' | 'noteUsage'>;
  bus: Pick<EventBus, 'publishTransient' | 'onDidChangeAudience'>;
  users: Pick<Users, 'byId'>;
  driver: Pick<Driver, 'instanceTypes'>;
  log: Log;
  /** False where the feature `usage` is not offered: apps are asked all the same, for their health. */
  isTold?: boolean;
  clock?: Clock;
  ask?: AskApp;
  /** Hears every reading of an app that is on an instance. */
  onReading?: (instanceId: string, reading: AppReading) => void;
};

export type UsageSampler = { close(): Promise<void> };

const periodMs = 2000;
/** Until the second reading of an app, when its CPU is not known yet. */
const quickMs = 500;
/** How long a round waits for apps that are slow; what the others say is told then. */
const patienceMs = 1000;

/** Makes the sampler; it works whenever a client of a user is connected. */
export function createUsageSampler(deps: UsageSamplerDeps): UsageSampler {
  const asking = new Set<string>();
  const watches = new Map<string, { stop: AbortController; done: Promise<void> }>();
  const unsubscribe = deps.bus.onDidChangeAudience((userId, isThere) => {
    watches.get(userId)?.stop.abort();
    watches.delete(userId);
    const user = isThere ? deps.users.byId(userId) : undefined;
    if (!user) return;
    const stop = new AbortController();
    const done = new Watch({ ...deps, asking }, user, stop.signal).run();
    watches.set(userId, { stop, done });
  });
  return {
    async close() {
      unsubscribe();
      for (const { stop } of watches.values()) stop.abort();
      await Promise.all([...watches.values()].map(({ done }) => done));
      watches.clear();
    },
  };
}

/** One user, as long as a client of theirs hears. */
class Watch {
  readonly #deps: UsageSamplerDeps & { asking: Set<string> };
  readonly #user: User;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #meters = new Map<string, AppMeter>();
  #vcpus = new Map<string, number>();

  constructor(deps: UsageSamplerDeps & { asking: Set<string> }, user: User, signal: AbortSignal) {
    this.#deps = deps;
    this.#user = user;
    this.#signal = signal;
    this.#clock = deps.clock ?? systemClock;
  }

  async run(): Promise<void> {
    try {
      this.#vcpus = new Map((await this.#deps.driver.instanceTypes()).map(({ name, vcpu }) => [name, vcpu]));
      while (!this.#signal.aborted) {
        const begin = this.#clock.now();
        const isComplete = await this.#round();
        this.#signal.throwIfAborted();
        const spent = this.#clock.now() - begin;
        await this.#clock.wait(Math.max(0, (isComplete ? periodMs : quickMs) - spent), this.#signal);
      }
    } catch (error) {
      if (!this.#signal.aborted) this.#deps.log.error('The use of compute is not read any more', { error });
    } finally {
      for (const meter of this.#meters.values()) meter.close();
    }
  }

  /** Asks all apps once and tells what they said; false when one of them has been read for the first time. */
  async #round(): Promise<boolean> {
    const { apps } = this.#deps;
    const there = apps.list(this.#user).filter((app) => app.status === 'InService');
    this.#forgetOthers(there);
    const before = new Map([...this.#meters].map(([id, meter]) => [id, meter.answers]));
    await this.#settled(there.map((app) => this.#ask(app)));
    this.#signal.throwIfAborted();
    const fresh = new Set(
      [...this.#meters].filter(([id, meter]) => meter.answers > (before.get(id) ?? 0)).map(([id]) => id),
    );
    if (this.#deps.isTold ?? true)
      for (const instance of apps.instances(this.#user)) this.#tell(instance, fresh);
    return [...fresh].every((id) => this.#meters.get(id)?.rates?.hasRates !== false);
  }

  #forgetOthers(there: readonly App[]): void {
    const ids = new Set(there.map((app) => app.id));
    for (const [id, meter] of this.#meters) {
      if (ids.has(id)) continue;
      meter.close();
      this.#meters.delete(id);
    }
  }

  async #ask(app: App): Promise<void> {
    const endpoint = this.#deps.apps.endpoint(this.#user, app.id);
    if (endpoint) await this.#meterOf(app).ask(endpoint);
  }

  #meterOf(app: App): AppMeter {
    const known = this.#meters.get(app.id);
    if (known) return known;
    const { instanceId, instanceType } = app;
    const meter = new AppMeter({
      appId: app.id,
      vcpu: this.#vcpus.get(instanceType ?? '') ?? 1,
      asking: this.#deps.asking,
      ask: this.#deps.ask,
      onHealth: (health) => this.#deps.apps.setHealth(app.id, health),
      onReading: (reading) => {
        if (instanceId !== null) this.#deps.onReading?.(instanceId, reading);
      },
    });
    this.#meters.set(app.id, meter);
    return meter;
  }

  /** Resolves when all have answered, or when patience is over. */
  async #settled(asked: readonly Promise<void>[]): Promise<void> {
    const over = new AbortController();
    const patience = this.#clock
      .wait(patienceMs, AbortSignal.any([over.signal, this.#signal]))
      // Cut short: all have answered, or nobody hears any more.
      .catch(() => undefined);
    await Promise.race([Promise.all(asked), patience]);
    over.abort();
  }

  #tell(instance: Instance, fresh: ReadonlySet<string>): void {
    if (instance.status !== 'InService' || !instance.apps.some((id) => fresh.has(id))) return;
    const usage = this.#usageOf(instance, fresh);
    const { instanceId, apps: _apps, ...ofInstance } = usage;
    this.#deps.apps.noteUsage(instanceId, ofInstance);
    this.#deps.bus.publishTransient(this.#user.id, { type: 'usage', usage });
  }

  #usageOf(instance: Instance, fresh: ReadonlySet<string>): Usage {
    const rates = instance.apps.flatMap((id) => {
      const known = this.#meters.get(id)?.rates;
      return known ? [{ isFresh: fresh.has(id), ...known }] : [];
    });
    const apps = rates.map(({ shares }) => shares);
    // Every app reads the same group and folder: one that has spoken just now, and twice, is enough.
    const newest = rates.filter(({ isFresh }) => isFresh);
    const withGroup = newest.filter(({ group }) => group !== null);
    const group = (withGroup.find(({ hasRates }) => hasRates) ?? withGroup[0])?.group;
    const diskBytes = newest.find((rate) => rate.diskBytes !== null)?.diskBytes ?? null;
    return {
      instanceId: instance.id,
      time: new Date(this.#clock.now()).toISOString(),
      ...instanceShares(group, sum(apps)),
      ...(diskBytes === null ? {} : { diskBytes: Math.round(diskBytes) }),
      apps,
    };
  }
}

/** A group that counts only some things tells of its app's processes for the others: the sum of all apps is more. */
function instanceShares(group: GroupShares | null | undefined, apps: Share): GroupShares {
  if (!group) return { ...apps, memoryLimitBytes: null, source: 'processes' };
  const isCounted = group.memoryLimitBytes !== null;
  return {
    ...group,
    cpuPercent: Math.max(group.cpuPercent, apps.cpuPercent),
    memoryBytes: isCounted ? group.memoryBytes : Math.max(group.memoryBytes, apps.memoryBytes),
  };
}
