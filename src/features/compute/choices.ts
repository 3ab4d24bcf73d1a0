import type { Environment, Image, InstanceType } from '@atelier-ide/contract';
import type { ComputeState } from '@/services/compute/compute-service.ts';

/** What can be chosen and why something cannot. Pure; the server has the last word. */

export type InstanceUse = {
  isRunning: boolean;
  /** KernelGateway apps on the running instance of this type. */
  used: number;
  limit: number;
};

export function usageOf(state: ComputeState, typeName: string): InstanceUse {
  const limit = state.domain?.limits.appsPerInstance ?? Number.POSITIVE_INFINITY;
  const apps = state.apps.filter(
    (app) => app.type === 'KernelGateway' && app.instanceType === typeName && app.status !== 'Failed',
  );
  const isRunning = state.instances.some((one) => one.type === typeName && one.status !== 'Deleted');
  return { isRunning: isRunning || apps.length > 0, used: apps.length, limit };
}

/** True when an app of this image stands on the type already: another one would share it. */
function hasApp(state: ComputeState, typeName: string, imageId: string | null): boolean {
  return state.apps.some(
    (app) =>
      app.type === 'KernelGateway' &&
      app.instanceType === typeName &&
      app.imageId === imageId &&
      (app.status === 'Pending' || app.status === 'InService'),
  );
}

/** Why this type cannot be chosen for this image, in a sentence; null = it can. */
export function reasonAgainst(
  state: ComputeState,
  type: InstanceType,
  image: Image | undefined,
): string | null {
  if (!type.available.ok) return type.available.reason ?? 'Not available on this host.';
  if (image?.processor === 'GPU' && type.gpu === 0) {
    return `${image.displayName} is a GPU image. Choose a type with a GPU.`;
  }
  const beyond = sumAgainst(state, type);
  if (beyond !== null) return beyond;
  const { used, limit } = usageOf(state, type.name);
  if (used < limit || hasApp(state, type.name, image?.id ?? null)) return null;
  const other = state.instanceTypes.find(
    (one) =>
      one.name !== type.name && one.available.ok && one.fastLaunch && usageOf(state, one.name).used < limit,
  );
  return `${used} of ${limit} apps in use. Stop one${other ? `, or use ${other.name}` : ''}.`;
}

/**
 * Why the sum of all instances would be too large with one more of this type; null = it fits, or nothing limits sums.
 * A type that runs already adds nothing.
 */
function sumAgainst(state: ComputeState, type: InstanceType): string | null {
  const { totalVcpu, totalMemoryGiB } = state.domain?.limits ?? {};
  const names = state.instances.filter((one) => one.status !== 'Deleted').map((one) => one.type);
  if (names.includes(type.name)) return null;
  const running = state.instanceTypes.filter((one) => names.includes(one.name));
  const sum = (of: (one: InstanceType) => number) => running.reduce((total, one) => total + of(one), 0);
  const vcpu = sum((one) => one.vcpu);
  const memory = sum((one) => one.memoryGiB);
  if (totalVcpu !== undefined && vcpu + type.vcpu > totalVcpu) {
    return `Needs ${type.vcpu} vCPU, ${Math.max(0, totalVcpu - vcpu)} of ${totalVcpu} are free. Stop an instance.`;
  }
  if (totalMemoryGiB !== undefined && memory + type.memoryGiB > totalMemoryGiB) {
    const free = Math.max(0, totalMemoryGiB - memory);
    return `Needs ${type.memoryGiB} GiB, ${free} of ${totalMemoryGiB} GiB are free. Stop an instance.`;
  }
  return null;
}

/** `Running, 2 free`, `4 free`: the places for apps on an instance of a type. */
export function slotText({ isRunning, used, limit }: InstanceUse): string {
  if (!Number.isFinite(limit)) return isRunning ? 'Running' : 'Free';
  const free = limit - used;
  return isRunning ? `Running, ${free > 0 ? `${free} free` : 'full'}` : `${free} free`;
}

/** Where a type stands when the last column is sorted: running first, then free, then what cannot be had. */
export function compareUse(
  state: ComputeState,
  against: (type: InstanceType) => string | null,
): (a: InstanceType, b: InstanceType) => number {
  const rank = (type: InstanceType) => {
    if (against(type) !== null) return -1;
    const { isRunning, used, limit } = usageOf(state, type.name);
    return (isRunning ? 1_000 : 0) + Math.min(limit, 500) - used;
  };
  return (a, b) => rank(b) - rank(a) || inStudioOrder(a, b);
}

