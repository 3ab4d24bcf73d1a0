import type { InstanceType } from '@atelier-ide/contract';
import type { FurtherInstanceType } from '../config.ts';
import { type InstanceTypeFacts, instanceTypeFacts } from './instance-types.ts';

/** What one host can give to one instance. */
export type HostCapacity = { cpus: number; memoryGiB: number; gpus: number };

/**
 * A machine sold as "4 GiB" shows a few per cent less: firmware and kernel keep some. A type fits when the host has
 * this share of its memory.
 */
const memoryShare = 0.9;

const count = (n: number, one: string, many: string): string => (n === 1 ? `1 ${one}` : `${n} ${many}`);

function whyNot(type: InstanceTypeFacts, host: HostCapacity): string | undefined {
  if (type.vcpu === 0) return `${type.name} belongs to the geospatial image of SageMaker.`;
  if (type.name.startsWith('ml.trn')) return `This host has no Trainium accelerator; ${type.name} needs one.`;
  if (type.gpu > host.gpus)
    return `This host has ${host.gpus === 0 ? 'no GPU' : count(host.gpus, 'GPU', 'GPUs')}; ${type.name} needs ${type.gpu}.`;
  if (type.vcpu > host.cpus)
    return `This host has ${count(host.cpus, 'CPU', 'CPUs')}; ${type.name} needs ${type.vcpu}.`;
  if (type.memoryGiB * memoryShare > host.memoryGiB)
    return `This host has ${Number(host.memoryGiB.toFixed(1))} GiB of memory; ${type.name} needs ${type.memoryGiB} GiB.`;
  return undefined;
}

/** The catalogue's types and those that the deployer adds, at the end. */
export function withFurtherTypes(further: readonly FurtherInstanceType[] = []): readonly InstanceTypeFacts[] {
  const last = instanceTypeFacts.length;
  return [
    ...instanceTypeFacts,
    ...further.map((type, at) => ({ ...type, category: 'Further', fastLaunch: false, order: last + at })),
  ];
}

/**
 * The catalogue as this host can hold it. Types are checked singly: the sum may be overcommitted. On a host smaller
 * than every type, the smallest one is offered with a note, because an IDE without any type could run nothing.
 */
export function catalogueFor(
  host: HostCapacity,
  facts: readonly InstanceTypeFacts[] = instanceTypeFacts,
): readonly InstanceType[] {
  const types = facts.map((type): InstanceType => {
    const reason = whyNot(type, host);
    return { ...type, available: reason === undefined ? { ok: true } : { ok: false, reason } };
  });
  if (types.some((type) => type.available.ok)) return types;
  const smallest = types.find((type) => type.vcpu > 0 && type.gpu === 0);
  return types.map((type) =>
    type === smallest
      ? { ...type, available: { ok: true, reason: `${type.available.reason} It gets what there is.` } }
      : type,
  );
}
