import type { App } from '@atelier-ide/contract';
import type { Log } from '../log.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { AppRecord } from './app-record.ts';
import { type AppChange, changeApp } from './app-state.ts';
import type { Clock } from './clock.ts';

const keptEndedMs = 10 * 60_000;
const keptEnded = 50;
const publishActivityMs = 30_000;

type ChangeListener = (app: App, userId: string) => void;

/**
 * All apps. The only place that changes one: each change goes through the state machine, is published whole on the
 * bus, then told to listeners. Deleted apps stay for ten minutes, at most fifty of a user.
 */
export class AppBoard {
  readonly #records = new Map<string, AppRecord>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #endedAt = new Map<string, number>();
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #log: Log | undefined;

  constructor(bus: EventBus, clock: Clock, log?: Log) {
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
  }

  add(record: AppRecord): void {
    this.#prune();
    this.#records.set(record.app.id, record);
    this.#tell(record);
  }

  change(record: AppRecord, change: AppChange): void {
    record.app = changeApp(record.app, change, new Date(this.#clock.now()).toISOString());
    if (change.kind === 'deleted') this.#endedAt.set(record.app.id, this.#clock.now());
    this.#tell(record);
  }

  /** Notes activity to half a minute: a busy kernel would flood the stream otherwise. */
  touch(appId: string): void {
    const record = this.#records.get(appId);
    if (record?.app.status !== 'InService') return;
    const before = Date.parse(record.app.lastActivity ?? record.app.createdAt);
    if (this.#clock.now() - before >= publishActivityMs) this.change(record, { kind: 'active' });
  }

  /** Whether an app in service answers; told when it changes. */
  setHealth(appId: string, health: App['health']): void {
    const record = this.#records.get(appId);
    if (record?.app.status === 'InService' && record.app.health !== health)
      this.change(record, { kind: 'health', health });
  }

  byId(appId: string): AppRecord | undefined {
    this.#prune();
    return this.#records.get(appId);
  }

  all(): readonly AppRecord[] {
    this.#prune();
    return [...this.#records.values()];
  }

  ofUser(userId: string): readonly AppRecord[] {
    return this.all().filter((record) => record.user.id === userId);
  }

  onDidChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(record: AppRecord): void {
    const { app, user } = record;
    this.#bus.publish(user.id, {
      type: 'app',
      app,
      ...(app.reason === undefined ? {} : { reason: app.reason }),
    });
    for (const listener of this.#listeners) {
      // A listener that fails must not stop the life of an app half-way.
      try {
        listener(app, user.id);
      } catch (error) {
        this.#log?.error('A listener to apps failed.', { appId: app.id, error: String(error) });
      }
    }
  }

  #prune(): void {
    const horizon = this.#clock.now() - keptEndedMs;
    const count = new Map<string, number>();
    for (const [id, at] of [...this.#endedAt].toReversed()) {
      const userId = this.#records.get(id)?.user.id ?? '';
      const newer = count.get(userId) ?? 0;
      count.set(userId, newer + 1);
      if (at > horizon && newer < keptEnded) continue;
      this.#records.delete(id);
      this.#endedAt.delete(id);
    }
  }
}
