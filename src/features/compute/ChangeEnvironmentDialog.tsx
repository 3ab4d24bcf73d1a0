import type { Environment } from '@atelier-ide/contract';
import { useState } from 'react';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { SelectField } from '@/ui/Field.tsx';
import { instanceSize } from '@/ui/InstanceBadge.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import {
  currentEnvironment,
  inStudioOrder,
  priceText,
  reasonAgainst,
  samePlace,
  usageOf,
  usageText,
  withImage,
} from './choices.ts';
import { CostNote, ProblemNote, StaysNote } from './DialogNotes.tsx';
import { moveTo, useCarrying } from './use-choice.ts';
import styles from './dialogs.module.css';

export type ChangeEnvironmentArgs = { documentId: string | null };

/** Chooses image, kernel and instance type: for a document, or (null) for what is made next. */
export function View(props: DialogProps<ChangeEnvironmentArgs, true>) {
  const { args } = props;
  const close = (result: true | null) => props.close(result);
  const { compute, documents } = useServices();
  const state = useStore(compute.store, (s) => s);
  const document = useStore(documents.store, (s) =>
    args.documentId === null ? undefined : s.byId[args.documentId],
  );
  const name = document?.path.split('/').at(-1);
  const subtitle = name ? `For ${name}.` : 'For new notebooks and image terminals.';
  if (!state.isLoaded || (args.documentId !== null && !document)) {
    return (
      <Dialog title="Change environment" subtitle={subtitle} size={640} onClose={() => close(null)}>
        <Skeleton rows={4} label="Reading images and instance types" />
      </Dialog>
    );
  }
  const current = currentEnvironment(state, document?.binding);
  const start = current ?? document?.proposal ?? compute.defaultEnvironment();
  return (
    <Form
      state={state}
      documentId={args.documentId}
      subtitle={subtitle}
      current={current}
      start={{ imageId: start.imageId, kernelName: start.kernelName, instanceType: start.instanceType }}
      note={current ? undefined : document?.proposal.note}
      close={close}
    />
  );
}

type FormProps = {
  state: ComputeState;
  documentId: string | null;
  subtitle: string;
  /** Where the document runs now. */
  current: Environment | null;
  start: Environment;
  note: string | undefined;
  close: (result: true | null) => void;
};

function Form({ state, documentId, subtitle, current, start, note, close }: FormProps) {
  const services = useServices();
  const [environment, setEnvironment] = useState(start);
  const { isBusy, problem, carryOut } = useCarrying(close);
  const hasKernel = environment.kernelName !== null;
  const type = state.instanceTypes.find((one) => one.name === environment.instanceType);
  const image = state.images.find((one) => one.id === environment.imageId);
  const against = hasKernel && type ? reasonAgainst(state, type, image) : null;
  const isNew = !samePlace(environment, current);
  const select = () =>
    carryOut(async () => {
      if (documentId === null) services.compute.rememberEnvironment(environment);
      else if (isNew) await moveTo(services, documentId, environment);
    });
  return (
    <Dialog
      title="Change environment"
      subtitle={subtitle}
      size={640}
      onClose={() => close(null)}
      actions={
        <>
          <Button size="lg" onClick={() => close(null)}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            disabled={isBusy}
            disabledReason={against}
            onClick={() => void select()}
          >
            Select
          </Button>
        </>
      }
    >
      <div className={styles['fields']}>
        <ImageField state={state} environment={environment} onChange={setEnvironment} note={note} />
        <div className={styles['pair']}>
          <KernelField state={state} environment={environment} onChange={setEnvironment} />
          <TypeField state={state} environment={environment} onChange={setEnvironment} against={against} />
        </div>
        <SelectField
          label="Start-up script"
          isLarge
          options={[{ value: '', label: 'No script' }]}
          value=""
          hint="This backend has no start-up scripts."
          onChange={() => undefined}
        />
      </div>
      {hasKernel && type && priceText(type) && (
        <CostNote>
          {priceText(type)} from the first run until the last app on {type.name} stops.
        </CostNote>
      )}
      {documentId !== null && current && isNew && (
        <StaysNote typeName={current.instanceType} hasNew={hasKernel} />
      )}
      <ProblemNote problem={problem} />
    </Dialog>
  );
}

type FieldProps = {
  state: ComputeState;
  environment: Environment;
  onChange: (environment: Environment) => void;
};

function ImageField({ state, environment, onChange, note }: FieldProps & { note: string | undefined }) {
  const image = state.images.find((one) => one.id === environment.imageId);
  const packages = image?.packages?.slice(0, 3).map((one) => `${one.name} ${one.version}`) ?? [];
  const more = (image?.packages?.length ?? 0) - packages.length;
  const facts = [
    image?.processor,
    image?.guidance === 'TO_BE_ARCHIVED' ? 'will be removed' : null,
    packages.length > 0 ? `${packages.join(', ')}${more > 0 ? ` and ${more} more` : ''}` : image?.description,
  ];
  return (
    <SelectField
      label="Image"
      isLarge
      options={state.images.map((one) => ({
        value: one.id,
        label:
          one.status === 'CREATED'
            ? one.displayName
            : `${one.displayName}: ${one.failureReason ?? one.status}`,
        disabled: one.status !== 'CREATED',
      }))}
      value={environment.imageId ?? ''}
      hint={note ?? facts.filter(Boolean).join('. ')}
      onChange={(imageId) => onChange(withImage(state, environment, imageId))}
    />
  );
}

function KernelField({ state, environment, onChange }: FieldProps) {
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

function TypeField({ state, environment, onChange, against }: FieldProps & { against: string | null }) {
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
