/**
 * What is proposed to run a document on. In this order: what was chosen for this document, what its file names, what
 * the user chose last, the domain's defaults. Where a wish cannot be followed the note says why; nothing is started.
 */
import type { Domain, Environment, Image, InstanceType, Proposal, PutDocument } from '@atelier-ide/contract';

export type ProposalFacts = {
  /** Chosen for this document before. */
  remembered: Environment | null;
  /** Chosen last by the user, for any document. */
  last: Environment | null;
  metadata: PutDocument['metadata'];
  images: readonly Image[];
  /** Images that cannot be used now: being made, or broken. */
  notReady?: readonly Image[];
  types: readonly InstanceType[];
  defaults: Domain['defaults'];
};

/** Studio writes kernel and image into one name: `<kernel>__SAGEMAKER_INTERNAL__<image ARN>`. */
const studioSeparator = '__SAGEMAKER_INTERNAL__';

type Wish = { kernelName: string | null; imageName: string | null; instanceType: string | null };

function wishOf(metadata: PutDocument['metadata']): Wish {
  const [kernelName, arn] = (metadata?.kernelspecName ?? '').split(studioSeparator);
  return {
    kernelName: kernelName || null,
    imageName: metadata?.imageId ?? (arn || null),
    instanceType: metadata?.instanceType || null,
  };
}

/** Names by which an image may be known: the whole ARN, and what stands after `image/` with and without a version. */
function namesOf(imageName: string): string[] {
  const tail = /(?:^|:)(?:image|image-version)\/(.+)$/.exec(imageName)?.[1];
  return tail === undefined ? [imageName] : [imageName, tail, tail.split('/')[0] ?? tail];
}

function findImage(images: readonly Image[], imageName: string): Image | undefined {
  const names = namesOf(imageName);
  return images.find(
    (image) => names.includes(image.id) || image.aliases.some((alias) => names.includes(alias)),
  );
}

/** Why an image that is wished for is not proposed. */
function notHere(facts: ProposalFacts, imageName: string, otherwise: string): string {
  const image = findImage(facts.notReady ?? [], imageName);
  if (image?.status === 'CREATING') return `${image.displayName} is still being made.`;
  return image ? `${image.displayName} cannot be used: ${image.failureReason ?? image.status}` : otherwise;
}

const hasKernel = (image: Image | undefined, kernelName: string | null): boolean =>
  kernelName !== null && image !== undefined && image.kernels.some((kernel) => kernel.name === kernelName);

const byId = (facts: ProposalFacts, id: string | null): Image | undefined =>
  facts.images.find((image) => image.id === id);

/** An image for which only the kernel is named: the user's last one, the default one, any. */
function imageForKernel(facts: ProposalFacts, kernelName: string | null): Image | undefined {
  const preferred = [byId(facts, facts.last?.imageId ?? null), byId(facts, facts.defaults.imageId)];
  return [...preferred, ...facts.images].find((image) => hasKernel(image, kernelName));
}

function defaultImage(facts: ProposalFacts): Image | undefined {
  return byId(facts, facts.last?.imageId ?? null) ?? byId(facts, facts.defaults.imageId) ?? facts.images[0];
}

/** The wished type, when it can be had for this image; else the last or default one, with a note. */
function typeFor(
  facts: ProposalFacts,
  wished: string | null,
  image: Image | undefined,
  notes: string[],
): string | null {
  if (facts.types.length === 0) return null;
  const needsGpu = image?.processor === 'GPU';
  const fits = (name: string | null): boolean => {
    const type = facts.types.find((candidate) => candidate.name === name);
    return type !== undefined && type.available.ok && (!needsGpu || type.gpu > 0);
  };
  if (wished !== null && fits(wished)) return wished;
  if (wished !== null) notes.push(whyNot(facts, wished));
  const { cpuInstanceType, gpuInstanceType } = facts.defaults;
  const others = [facts.last?.instanceType ?? null, needsGpu ? gpuInstanceType : cpuInstanceType];
  return others.find(fits) ?? facts.types.find((type) => fits(type.name))?.name ?? null;
}