/** `Running, 2 of 4 apps used`, or how many are free. */
export function usageText({ isRunning, used, limit }: InstanceUse): string {
  if (!Number.isFinite(limit)) return isRunning ? 'Running' : 'Free';
  return isRunning ? `Running, ${used} of ${limit} apps used` : `${limit} free`;
}

export function inStudioOrder(a: InstanceType, b: InstanceType): number {
  return a.order - b.order;
}

/** Types that fit the words of a filter: a name, a category, `16 gib`, `4 vcpu`. */
export function fitsFilter(type: InstanceType, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const text =
    `${type.name} ${type.category} ${type.vcpu}vcpu ${type.memoryGiB}gib ${type.gpu}gpu`.toLowerCase();
  // `16 GiB` is two words that belong together.
  const joined = words.join(' ').replace(/(\d)\s+(gib|vcpu|gpu)/g, '$1$2');
  return joined
    .split(' ')
    .filter(Boolean)
    .every((word) => text.includes(word));
}

export function samePlace(a: Environment | null, b: Environment | null): boolean {
  if (!a || !b) return a === b;
  return a.imageId === b.imageId && a.kernelName === b.kernelName && a.instanceType === b.instanceType;
}

/** The environment that a document runs on now, or null without a kernel. */
export function currentEnvironment(
  state: ComputeState,
  binding: { state: string; appId?: string | undefined; kernelName?: string | undefined } | undefined,
): Environment | null {
  const isOn = binding?.state === 'bound' || binding?.state === 'switching' || binding?.state === 'starting';
  const app = isOn ? state.apps.find((one) => one.id === binding.appId) : undefined;
  if (!app) return null;
  return { imageId: app.imageId, kernelName: binding?.kernelName ?? null, instanceType: app.instanceType };
}

/**
 * The kernel of the document is dead or gone, which the list of kernels tells before the binding does: the environment it
 * has is then a choice like any other.
 */
export function hasLostKernel(
  { kernels }: Pick<ComputeState, 'kernels'>,
  binding: { state: string; kernelId?: string | undefined } | undefined,
): boolean {
  return binding?.state === 'bound' && !kernels.some((one) => one.id === binding.kernelId);
}

/** What stands in the fields when an image was chosen: a kernel and a type that go with it. */
export function withImage(state: ComputeState, from: Environment, imageId: string): Environment {
  const image = state.images.find((one) => one.id === imageId);
  const kernel = image?.kernels.find((one) => one.name === from.kernelName) ?? image?.kernels[0];
  return {
    imageId,
    kernelName: from.kernelName === null ? null : (kernel?.name ?? null),
    instanceType: typeFor(state, image, from.instanceType),
  };
}

/** The wished type where the image can run on it, else the domain's, else one that launches fast, else any. */
function typeFor(state: ComputeState, image: Image | undefined, wish: string | null): string | null {
  const defaults = state.domain?.defaults;
  const preset = image?.processor === 'GPU' ? defaults?.gpuInstanceType : defaults?.cpuInstanceType;
  const fitting = state.instanceTypes
    .toSorted(inStudioOrder)
    .filter((one) => reasonAgainst(state, one, image) === null);
  const named = (name: string | null | undefined) => fitting.find((one) => one.name === name);
  const best = named(wish) ?? named(preset) ?? fitting.find((one) => one.fastLaunch) ?? fitting[0];
  return best?.name ?? wish;
}

export function priceText(type: InstanceType): string | null {
  if (type.pricePerHour === undefined) return null;
  const currency = type.currency ?? 'USD';
  return `${new Intl.NumberFormat('en', { style: 'currency', currency }).format(type.pricePerHour)}/h`;
}

/** What people choose an image for, most wanted first; what these bring along says nothing about the image. */
const telling = ['pandas', 'scikit-learn', 'matplotlib', 'torch', 'tensorflow', 'polars', 'pyspark', 'numpy'];

/** `pandas 2.3, scikit-learn 1.7 and 56 more`; null when nothing in the image is worth its name. */
export function packagesText(packages: NonNullable<Image['packages']>): string | null {
  const named = telling
    .flatMap((name) => packages.find((one) => one.name.toLowerCase() === name) ?? [])
    .slice(0, 3);
  if (named.length === 0) return null;
  const more = packages.length - named.length;
  const words = named.map(({ name, version }) => `${name} ${version}`).join(', ');
  return more > 0 ? `${words} and ${more} more` : words;
}
