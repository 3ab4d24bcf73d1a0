import type { Image, ImageStep } from '@atelier-ide/contract';

/** How far an image is, in words for a line: `Step 2 of 5: Download 42 packages`, or why it was not made. Pure. */

export type MakingFacts = {
  /** Its place among the steps, from 1; 0 = none has begun. */
  place: number;
  count: number;
  /** The step that runs or failed. */
  step: ImageStep | undefined;
  /** Done steps by all, for a bar; null where the image tells no steps. */
  share: number | null;
};

export function makingFacts({ steps = [] }: Pick<Image, 'steps'>): MakingFacts {
  const at = steps.findIndex((one) => one.state === 'running' || one.state === 'failed');
  const done = steps.filter((one) => one.state === 'done').length;
  return {
    place: at < 0 ? done : at + 1,
    count: steps.length,
    step: steps[at],
    share: steps.length === 0 ? null : done / steps.length,
  };
}

/** `Step 2 of 5: Download 42 packages`; without steps only that it is being made. */
export function makingText(image: Pick<Image, 'steps'>): string {
  const { place, count, step } = makingFacts(image);
  if (!step) return count > 0 && place === count ? 'Nearly done' : 'Waiting to be made';
  return `Step ${place} of ${count}: ${step.title}`;
}

/** Why an image cannot be selected; null = it can. */
export function imageReason(image: Image): string | null {
  switch (image.status) {
    case 'CREATED':
      return null;
    case 'CREATING':
      return `being made, ${makingText(image).replace(/^\w/, (first) => first.toLowerCase())}`;
    case 'CREATE_FAILED':
      return 'was not made';
    case 'DELETING':
      return 'is being removed';
  }
}

/** The group that an image stands in. */
export function imageGroup({ scope }: Image): string {
  return scope === 'domain' ? 'Product' : 'Yours';
}
