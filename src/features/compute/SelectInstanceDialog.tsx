import type { Environment, InstanceType } from '@atelier-ide/contract';
import { useState } from 'react';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { Switch, SearchField } from '@/ui/Field.tsx';
import { instanceSize } from '@/ui/InstanceBadge.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { type Sort, Table } from '@/ui/Table.tsx';
import { currentEnvironment, fitsFilter, inStudioOrder, priceText, reasonAgainst } from './choices.ts';
import { CostNote, ProblemNote, StaysNote } from './DialogNotes.tsx';
import { instanceColumns } from './InstanceColumns.tsx';
import { moveTo, useCarrying } from './use-choice.ts';
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
  return type ? `${name} runs on ${type.name}, ${instanceSize(type)}.` : `${name} has no kernel.`;
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
      if (typeName === null || (current && typeName === current.instanceType)) return;
      await moveTo(services, documentId, { ...start, instanceType: typeName });
    });
  const reason = type ? against(type) : 'Choose an instance type.';
  return (
    <Dialog
      title="Select instance"
      subtitle={subtitle}
      size={976}
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

type TypeTableProps = {
  state: ComputeState;
  currentName: string | null;
  selected: string | null;
  against: (type: InstanceType) => string | null;
  onSelect: (name: string) => void;
  onOpen: (name: string) => void;
};

function TypeTable({ state, currentName, selected, against, onSelect, onOpen }: TypeTableProps) {
  const [filter, setFilter] = useState('');
  const [isFastOnly, setFastOnly] = useState(true);
  const [sort, setSort] = useState<Sort | null>(null);
  const columns = instanceColumns({ state, currentName, against });
  const rows = state.instanceTypes
    .filter((type) => !isFastOnly || type.fastLaunch || type.name === currentName)
    .filter((type) => fitsFilter(type, filter))
    .toSorted(inStudioOrder);
  const sorted = columns.find((column) => column.id === sort?.column);
  rows.sort((a, b) => (sorted?.compare?.(a, b) ?? 0) * (sort?.isDescending ? -1 : 1));
  return (
    <>
      <div className={styles['tools']}>
        <SearchField
          label="Filter"
          isLarge
          placeholder="Filter by name or size"
          value={filter}
          onChange={setFilter}
        />
        <span className={styles['count']} role="status">
          {rows.length} of {state.instanceTypes.length} types
        </span>
        <Switch label="Fast launch only" isOn={isFastOnly} onChange={setFastOnly} />
      </div>
      <div className={styles['scroll']}>
        <Table
          label="Instance types"
          columns={columns}
          rows={rows}
          keyOf={(type) => type.name}
          nameOf={(type) => type.name}
          selected={selected}
          onSelect={onSelect}
          onOpen={onOpen}
          reasonOf={(type) => against(type) ?? undefined}
          sort={sort}
          onSort={setSort}
        />
        {rows.length === 0 && (
          <EmptyState icon="cpu" title="No type fits">
            {state.instanceTypes.length === 0
              ? 'This backend has no instance types.'
              : 'Clear the filter or turn off "Fast launch only".'}
          </EmptyState>
        )}
      </div>
    </>
  );
}
