import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { type Sort, Table } from './Table.tsx';

afterEach(cleanup);

type Row = { name: string; memory: number; reason?: string };
const rows: Row[] = [
  { name: 'ml.t3.medium', memory: 4 },
  { name: 'ml.m5.large', memory: 8, reason: 'Needs 8 GiB, this host has 4 GiB' },
  { name: 'ml.r5.large', memory: 16 },
];

function Types({ onOpen }: { onOpen?: (key: string) => void }) {
  const [selected, setSelected] = useState<string | null>(null);
  const [sort, setSort] = useState<Sort | null>(null);
  return (
    <Table
      label="Instance types"
      columns={[
        { id: 'name', title: 'Type', render: (row: Row) => row.name },
        {
          id: 'memory',
          title: 'Memory',
          isNumber: true,
          render: (row: Row) => `${row.memory} GiB`,
          compare: (a, b) => a.memory - b.memory,
        },
      ]}
      rows={rows}
      keyOf={(row) => row.name}
      nameOf={(row) => row.name}
      reasonOf={(row) => row.reason}
      selected={selected}
      onSelect={setSelected}
      sort={sort}
      onSort={setSort}
      {...(onOpen ? { onOpen } : {})}
    />
  );
}

const row = (name: string) => screen.getByRole('row', { name });

it('rows are one tab stop, arrows move and choose', () => {
  render(<Types />);
  expect(row('ml.t3.medium').tabIndex).toBe(0);
  row('ml.t3.medium').focus();
  fireEvent.keyDown(row('ml.t3.medium'), { key: 'End' });
  expect(document.activeElement).toBe(row('ml.r5.large'));
  expect(row('ml.r5.large').getAttribute('aria-selected')).toBe('true');
  expect(row('ml.t3.medium').tabIndex).toBe(-1);
});

it('a row that cannot be chosen takes focus and says why, but is not chosen', () => {
  const onOpen = vi.fn();
  render(<Types onOpen={onOpen} />);
  row('ml.t3.medium').focus();
  fireEvent.keyDown(row('ml.t3.medium'), { key: 'ArrowDown' });
  const disabled = row('ml.m5.large');
  expect(document.activeElement).toBe(disabled);
  expect(disabled.getAttribute('aria-description')).toBe('Needs 8 GiB, this host has 4 GiB');
  fireEvent.keyDown(disabled, { key: 'Enter' });
  fireEvent.click(disabled);
  fireEvent.doubleClick(disabled);
  expect(disabled.getAttribute('aria-selected')).toBe('false');
  expect(onOpen).not.toHaveBeenCalled();
});

it('a sortable head asks for its order and turns it around', () => {
  render(<Types />);
  const head = screen.getByRole('columnheader', { name: 'Memory' });
  fireEvent.click(screen.getByRole('button', { name: 'Memory' }));
  expect(head.getAttribute('aria-sort')).toBe('ascending');
  fireEvent.click(screen.getByRole('button', { name: 'Memory' }));
  expect(head.getAttribute('aria-sort')).toBe('descending');
  expect(screen.getByRole('columnheader', { name: 'Type' }).hasAttribute('aria-sort')).toBe(false);
});
