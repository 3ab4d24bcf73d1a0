import { useState } from 'react';
import { type Column, type Sort, Table } from '@/ui/Table.tsx';
import { type Type, types } from '../fixtures.ts';
import { Section } from '../Section.tsx';

const columns: readonly Column<Type>[] = [
  { id: 'name', title: 'Type', render: ({ name }) => name, compare: (a, b) => a.name.localeCompare(b.name) },
  { id: 'vcpu', title: 'vCPU', isNumber: true, render: ({ vcpu }) => vcpu },
  {
    id: 'memory',
    title: 'Memory',
    isNumber: true,
    render: ({ memory }) => `${memory} GiB`,
    compare: (a, b) => a.memory - b.memory,
  },
  { id: 'use', title: 'Apps in use', render: ({ use, reason }) => reason ?? use },
];

export function Tables() {
  const [selected, setSelected] = useState<string | null>('ml.t3.medium');
  const [sort, setSort] = useState<Sort | null>({ column: 'memory', isDescending: false });
  const compare = columns.find(({ id }) => id === sort?.column)?.compare;
  const rows = compare ? types.toSorted(compare) : types;
  return (
    <Section title="Table">
      <div className="g-box g-scroll" tabIndex={0} role="region" aria-label="Table of the gallery">
        <Table
          label="Instance types"
          columns={columns}
          rows={sort?.isDescending ? rows.toReversed() : rows}
          keyOf={({ name }) => name}
          nameOf={({ name }) => name}
          reasonOf={({ reason }) => reason}
          selected={selected}
          onSelect={setSelected}
          sort={sort}
          onSort={setSort}
        />
      </div>
    </Section>
  );
}
