import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import styles from './Table.module.css';

export type Column<R> = {
  id: string;
  title: string;
  isNumber?: boolean;
  render: (row: R) => ReactNode;
  /** Present = the column can be sorted. */
  compare?: (a: R, b: R) => number;
};

export type Sort = { column: string; isDescending: boolean };

export type TableProps<R> = {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  keyOf: (row: R) => string;
  /** Accessible name of a row where its cells together would not name it. */
  nameOf?: (row: R) => string;
  selected: string | null;
  onSelect: (key: string) => void;
  /** Enter or double click. */
  onOpen?: (key: string) => void;
  /** Why a row cannot be chosen; it stays focusable. */
  reasonOf?: (row: R) => string | undefined;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
};

/** A table whose rows are chosen by click or keys; the arrows choose as they move. */
export function Table<R>({
  label,
  columns,
  rows,
  keyOf,
  nameOf,
  selected,
  onSelect,
  onOpen,
  reasonOf,
  sort,
  onSort,
}: TableProps<R>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const choose = (row: R) => {
    if (!reasonOf?.(row)) onSelect(keyOf(row));
  };
  const handleKeyDown = (event: KeyboardEvent, row: R, index: number) => {
    const items = [...(body.current?.querySelectorAll<HTMLElement>('tr') ?? [])];
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 }[event.key];
    const target = next === undefined ? undefined : items[next];
    if (target) {
      event.preventDefault();
      target.focus();
      const following = rows[next ?? -1];
      if (following !== undefined) choose(following);
    } else if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      choose(row);
      if (event.key === 'Enter' && !reasonOf?.(row)) onOpen?.(keyOf(row));
    }
  };
  const hasSelected = rows.some((row) => keyOf(row) === selected);
  return (
    <table className={styles['table']} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row, index) => {
          const key = keyOf(row);
          const reason = reasonOf?.(row);
          return (
            <tr
              key={key}
              aria-label={nameOf?.(row)}
              tabIndex={key === selected || (!hasSelected && index === 0) ? 0 : -1}
              aria-selected={key === selected}
              aria-disabled={reason !== undefined || undefined}
              aria-description={reason}
              onClick={() => choose(row)}
              onDoubleClick={() => reason === undefined && onOpen?.(key)}
              onKeyDown={(event) => handleKeyDown(event, row, index)}
            >
              {columns.map((column) => (
                <td key={column.id} className={classNames(column.isNumber && styles['number'])}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

type HeadCellProps<R> = {
  column: Column<R>;
  sort: Sort | null | undefined;
  onSort: ((sort: Sort) => void) | undefined;
};

function HeadCell<R>({ column, sort, onSort }: HeadCellProps<R>) {
  const isSorted = sort?.column === column.id;
  const direction = isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined;
  return (
    <th className={classNames(column.isNumber && styles['number'])} aria-sort={direction} scope="col">
      {column.compare && onSort ? (
        <button
          type="button"
          onClick={() => onSort({ column: column.id, isDescending: isSorted && !sort.isDescending })}
        >
          {column.title}
          {isSorted && <Icon name={sort.isDescending ? 'arrow-down' : 'arrow-up'} size={14} />}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}
