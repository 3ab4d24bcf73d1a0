import type { Environment, Image } from '@atelier-ide/contract';
import { useState } from 'react';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { SelectField } from '@/ui/Field.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import {
  currentEnvironment,
  hasLostKernel,
  priceText,
  reasonAgainst,
  samePlace,
  withImage,
} from './choices.ts';
import { CostNote, ProblemNote, StaysNote } from './DialogNotes.tsx';
import { ImageField, KernelField, TypeField } from './EnvironmentFields.tsx';
import { FoundEnvironments } from './FoundEnvironments.tsx';
import { imageReason } from './image-making.ts';
import { ImageStates } from './ImageStates.tsx';
import { bindingOf, moveTo, useCarrying } from './use-choice.ts';
import { useFound } from './use-found.ts';
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

/** Stands for the first kernel of an image whose kernels are not known before it is made. */
const FIRST_KERNEL = '';

function withFirstKernel(state: ComputeState, environment: Environment): Environment {
  if (environment.kernelName !== FIRST_KERNEL) return environment;
  const image = state.images.find((one) => one.id === environment.imageId);
  return { ...environment, kernelName: image?.kernels[0]?.name ?? null };
}

/** Why the image cannot be selected yet, as a sentence. */
function unreadyText(image: Image | undefined): string | null {
  const reason = image ? imageReason(image) : null;
  if (!image || reason === null) return null;
  return `${image.displayName} ${image.status === 'CREATING' ? 'is ' : ''}${reason}.`;
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
  const [chosen, setChosen] = useState(start);
  const environment = withFirstKernel(state, chosen);
  const { isBusy, problem, carryOut } = useCarrying(close);
  const found = useFound();
  const use = (made: Image) => {
    const images = [...state.images.filter((one) => one.id !== made.id), made];
    const next = withImage({ ...state, images }, chosen, made.id);
    setChosen({ ...next, kernelName: made.kernels[0]?.name ?? FIRST_KERNEL });
  };
  const hasKernel = environment.kernelName !== null;
  const type = state.instanceTypes.find((one) => one.name === environment.instanceType);
  const image = state.images.find((one) => one.id === environment.imageId);
  const against = hasKernel && type ? reasonAgainst(state, type, image) : null;
  const isNew = !samePlace(environment, current);
  const select = () =>
    carryOut(async () => {
      if (documentId === null) services.compute.rememberEnvironment(environment);
      else if (isNew || hasLostKernel(state, bindingOf(services, documentId)))
        await moveTo(services, documentId, environment);
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
            disabledReason={unreadyText(image) ?? against}
            onClick={() => void select()}
          >
            Select
          </Button>
        </>
      }
    >
      <div className={styles['fields']}>
        <ImageField state={state} environment={environment} onChange={setChosen} note={note} />
        <ImageStates images={state.images} />
        <FoundEnvironments found={found} images={state.images} selected={environment.imageId} onUse={use} />
        <div className={styles['pair']}>
          <KernelField state={state} environment={environment} onChange={setChosen} />
          <TypeField state={state} environment={environment} onChange={setChosen} against={against} />
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
