import type { Environment, Image, StudioDocument } from '@atelier-ide/contract';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { ComputeService } from '@/services/compute/compute-service.ts';
import { withEnvironment } from '../document/environment-metadata.ts';

/** The environment that the document runs on, where it has one. */
export function boundEnvironment(
  document: StudioDocument | null,
  compute: ComputeService,
): { environment: Environment; image: Image } | null {
  const binding = document?.binding;
  if (!binding || (binding.state !== 'bound' && binding.state !== 'switching')) return null;
  const { apps, images } = compute.store.getState();
  const app = apps.find((one) => one.id === binding.appId);
  const image = images.find((one) => one.id === app?.imageId);
  if (!app || !image) return null;
  const { instanceType } = app;
  return { environment: { imageId: image.id, kernelName: binding.kernelName ?? null, instanceType }, image };
}

/** The notebook's metadata as a save writes it. */
export function environmentMetadata(
  metadata: JsonObject,
  document: StudioDocument | null,
  { compute, languageInfo }: { compute: ComputeService; languageInfo: JsonObject | null },
): JsonObject {
  const bound = boundEnvironment(document, compute);
  return bound ? withEnvironment(metadata, bound.environment, bound.image, languageInfo) : metadata;
}
