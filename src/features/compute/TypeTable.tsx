import type { InstanceType } from '@atelier-ide/contract';
import { useState } from 'react';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { Button } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { SearchField, SelectField, Switch } from '@/ui/Field.tsx';
import { type Sort, Table } from '@/ui/Table.tsx';
import { inStudioOrder } from './choices.ts';
import { instanceColumns } from './InstanceColumns.tsx';
import { everyFastType, isShown, type TypeFilter, valuesOf } from './type-filter.ts';
import styles from './dialogs.module.css';

export type TypeTableProps = {
  state: ComputeState;
  currentName: string | null;
  selected: string | null;
  against: (type: InstanceType) => string | null;
  onSelect: (name: string) => void;
  onOpen: (name: string) => void;
};

/** The instance types as a table: filtered, sorted, with their places and live use. */
export function TypeTable({ state, currentName, selected, against, onSelect, onOpen }: TypeTableProps) {
  const [filter, setFilter] = useState(everyFastType);
  const [sort, setSort] = useState<Sort | null>(null);
  const columns = instanceColumns({ state, currentName, against });
  const rows = state.instanceTypes
    .filter((type) => isShown(type, filter, currentName))
    .toSorted(inStudioOrder);
  const sorted = columns.find((column) => column.id === sort?.column);
  rows.sort((a, b) => (sorted?.compare?.(a, b) ?? 0) * (sort?.isDescending ? -1 : 1));
  return (
    <>
      <Filters state={state} filter={filter} onChange={setFilter} shown={rows.length} />
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
          <NoType
            hasTypes={state.instanceTypes.length > 0}
            onClear={() => setFilter({ ...everyFastType, isFastOnly: false })}
          />
        )}
      </div>
    </>
  );
}

type FiltersProps = {
  state: ComputeState;
  filter: TypeFilter;
  onChange: (filter: TypeFilter) => void;
  shown: number;
};

function Filters({ state: { instanceTypes }, filter, onChange, shown }: FiltersProps) {
  const least = (value: number, unit: string) => ({ value: String(value), label: `${value}${unit} or more` });
  const vcpus = valuesOf(instanceTypes, (type) => type.vcpu).slice(1);
  const memories = valuesOf(instanceTypes, (type) => type.memoryGiB).slice(1);
  const gpus = valuesOf(instanceTypes, (type) => type.gpu).filter((count) => count > 0);
  return (
    <div className={styles['tools']}>
      <SearchField
        label="Filter"
        isLarge
        placeholder="Filter by name or size"
        value={filter.words}
        onChange={(words) => onChange({ ...filter, words })}
      />
      <SelectField
        label="vCPU"
        isLabelHidden
        isLarge
        value={String(filter.vcpu)}
        options={[{ value: '0', label: 'vCPU: any' }, ...vcpus.map((value) => least(value, ' vCPU'))]}
        onChange={(value) => onChange({ ...filter, vcpu: Number(value) })}
      />
      <SelectField
        label="Memory"
        isLabelHidden
        isLarge
        value={String(filter.memoryGiB)}
        options={[{ value: '0', label: 'Memory: any' }, ...memories.map((value) => least(value, ' GiB'))]}
        onChange={(value) => onChange({ ...filter, memoryGiB: Number(value) })}
      />
      <SelectField
        label="GPU"
        isLabelHidden
        isLarge
        value={filter.gpu === null ? '' : String(filter.gpu)}
        options={[
          { value: '', label: 'GPU: any' },
          { value: '0', label: 'No GPU' },
          ...gpus.map((value) => least(value, ' GPU')),
        ]}
        onChange={(value) => onChange({ ...filter, gpu: value === '' ? null : Number(value) })}
      />
      <span className={styles['count']} role="status">
        {shown} of {instanceTypes.length} types
      </span>
      <Switch
        label="Fast launch only"
        isOn={filter.isFastOnly}
        onChange={(isFastOnly) => onChange({ ...filter, isFastOnly })}
      />
    </div>
  );
}

function NoType({ hasTypes, onClear }: { hasTypes: boolean; onClear: () => void }) {
  if (!hasTypes) {
    return (
      <EmptyState icon="cpu" title="No instance types">
        This backend has none to choose from.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="cpu" title="No type fits" action={<Button onClick={onClear}>Clear filters</Button>}>
      Ask for less, or for all types and not only those that launch fast.
    </EmptyState>
  );
}
