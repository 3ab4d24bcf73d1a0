import type { Environment } from '@atelier-ide/contract';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { SelectField } from '@/ui/Field.tsx';
import { instanceSize } from '@/ui/InstanceBadge.tsx';
import { inStudioOrder, packagesText, reasonAgainst, usageOf, usageText, withImage } from './choices.ts';
import { imageGroup, imageReason } from './image-making.ts';

type FieldProps = {
  state: ComputeState;
  environment: Environment;
  onChange: (environment: Environment) => void;
};

/** The image, by group; one that is not ready says why. */
export function ImageField({
  state,
  environment,
  onChange,
  note,
}: FieldProps & { note: string | undefined }) {
  const image = state.images.find((one) => one.id === environment.imageId);
  const facts = [
    image?.processor,
    image?.guidance === 'TO_BE_ARCHIVED' ? 'will be removed' : null,
    packagesText(image?.packages ?? []) ?? image?.description,
  ];
  const options = state.images
    .toSorted((a, b) => a.scope.localeCompare(b.scope))
    .map((one) => {
      const reason = imageReason(one);
      const label = reason === null ? one.displayName : `${one.displayName}, ${reason}`;
      return { value: one.id, label, disabled: reason !== null, group: imageGroup(one) };
    });
  return (
    <SelectField
      label="Image"
      isLarge
      options={options}
      value={environment.imageId ?? ''}
      hint={note ?? facts.filter(Boolean).join('. ')}
      onChange={(imageId) => onChange(withImage(state, environment, imageId))}
    />
  );
}

/** The kernel of the image, or none. */
export function KernelField({ state, environment, onChange }: FieldProps) {
  const image = state.images.find((one) => one.id === environment.imageId);
  const kernel = image?.kernels.find((one) => one.name === environment.kernelName);
  return (
    <SelectField
      label="Kernel"
      isLarge
      options={[
        { value: '', label: 'No kernel' },
        ...(image?.kernels ?? []).map((one) => ({ value: one.name, label: one.displayName })),
      ]}
      value={environment.kernelName ?? ''}
      hint={kernel ? languageTitle(kernel.language) : 'Nothing runs until a kernel is chosen.'}
      onChange={(name) => onChange({ ...environment, kernelName: name === '' ? null : name })}
    />
  );
}

/** `python` is a key, `Python` a name. */
function languageTitle(language: string): string {
  return language === '' ? '' : `Language: ${language[0]?.toUpperCase()}${language.slice(1)}`;
}

/** The instance type, with its size; one that cannot be had says why. */
export function TypeField({
  state,
  environment,
  onChange,
  against,
}: FieldProps & { against: string | null }) {
  const image = state.images.find((one) => one.id === environment.imageId);
  if (state.instanceTypes.length === 0) {
    return (
      <SelectField
        label="Instance type"
        isLarge
        disabled
        options={[{ value: '', label: 'Unknown' }]}
        value=""
        hint="This backend has no instance types."
        onChange={() => undefined}
      />
    );
  }
  const type = state.instanceTypes.find((one) => one.name === environment.instanceType);
  const facts = type && [type.fastLaunch ? 'Fast launch' : null, usageText(usageOf(state, type.name))];
  return (
    <SelectField
      label="Instance type"
      isLarge
      options={state.instanceTypes.toSorted(inStudioOrder).map((one) => {
        const reason = reasonAgainst(state, one, image);
        const label = `${one.name}, ${instanceSize(one)}`;
        return {
          value: one.name,
          label: reason === null ? label : `${label}. ${reason}`,
          disabled: reason !== null,
          group: one.category,
        };
      })}
      value={environment.instanceType ?? ''}
      problem={against}
      hint={facts?.filter(Boolean).join('. ')}
      onChange={(instanceType) => onChange({ ...environment, instanceType })}
    />
  );
}
