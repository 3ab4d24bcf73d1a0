import { Fragment, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { KeyEditor } from './KeyEditor.tsx';
import type { ShortcutRow } from './shortcut-rows.ts';
import { type RowAction, ShortcutLine } from './ShortcutLine.tsx';
import styles from './Settings.module.css';

type ShortcutTableProps = {
  rows: readonly ShortcutRow[];
  editing: { key: string; isNew: boolean } | null;
  onAct: (row: ShortcutRow, action: RowAction) => void;
  onEnd: (done: string | null) => void;
};

/** The lines; one is reached by Tab, the arrow keys go on from there. */
export function ShortcutTable({ rows, editing, onAct, onEnd }: ShortcutTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [at, setAt] = useState('');
  const returnTo = useRef<string | null>(null);
  const current = rows.some(({ key }) => key === at) ? at : (rows[0]?.key ?? '');

  useEffect(() => {
    // A changed line has another key: the keyboard goes to a line of the same command.
    const command = returnTo.current;
    if (command === null) return;
    returnTo.current = null;
    const line = rows.find((row) => row.command === command);
    if (line) focusLine(body.current, line.key);
  });

  const move = (event: KeyboardEvent, index: number) => {
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: rows.length - 1 }[event.key];
    const next = to === undefined ? undefined : rows[to];
    if (!next) return;
    event.preventDefault();
    focusLine(body.current, next.key);
  };
  const act = (row: ShortcutRow, action: RowAction) => {
    if (action === 'remove' || action === 'reset') returnTo.current = row.command;
    onAct(row, action);
  };
  return (
    <table role="grid" className={styles['table']} aria-label="Keyboard shortcuts">
      <thead>
        <tr>
          <th scope="col">Command</th>
          <th scope="col">Keys</th>
          <th scope="col">Where</th>
          <th scope="col">Set by</th>
          <th scope="col">
            <span className="at-visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row, index) => (
          <Fragment key={row.key}>
            <ShortcutLine
              row={row}
              isCurrent={row.key === current}
              isEditing={editing?.key === row.key}
              onAct={(action) => act(row, action)}
              onFocus={() => setAt(row.key)}
              onKeyDown={(event) => move(event, index)}
            />
            {editing?.key === row.key && (
              <tr>
                <td colSpan={5}>
                  <KeyEditor
                    row={row}
                    isNew={editing.isNew}
                    onEnd={(done) => {
                      returnTo.current = row.command;
                      onEnd(done);
                    }}
                  />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function focusLine(body: HTMLElement | null, key: string): void {
  body?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)?.focus();
}
