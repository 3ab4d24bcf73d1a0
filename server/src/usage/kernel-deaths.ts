import type { Kernel } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import { type Clock, systemClock } from '../apps/clock.ts';
import type { User } from '../studio/user.ts';
import { type AppReading, type AskApp, readApp } from './app-reading.ts';
import { deathWords } from './death-words.ts';

/*
 * Why a kernel died: for lack of memory, or with an exit code or a signal that its app tells. Its instance counts the processes that the system ended for it; Jupyter
 * finds a dead kernel up to some seconds later, when another reading may have seen the count rise already. So rises
 * are remembered for a while, and each explains one death.
 */

type Ledger = {
  seen: number;
  /** When each kill that has explained no death yet was seen. */
  rises: number[];
};

type Asked = { instanceId: string | null; reading: AppReading };
type Group = NonNullable<AppReading['group']>;

export type KernelDeathsDeps = {
  apps: Pick<AppService, 'list' | 'endpoint'>;
  /** Path of a document of the user, where it is known. */
  documentPath: (user: User, documentId: string) => Promise<string | undefined>;
  clock?: Clock;
  ask?: AskApp;
};

export type KernelDeaths = {
  /** What an app on this instance has told. */
  noteReading(this: void, instanceId: string, reading: AppReading): void;
  /** What the instance of this app counted under an earlier server is no news. Rejects when the app does not answer. */
  noteBefore(this: void, user: User, appId: string): Promise<void>;
  /** Why this kernel died just now, better than its own `cause` says it. */
  causeOf(this: void, user: User, kernel: Kernel): Promise<string | undefined>;
};

const rememberedMs = 15_000;
const timeoutMs = 2000;
const maxInstances = 500;
const GiB = 1024 ** 3;

/** `4 GiB`, `1.5 GiB`, `512 MiB`. */
function sizeWords(bytes: number): string {
  const [size, unit] = bytes >= GiB ? [bytes / GiB, 'GiB'] : [bytes / 1024 ** 2, 'MiB'];
  return `${Math.round(size * 10) / 10} ${unit}`;
}

/** The end of a kernel that the system ended for lack of memory: what happened, what is kept. */
export function memoryWords(limitBytes: number | null, path: string | undefined): string {
  const limit = limitBytes === null ? '' : ` (${sizeWords(limitBytes)})`;
  const name = path?.split('/').at(-1);
  const where = name === undefined ? '' : ` in ${name}`;
  return `The kernel ran out of memory${limit}${where}. Your code, outputs and files are kept.`;
}

/** Makes the memory of what the instances' groups have told. */
export function createKernelDeaths(deps: KernelDeathsDeps): KernelDeaths {
  const clock = deps.clock ?? systemClock;
  const ledgers = new Map<string, Ledger>();

  function count(instanceId: string, oomKills: number, first: number): Ledger {
    const ledger = ledgers.get(instanceId) ?? { seen: first, rises: [] };
    ledgers.set(instanceId, ledger);
    const oldest = ledgers.keys().next();
    if (ledgers.size > maxInstances && oldest.done !== true) ledgers.delete(oldest.value);
    const now = clock.now();
    for (let kill = ledger.seen; kill < oomKills; kill += 1) ledger.rises.push(now);
    ledger.seen = oomKills;
    ledger.rises = ledger.rises.filter((at) => now - at <= rememberedMs);
    return ledger;
  }

  async function ask(user: User, appId: string): Promise<Asked | undefined> {
    const app = deps.apps.list(user).find(({ id }) => id === appId);
    const endpoint = app && deps.apps.endpoint(user, app.id);
    if (!endpoint?.extension) return undefined;
    const { reading } = await readApp(endpoint, timeoutMs, deps.ask);
    return reading ? { instanceId: app?.instanceId ?? null, reading } : undefined;
  }

  /** The group has ended a process for lack of memory just now; one such end explains one death. */
  function takeKill({ instanceId, reading: { group } }: Asked): Group | undefined {
    if (!group || instanceId === null) return undefined;
    // A group that nobody has read before began at zero, with its instance.
    const { rises } = count(instanceId, group.oomKills, 0);
    return rises.shift() === undefined ? undefined : group;
  }

  return {
    noteReading(instanceId, { group }) {
      if (group) count(instanceId, group.oomKills, group.oomKills);
    },
    async noteBefore(user, appId) {
      const known = await ask(user, appId);
      const oomKills = known?.reading.group?.oomKills;
      if (known && known.instanceId !== null && oomKills !== undefined)
        count(known.instanceId, oomKills, oomKills);
    },
    async causeOf(user, kernel) {
      const known = await ask(user, kernel.appId);
      if (!known) return undefined;
      const group = takeKill(known);
      if (!group) {
        const death = known.reading.kernels.find(({ id }) => id === kernel.id)?.death;
        return death ? deathWords(kernel.cause ?? '', death) : undefined;
      }
      const path = kernel.documentId === null ? undefined : await deps.documentPath(user, kernel.documentId);
      return memoryWords(group.memoryLimitBytes, path);
    },
  };
}
