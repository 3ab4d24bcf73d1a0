import type { Image, Instance, Kernel, StudioEvent, Usage } from '@atelier-ide/contract';
import type { ComputeState } from './compute-service.ts';

/**
 * What one event changes in the state. An app or instance that is Deleted and a kernel that is dead leave it, and with
 * an instance goes its usage; a reading that comes behind the end of its instance is not kept.
 */
export function reduce(state: ComputeState, event: StudioEvent): Partial<ComputeState> | null {
  switch (event.type) {
    case 'app':
      return { apps: withItem(state.apps, event.app), ...withoutKernels(state, event.app) };
    case 'instance':
      return { instances: withItem(state.instances, event.instance), ...withoutUsage(state, event.instance) };
    case 'image':
      return { images: withImage(state.images, event.image) };
    case 'kernel':
      return { kernels: withKernel(state.kernels, event.kernel) };
    case 'usage':
      return withReading(state, event.usage);
    default:
      return null;
  }
}

type Identified = { id: string; status: string };

/** Those of a list that still exist. */
export const alive = <T extends Identified>(items: readonly T[]) =>
  items.filter((one) => one.status !== 'Deleted');

function withItem<T extends Identified>(items: readonly T[], item: T): readonly T[] {
  if (item.status === 'Deleted') return items.filter((one) => one.id !== item.id);
  const at = items.findIndex((one) => one.id === item.id);
  return at < 0 ? [...items, item] : items.with(at, item);
}

/** The last that is told of an image is that it is being deleted: it cannot be chosen any more. */
function withImage(images: readonly Image[], image: Image): readonly Image[] {
  return image.status === 'DELETING' ? images.filter((one) => one.id !== image.id) : withItem(images, image);
}

/** Kernel ids are of one app: two apps may have the same. */
function withKernel(kernels: readonly Kernel[], kernel: Kernel): readonly Kernel[] {
  const at = kernels.findIndex((one) => one.id === kernel.id && one.appId === kernel.appId);
  if (kernel.state === 'dead') return at < 0 ? kernels : kernels.toSpliced(at, 1);
  return at < 0 ? [...kernels, kernel] : kernels.with(at, kernel);
}

function withoutKernels({ kernels }: ComputeState, app: Identified): Partial<ComputeState> {
  const isGone = app.status === 'Deleted' || app.status === 'Failed';
  if (!isGone || !kernels.some((kernel) => kernel.appId === app.id)) return {};
  return { kernels: kernels.filter((kernel) => kernel.appId !== app.id) };
}

function withoutUsage({ usage }: ComputeState, instance: Identified): Partial<ComputeState> {
  if (instance.status !== 'Deleted' || !(instance.id in usage)) return {};
  const { [instance.id]: _ended, ...kept } = usage;
  return { usage: kept };
}

/** An instance that is not known yet is one whose list is still being read: the reading after it will be kept. */
function withReading({ instances, usage }: ComputeState, reading: Usage): Partial<ComputeState> | null {
  if (!instances.some((one) => one.id === reading.instanceId)) return null;
  return { usage: { ...usage, [reading.instanceId]: reading } };
}

/** Readings after a list was read: the fuller ones that events brought, else what the list itself tells. */
export function readUsage(
  instances: readonly Instance[],
  known: Readonly<Record<string, Usage>>,
): Readonly<Record<string, Usage>> {
  const readings = alive(instances).flatMap(({ id, usage: told }): Usage[] => {
    const before = known[id];
    if (!told || (before && before.time >= told.time)) return before ? [before] : [];
    return [{ ...told, instanceId: id, apps: before?.apps ?? [] }];
  });
  return Object.fromEntries(readings.map((reading) => [reading.instanceId, reading]));
}