function whyNot(facts: ProposalFacts, wished: string): string {
  const type = facts.types.find((candidate) => candidate.name === wished);
  if (!type) return `${wished} is not available here: it is not in the catalogue.`;
  const reason = type.available.ok
    ? 'the image needs a GPU.'
    : (type.available.reason ?? 'this host cannot hold it.');
  return `${wished} is not available here: ${reason}`;
}

function kernelFor(image: Image | undefined, wished: string | null): string | null {
  if (!image || image.kernels.length === 0) return wished;
  return hasKernel(image, wished) ? wished : (image.kernels[0]?.name ?? null);
}

/** A former choice as it can be had now. */
function again(facts: ProposalFacts, chosen: Environment): Proposal {
  const notes: string[] = [];
  const former = byId(facts, chosen.imageId);
  if (chosen.imageId !== null && !former)
    notes.push(notHere(facts, chosen.imageId, `The image ${chosen.imageId} is not here any more.`));
  const image = former ?? defaultImage(facts);
  const kernelName = kernelFor(image, chosen.kernelName);
  if (former && chosen.kernelName !== null && kernelName !== chosen.kernelName)
    notes.push(`${former.displayName} has no kernel ${chosen.kernelName}.`);
  const instanceType = typeFor(facts, chosen.instanceType, image, notes);
  return withNotes({ imageId: image?.id ?? null, kernelName, instanceType, source: 'remembered' }, notes);
}

function withNotes(proposal: Proposal, notes: readonly string[]): Proposal {
  return notes.length === 0 ? proposal : { ...proposal, note: notes.join(' ') };
}

/** The image that the file names, by name or by its kernel, with notes where that is not possible. */
function imageOfWish(facts: ProposalFacts, wish: Wish, notes: string[]): Image | undefined {
  const named = wish.imageName === null ? undefined : findImage(facts.images, wish.imageName);
  if (named) return named;
  if (wish.imageName !== null && facts.images.length > 0)
    notes.push(notHere(facts, wish.imageName, `The image ${namesOf(wish.imageName).at(-1)} is not here.`));
  const image = imageForKernel(facts, wish.kernelName);
  if (!image && wish.kernelName !== null && facts.images.length > 0)
    notes.push(`No image here has a kernel ${wish.kernelName}.`);
  return image;
}

/** What of the wish the proposal follows: an image or type that it names, or the kernel when it names nothing else. */
function isFollowed(
  facts: ProposalFacts,
  wish: Wish,
  found: Image | undefined,
  type: string | null,
): boolean {
  if (wish.imageName !== null && found) return true;
  if (wish.instanceType !== null) return type === wish.instanceType;
  if (wish.imageName !== null || wish.kernelName === null) return false;
  return found !== undefined || facts.images.length === 0;
}

/** Makes the proposal; pure. */
export function propose(facts: ProposalFacts): Proposal {
  const { last, remembered } = facts;
  if (remembered) return again(facts, remembered);
  const wish = wishOf(facts.metadata);
  const notes: string[] = [];
  const found = imageOfWish(facts, wish, notes);
  const image = found ?? defaultImage(facts);
  const instanceType = typeFor(facts, wish.instanceType, image, notes);
  const isFromFile = isFollowed(facts, wish, found, instanceType);
  const imageId = image?.id ?? null;
  // A file that names a kernel and nothing else says little: what the user chose last is nearer.
  if (last && (!isFromFile || (wish.imageName === null && wish.instanceType === null))) {
    const kernelName = kernelFor(image, wish.kernelName ?? last.kernelName);
    return withNotes({ imageId, kernelName, instanceType, source: 'remembered' }, notes);
  }
  const kernelName = kernelFor(image, wish.kernelName);
  return withNotes({ imageId, kernelName, instanceType, source: isFromFile ? 'metadata' : 'default' }, notes);
}
