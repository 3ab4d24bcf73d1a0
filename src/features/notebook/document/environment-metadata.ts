/** What a notebook file says of the environment it was made for, and what a save writes there. */
import type { Environment, Image, PutDocument } from '@atelier-ide/contract';
import { isJsonObject, type JsonObject, type JsonValue } from '@atelier-ide/core/notebook/model.ts';

const SAGEMAKER_NAME = /__SAGEMAKER_INTERNAL__/;

const text = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function objectAt(metadata: JsonObject, key: string): JsonObject {
  const value = metadata[key];
  return isJsonObject(value) ? value : {};
}

/** The hints by which the server proposes an environment. */
export function environmentHints(metadata: JsonObject): NonNullable<PutDocument['metadata']> {
  const kernelspecName = text(objectAt(metadata, 'kernelspec')['name'])?.slice(0, 512);
  const instanceType = text(metadata['instance_type'])?.slice(0, 128);
  const imageId = text(objectAt(metadata, 'atelier')['image'])?.slice(0, 512);
  return {
    ...(kernelspecName === undefined ? {} : { kernelspecName }),
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(imageId === undefined ? {} : { imageId }),
  };
}

/** The language of the code cells as the file tells it; Python where it does not. */
export function languageOf(metadata: JsonObject): string {
  return (
    text(objectAt(metadata, 'language_info')['name']) ??
    text(objectAt(metadata, 'kernelspec')['language']) ??
    'python'
  );
}

/**
 * The metadata with the environment that the notebook is bound to. The kernelspec's keys that say nothing else stay;
 * a `…__SAGEMAKER_INTERNAL__…` name stays while the image it means is the chosen one. `languageInfo` is what the kernel
 * says of its language, once it has. The same object comes back where nothing changes.
 */
export function withEnvironment(
  metadata: JsonObject,
  environment: Environment,
  image: Image,
  languageInfo: JsonObject | null = null,
): JsonObject {
  const spec = image.kernels.find((kernel) => kernel.name === environment.kernelName);
  const before = objectAt(metadata, 'kernelspec');
  const name = text(before['name']);
  const isAlias = name !== undefined && SAGEMAKER_NAME.test(name) && meansImage(name, image);
  const kernelspec: JsonObject =
    spec === undefined || isAlias
      ? before
      : { ...before, display_name: spec.displayName, language: spec.language, name: spec.name };
  const info = languageInfo ?? languageWithout(metadata, spec?.language);
  const next: JsonObject = {
    ...metadata,
    ...(info === undefined ? {} : { language_info: info }),
    ...(Object.keys(kernelspec).length > 0 ? { kernelspec } : {}),
    ...(environment.instanceType === null ? {} : { instance_type: environment.instanceType }),
    atelier: { ...objectAt(metadata, 'atelier'), image: image.id, version: image.version },
  };
  return JSON.stringify(next) === JSON.stringify(metadata) ? metadata : next;
}

/** What is left of the file's language before the kernel has told its own: nothing that is of another one. */
function languageWithout(metadata: JsonObject, language: string | undefined): JsonObject | undefined {
  const before = text(objectAt(metadata, 'language_info')['name']);
  if (before === undefined || language === undefined || language === '') return undefined;
  return before.toLowerCase() === language.toLowerCase() ? undefined : { name: language };
}

/** Whether the file's name of an image is one of this image's aliases, in whatever part of the name it stands. */
function meansImage(kernelspecName: string, image: Image): boolean {
  const parts = kernelspecName.split('__SAGEMAKER_INTERNAL__');
  return image.aliases.some(
    (alias) => kernelspecName === alias || parts.some((part) => part.includes(alias)),
  );
}
