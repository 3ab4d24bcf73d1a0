import { useMemo, useState } from 'react';
import { removeKeys } from '@/platform/keybindings/key-conflicts.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { findRows, type ShortcutQuery, type ShortcutRow, shortcutRows } from './shortcut-rows.ts';
import { ShortcutTools } from './ShortcutTools.tsx';
import { ShortcutTable } from './ShortcutTable.tsx';
import type { RowAction } from './ShortcutLine.tsx';
import styles from './Settings.module.css';

/** Every command with its keys: to find, to change, to take away, to put back. */
export function View() {
  const { keybindings, commands, context, dialogs } = useServices();
  const { isMac } = keybindings;
  const state = useStore(keybindings.store, (all) => all);
  const [query, setQuery] = useState<ShortcutQuery>({ text: '', pressed: null, changedOnly: false });
  const [editing, setEditing] = useState<{ key: string; isNew: boolean } | null>(null);
  const [done, setDone] = useState('');
  const rows = useMemo(() => shortcutRows(commands.all(), state, isMac), [commands, state, isMac]);
  const found = useMemo(() => findRows(rows, query, isMac), [rows, query, isMac]);
  const conflicts = rows.filter((row) => row.conflicts.length > 0).length;

  const act = (row: ShortcutRow, action: RowAction) => {
    if (action === 'change' || action === 'add') {
      setDone('');
      setEditing({ key: row.key, isNew: action === 'add' });
      return;
    }
    setEditing(null);
    if (action === 'reset') keybindings.reset(row.command);
    else if (row.binding) keybindings.change(removeKeys(row.binding, state.bindings));
    setDone(
      action === 'reset'
        ? `${row.title} has its default keys.`
        : `${row.keys} was removed from ${row.title}.`,
    );
  };
  const resetAll = async () => {
    const isSure = await dialogs.confirm({
      title: 'Reset all keyboard shortcuts?',
      detail: 'The keys that you have set are lost. The default keys count again.',
      confirmLabel: 'Reset all shortcuts',
      danger: true,
    });
    if (!isSure) return;
    setEditing(null);
    keybindings.reset();
    setDone('All commands have their default keys.');
  };
  return (
    <section
      className={styles['page']}
      aria-label="Keyboard shortcuts"
      // Keys that are pressed here are for this page, not for the notebook before it.
      onFocusCapture={() => context.set({ focus: 'none' })}
    >
      <div className={styles['column']}>
        <h1>Keyboard shortcuts</h1>
        <ShortcutTools
          query={query}
          isMac={isMac}
          hasChanged={state.changed.size > 0}
          onQuery={setQuery}
          onResetAll={() => void resetAll()}
        />
        <p className={styles['count']} role="status">
          {done || countText(found.length, conflicts)}
        </p>
        <ShortcutTable
          rows={found}
          editing={editing}
          onAct={act}
          onEnd={(said) => {
            setEditing(null);
            if (said !== null) setDone(said);
          }}
        />
        <p className={styles['foot']}>
          Keys of the browser, such as {isMac ? '⌘W, ⌘T and ⌘N' : 'Ctrl+W, Ctrl+T and Ctrl+N'}, cannot be set.
          What you set is kept for you in this browser.
        </p>
      </div>
    </section>
  );
}

function countText(count: number, conflicts: number): string {
  const found = count === 1 ? '1 shortcut' : `${count} shortcuts`;
  if (count === 0) return 'No command fits. Search by name, keys or place.';
  return conflicts === 0 ? found : `${found}, ${conflicts} in conflict`;
}
