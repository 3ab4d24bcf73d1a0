import { type Environment, environmentSchema } from '@atelier-ide/contract';
import type { ComputeState } from './compute-service.ts';

/** The kernel of this name in the image, else the image's first one, else none. */
function kernelIn(state: ComputeState, imageId: string | null, wish: string | null): string | null {
  const kernels = state.images.find((image) => image.id === imageId)?.kernels ?? [];
  return (kernels.find((kernel) => kernel.name === wish) ?? kernels[0])?.name ?? null;
}

/** What the domain proposes for something new. */
export function domainEnvironment(state: ComputeState): Environment {
  const created = state.images.filter((image) => image.status === 'CREATED');
  const defaults = state.domain?.defaults;
  const image = created.find((one) => one.id === defaults?.imageId) ?? created[0];
  const wish = image?.processor === 'GPU' ? defaults?.gpuInstanceType : defaults?.cpuInstanceType;
  return {
    imageId: image?.id ?? null,
    kernelName: kernelIn(state, image?.id ?? null, null),
    instanceType: wish ?? null,
  };
}

/** A remembered environment, where it can still be had; what is gone falls back to the domain's. */
export function rememberedEnvironment(state: ComputeState, stored: unknown): Environment {
  const fallback = domainEnvironment(state);
  const parsed = environmentSchema.safeParse(stored);
  if (!parsed.success) return fallback;
  const { imageId, kernelName, instanceType } = parsed.data;
  if (!state.images.some((image) => image.id === imageId && image.status === 'CREATED')) return fallback;
  const isKnown = instanceType === null || state.instanceTypes.some((type) => type.name === instanceType);
  return {
    imageId,
    kernelName: kernelName === null ? null : kernelIn(state, imageId, kernelName),
    instanceType: isKnown ? instanceType : fallback.instanceType,
  };
}
