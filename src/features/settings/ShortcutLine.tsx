import type { KeyboardEvent } from 'react';
import { IconButton } from '@/ui/Button.tsx';
import { Kbd } from '@/ui/Kbd.tsx';
import { Tag } from '@/ui/Tag.tsx';
import type { ShortcutRow } from './shortcut-rows.ts';
import styles from './Settings.module.css';

export type RowAction = 'change' | 'add' | 'remove' | 'reset';

type ShortcutLineProps = {
  row: ShortcutRow;
  /** The line that Tab goes to; its buttons are reached by Tab too. */
  isCurrent: boolean;
  isEditing: boolean;
  onAct: (action: RowAction) => void;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLTableRowElement>) => void;
};

/** One command with one of its keys. Enter changes them, Delete removes them. */
export function ShortcutLine({ row, isCurrent, isEditing, onAct, onFocus, onKeyDown }: ShortcutLineProps) {
  const { title, keys, where, setBy, binding, isChanged, conflicts } = row;
  const handleKey = (event: KeyboardEvent<HTMLTableRowElement>) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') onAct('change');
    else if (event.key === 'Delete' && binding) onAct('remove');
    else {
      onKeyDown(event);
      return;
    }
    event.preventDefault();
  };
  const tabIndex = isCurrent ? 0 : -1;
  return (
    <tr
      data-row={row.key}
      tabIndex={tabIndex}
      aria-selected={isEditing}
      onFocus={onFocus}
      onKeyDown={handleKey}
      onDoubleClick={() => onAct('change')}
    >
      <td>{title}</td>
      <td>{keys === '' ? <span className={styles['none']}>None</span> : <Keys keys={keys} />}</td>
      <td>{where}</td>
      <td>
        {conflicts.length > 0 ? (
          <Tag tone="warn" icon="triangle-alert">
            {setBy}, conflict
          </Tag>
        ) : (
          <span className={setBy === 'Not set' ? styles['none'] : undefined}>{setBy}</span>
        )}
      </td>
      <td className={styles['actions']}>
        {isChanged && (
          <IconButton
            icon="undo-2"
            label={`Reset keys of ${title}`}
            tabIndex={tabIndex}
            onClick={() => onAct('reset')}
          />
        )}
        {binding && (
          <>
            <IconButton
              icon="x"
              label={`Remove ${keys} from ${title}`}
              tabIndex={tabIndex}
              onClick={() => onAct('remove')}
            />
            <IconButton
              icon="plus"
              label={`Add keys to ${title}`}
              tabIndex={tabIndex}
              onClick={() => onAct('add')}
            />
          </>
        )}
        <IconButton
          icon="pencil"
          label={binding ? `Change ${keys} of ${title}` : `Set keys of ${title}`}
          tabIndex={tabIndex}
          onClick={() => onAct('change')}
        />
      </td>
    </tr>
  );
}

/** Each press in a cap of its own. */
function Keys({ keys }: { keys: string }) {
  const presses = keys.split(', ');
  return (
    <span className={styles['keys']}>
      {presses.map((press, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a chord may press one key twice
        <span key={index}>
          {index > 0 && <span className={styles['then']}> then </span>}
          <Kbd framed keys={press} />
        </span>
      ))}
    </span>
  );
}
