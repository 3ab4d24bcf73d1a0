import type { Environment, InstanceType } from '@atelier-ide/contract';
import { useState } from 'react';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { enforcementText, isUnenforced } from '@/ui/enforcement-text.ts';
import { Icon } from '@/ui/Icon.tsx';
import { gibText, instanceSize } from '@/ui/InstanceBadge.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { currentEnvironment, hasLostKernel, priceText, reasonAgainst } from './choices.ts';
import { CostNote, ProblemNote, StaysNote } from './DialogNotes.tsx';
import { TypeTable } from './TypeTable.tsx';
import { bindingOf, moveTo, useCarrying } from './use-choice.ts';
import styles from './dialogs.module.css';

export type SelectInstanceArgs = { documentId: string };

/** Chooses the type of instance that a document runs on. */
export function View(props: DialogProps<SelectInstanceArgs, true>) {
  const { args } = props;
  const close = (result: true | null) => props.close(result);
  const { compute, documents } = useServices();
  const state = useStore(compute.store, (s) => s);
  const document = useStore(documents.store, (s) => s.byId[args.documentId]);
  if (!state.isLoaded || !document) {
    return (
      <Dialog title="Select instance" size={976} onClose={() => close(null)}>
        <Skeleton rows={8} label="Reading instance types" />
      </Dialog>
    );
  }
  const current = currentEnvironment(state, document.binding);
  const name = document.path.split('/').at(-1) ?? document.path;
  return (
    <Picker
      state={state}
      documentId={document.id}
      subtitle={subtitleOf(state, name, current)}
      current={current}
      start={current ?? withKernel(state, document.proposal)}
      close={close}
    />
  );
}

/** A type is chosen to run on, so a document without a kernel gets the one that its image proposes. */
function withKernel(state: ComputeState, { imageId, kernelName, instanceType }: Environment): Environment {
  const first = state.images.find((one) => one.id === imageId)?.kernels[0]?.name ?? null;
  return { imageId, kernelName: kernelName ?? first, instanceType };
}

function subtitleOf(state: ComputeState, name: string, current: Environment | null): string {
  const type = state.instanceTypes.find((one) => one.name === current?.instanceType);
  if (!type) return `${name} has no kernel.`;
  const instance = state.instances.find((one) => one.type === type.name);
  const usage = instance && (state.usage[instance.id] ?? instance.usage);
  const used = usage ? ` Memory in use: ${gibText(usage.memoryBytes)}.` : '';
  return `${name} runs on ${type.name}, ${instanceSize(type)}.${used}`;
}

type PickerProps = {
  state: ComputeState;
  documentId: string;
  subtitle: string;
  current: Environment | null;
  start: Environment;
  close: (result: true | null) => void;
};

function Picker({ state, documentId, subtitle, current, start, close }: PickerProps) {
  const services = useServices();
  const [selected, setSelected] = useState(start.instanceType);
  const { isBusy, problem, carryOut } = useCarrying(close);
  const image = state.images.find((one) => one.id === start.imageId);
  const type = state.instanceTypes.find((one) => one.name === selected);
  const against = (one: InstanceType) => reasonAgainst(state, one, image);
  const isNew = selected !== (current?.instanceType ?? null);
  const save = (typeName: string | null) =>
    carryOut(async () => {
      const isHere = current !== null && typeName === current.instanceType;
      if (typeName === null || (isHere && !hasLostKernel(state, bindingOf(services, documentId)))) return;
      await moveTo(services, documentId, { ...start, instanceType: typeName });
    });
  const reason = type ? against(type) : 'Choose an instance type.';
  return (
    <Dialog
      title="Select instance"
      subtitle={subtitle}
      size={976}
      onClose={() => close(null)}
      footerStart={<EnforcementNote state={state} />}
      actions={
        <>
          <Button size="lg" onClick={() => close(null)}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            disabled={isBusy}
            disabledReason={isNew ? reason : null}
            onClick={() => void save(selected)}
          >
            Save and continue
          </Button>
        </>
      }
    >
      <TypeTable
        state={state}
        currentName={current?.instanceType ?? null}
        selected={selected}
        against={against}
        onSelect={setSelected}
        onOpen={(name) => void save(name)}
      />
      {type && isNew && priceText(type) && (
        <CostNote>
          {priceText(type)} from the first run until the last app on {type.name} stops.
        </CostNote>
      )}
      {current && isNew && <StaysNote typeName={current.instanceType} hasNew />}
      <ProblemNote problem={problem} />
    </Dialog>
  );
}

/** Where sizes are only words, whoever chooses one has to know it. */
function EnforcementNote({ state: { domain } }: { state: ComputeState }) {
  if (!isUnenforced(domain?.enforcement)) return null;
  return (
    <span className={styles['foot']}>
      <Icon name="info" size={14} /> {enforcementText(domain?.enforcement)}
    </span>
  );
}
