import type { Enforcement, InstanceType } from '@atelier-ide/contract';
import { AppStartError } from '../driver.ts';
import { ZygoteError } from './zygote-connection.ts';

const gib = 1024 ** 3;

type Group = {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Whether the zygote that runs now has made it; undefined = not asked yet. */
  made: Promise<boolean> | undefined;
};

type GroupMade = { made: boolean; enforcement: Enforcement };

export type LocalGroupsDeps = { request: (verb: string, args: object) => Promise<unknown> };

/**
 * Control groups of instances, made and removed by the zygote. What holds: an instance that has begun has a group
 * wherever this host can make one, and gets another when the zygote that made it has gone; after `end` there is none.
 */
export class LocalGroups {
  readonly #groups = new Map<string, Group>();
  readonly #request: LocalGroupsDeps['request'];
  #enforcement: Enforcement = {
    cpu: 'none',
    memory: 'none',
    reason: 'The helper that runs apps has not started.',
  };

  constructor({ request }: LocalGroupsDeps) {
    this.#request = request;
  }

  get enforcement(): Enforcement {
    return this.#enforcement;
  }

  get isEnforced(): boolean {
    return this.#enforcement.cpu !== 'none' || this.#enforcement.memory !== 'none';
  }

  async begin(
    instanceId: string,
    { vcpu, memoryGiB }: Pick<InstanceType, 'vcpu' | 'memoryGiB'>,
  ): Promise<void> {
    const group: Group = { cpus: vcpu, memoryBytes: Math.round(memoryGiB * gib), made: undefined };
    this.#groups.set(instanceId, group);
    await this.#make(instanceId, group);
  }

  /** An instance of an earlier server; `isMade` = the zygote that lives on has made its group. */
  adopt(
    instanceId: string,
    { vcpu, memoryGiB }: Pick<InstanceType, 'vcpu' | 'memoryGiB'>,
    isMade: boolean,
  ): void {
    const size = { cpus: vcpu, memoryBytes: Math.round(memoryGiB * gib) };
    this.#groups.set(instanceId, { ...size, made: Promise.resolve(isMade) });
  }

  /** Name of the group that an app of the instance starts in; undefined where nothing is enforced. */
  async groupOf(instanceId: string): Promise<string | undefined> {
    const group = this.#groups.get(instanceId);
    return group && (await this.#make(instanceId, group)) ? instanceId : undefined;
  }

  /** Ends what is left in the group and removes it. */
  async end(instanceId: string): Promise<void> {
    const group = this.#groups.get(instanceId);
    this.#groups.delete(instanceId);
    // A start that failed has made none.
    const isMade = await group?.made?.catch(() => false);
    if (isMade !== true) return;
    try {
      await this.#request('group', { action: 'remove', group: instanceId });
    } catch (error) {
      // A zygote that ends removes its groups; that of a killed one is removed by its apps' keepers or the next zygote.
      if (!(error instanceof ZygoteError) || !['zygote-gone', 'ending'].includes(error.code)) throw error;
    }
  }

  handleZygoteStart(enforcement: Enforcement): void {
    this.#enforcement = enforcement;
  }

  /** Its groups are of no use any more: no app can be put into them. */
  handleZygoteEnd(): void {
    for (const group of this.#groups.values()) group.made = undefined;
  }

  #make(instanceId: string, group: Group): Promise<boolean> {
    group.made ??= this.#ask(instanceId, group).catch((error: unknown) => {
      group.made = undefined;
      throw error;
    });
    return group.made;
  }

  async #ask(instanceId: string, { cpus, memoryBytes }: Group): Promise<boolean> {
    try {
      const answer = await this.#request('group', { action: 'make', group: instanceId, cpus, memoryBytes });
      return (answer as GroupMade).made;
    } catch (error) {
      if (!(error instanceof ZygoteError)) throw error;
      throw new AppStartError('instance-failed', `The instance could not be made. ${error.message}`);
    }
  }
}
