/**
 * Apps over a kill of the server. What holds: an app that the board shows as Pending or InService stands in the store,
 * with what its driver finds it by once it is InService; one that ends, or is being ended, does not.
 */
import { appSchema, imageSchema, instanceSchema, instanceTypeSchema } from '@atelier-ide/contract';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { AppRow, Store } from '../store/store.ts';
import type { AppRecord } from './app-record.ts';
import { isLive } from './app-state.ts';

const keptSchema = z.object({
  user: z.object({ id: z.string(), name: z.string(), role: z.enum(['user', 'admin']) }),
  app: appSchema,
  image: imageSchema.nullable(),
  instance: z
    .object({ type: instanceTypeSchema, instance: instanceSchema.pick({ id: true, startedAt: true }) })
    .nullable(),
  serviceSince: z.number().nullable(),
  /** What the driver finds it by; null until it is InService. */
  kept: z.string().nullable(),
});

/** An app as an earlier server has left it. */
export type KeptRecord = z.infer<typeof keptSchema>;

function rowOf({ user, app, image, instance, serviceSince, running }: AppRecord): AppRow {
  const kept: KeptRecord = {
    user,
    app,
    image,
    instance: instance && {
      type: instance.type,
      instance: { id: instance.instance.id, startedAt: instance.instance.startedAt },
    },
    serviceSince,
    kept: running?.kept ?? null,
  };
  return { id: app.id, body: JSON.stringify(kept) };
}

export class KeptApps {
  readonly #store: Store['apps'];
  readonly #log: Log | undefined;
  #writing = Promise.resolve();

  constructor(store: Store['apps'], log: Log | undefined) {
    this.#store = store;
    this.#log = log;
  }

  /** What an earlier server has left; one that is not understood is left out, and forgotten. */
  async all(): Promise<readonly KeptRecord[]> {
    const kept: KeptRecord[] = [];
    for (const { id, body } of await this.#store.all()) {
      try {
        kept.push(keptSchema.parse(JSON.parse(body)));
      } catch (error) {
        this.#log?.warn('An app of an earlier server was not understood', { appId: id, error });
        this.forget(id);
      }
    }
    return kept;
  }

  /** An app has changed. */
  note(record: AppRecord): void {
    if (!isLive(record.app)) return this.forget(record.app.id);
    const row = rowOf(record);
    this.#write(row.id, () => this.#store.put(row));
  }

  forget(appId: string): void {
    this.#write(appId, () => this.#store.remove(appId));
  }

  /** Resolves when everything noted so far is written. */
  flush(): Promise<void> {
    return this.#writing;
  }

  /** One after the other, so that the newest always is the one that stays. */
  #write(appId: string, write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch((error: unknown) => {
      this.#log?.warn('An app was not kept; it will end when the server is killed', { appId, error });
    });
  }
}
