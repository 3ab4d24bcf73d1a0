import {
  type CreateApp,
  type Domain,
  type Image,
  type InstanceType,
  ProblemError,
  problem,
} from '@atelier-ide/contract';

/** The rules of where an app may run, pure. Each refusal says what to do. */

export type Catalogue = { images: readonly Image[]; types: readonly InstanceType[] };
export type Placement = { image: Image; type: InstanceType };

function refuse(...details: Parameters<typeof problem>): never {
  throw new ProblemError(problem(...details));
}

function findImage(catalogue: Catalogue, id: string | null | undefined): Image {
  if (id === null || id === undefined)
    return refuse('bad-input', 'Name an image. This backend has no default image.', { path: 'imageId' });
  const image = catalogue.images.find((candidate) => candidate.id === id);
  if (image) return image;
  const known = catalogue.images.map((candidate) => candidate.id).join(', ') || 'none';
  return refuse('bad-input', `There is no image ${id}. Choose one of: ${known}.`, { path: 'imageId' });
}

function findType(catalogue: Catalogue, name: string | null | undefined): InstanceType {
  if (name === null || name === undefined)
    return refuse('bad-input', 'Name an instance type. This backend has no default type.', {
      path: 'instanceType',
    });
  const type = catalogue.types.find((candidate) => candidate.name === name);
  if (type) return type;
  const usable = catalogue.types.filter((candidate) => candidate.available.ok);
  const hint = usable[0] ? ` Choose another, such as ${usable[0].name}.` : '';
  return refuse('bad-input', `There is no instance type ${name}.${hint}`, { path: 'instanceType' });
}

/** Checks that the image can run on the type, here and now. */
function checkFit(image: Image, type: InstanceType, catalogue: Catalogue): void {
  if (image.status !== 'CREATED')
    refuse(
      'impossible',
      image.failureReason ?? `${image.displayName} is ${image.status}. Choose another image.`,
    );
  if (image.processor === 'GPU' && type.gpu === 0) {
    const gpu = catalogue.types.find((candidate) => candidate.gpu > 0 && candidate.available.ok);
    const hint = gpu
      ? `Choose a type with a GPU, such as ${gpu.name}.`
      : 'This host offers no type with a GPU.';
    refuse('impossible', `${image.displayName} is a GPU image. ${hint}`);
  }
  // Where no image is made for GPUs, one that says nothing of them is all there is.
  const hasGpuImage = catalogue.images.some(
    (other) => other.processor === 'GPU' && other.status === 'CREATED',
  );
  if (image.processor === 'CPU' && type.gpu > 0 && hasGpuImage)
    refuse('impossible', `${image.displayName} is a CPU image. Choose a GPU image for ${type.name}.`);
  if (!type.available.ok)
    refuse('impossible', type.available.reason ?? `${type.name} is not available on this host.`);
}

/** What a create for a KernelGateway app asks for, with the domain's defaults filled in. Throws problems. */
export function placementOf(request: CreateApp, domain: Domain, catalogue: Catalogue): Placement {
  const image = findImage(catalogue, request.imageId ?? domain.defaults.imageId);
  const { cpuInstanceType, gpuInstanceType } = domain.defaults;
  const preset = image.processor === 'GPU' ? gpuInstanceType : cpuInstanceType;
  const type = findType(catalogue, request.instanceType ?? preset);
  checkFit(image, type, catalogue);
  return { image, type };
}

/** Another type for a person whose instance is full: available, not full, fast to launch when possible. */
function otherType(
  catalogue: Catalogue,
  { image, type }: Placement,
  isFull: (type: string) => boolean,
): InstanceType | undefined {
  const usable = catalogue.types.filter(
    (candidate) =>
      candidate.available.ok &&
      candidate.name !== type.name &&
      candidate.gpu > 0 === type.gpu > 0 &&
      !(image.processor === 'GPU' && candidate.gpu === 0) &&
      !isFull(candidate.name),
  );
  return usable.find((candidate) => candidate.fastLaunch) ?? usable[0];
}

/** Throws `limit-exceeded` when the instance of this type has no room beside the `current` apps on it. */
export function checkRoom(
  placement: Placement,
  current: number,
  limit: number,
  rest: { catalogue: Catalogue; isFull: (type: string) => boolean },
): void {
  if (current < limit) return;
  const name = placement.type.name;
  const other = otherType(rest.catalogue, placement, rest.isFull);
  refuse(
    'limit-exceeded',
    `${name} is full: ${current} of ${limit} apps. Stop one${other ? `, or use ${other.name}` : ''}.`,
    { limit, current, delta: 1 },
  );
}
