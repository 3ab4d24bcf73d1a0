import { useMemo, useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { SearchField } from '@/ui/Field.tsx';
import { Kbd } from '@/ui/Kbd.tsx';
import { useStudio } from '../use-studio.ts';
import { shortcutGroups } from './shortcut-groups.ts';
import styles from './Shortcuts.module.css';

/** The dialog "Keyboard shortcuts", while it is wanted. */
export function Shortcuts() {
  const { shell } = useStudio();
  const isOpen = useStore(shell.store, (state) => state.areShortcutsOpen);
  return isOpen ? <ShortcutsDialog onClose={() => shell.setShortcuts(false)} /> : null;
}

/** Every command that has keys, by what it belongs to. */
function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { commands } = useServices();
  const [query, setQuery] = useState('');
  const groups = useMemo(() => shortcutGroups(commands, query), [commands, query]);
  return (
    <Dialog
      title="Keyboard shortcuts"
      subtitle="Cells have keys of their own while no text is edited; Escape leaves the text."
      size={640}
      onClose={onClose}
      actions={
        <Button variant="primary" size="lg" onClick={onClose}>
          Close
        </Button>
      }
    >
      <SearchField label="Filter shortcuts" value={query} onChange={setQuery} />
      <div className={styles['groups']} tabIndex={0} role="region" aria-label="Shortcuts">
        {groups.length === 0 && <p className={styles['none']}>No command with keys is named “{query}”.</p>}
        {groups.map(({ title, lines }) => (
          <section key={title} aria-label={title}>
            <h3 className={styles['title']}>{title}</h3>
            <dl className={styles['lines']}>
              {lines.map(({ id, name, keys }) => (
                <div key={id} className={styles['line']}>
                  <dt>{name}</dt>
                  <dd>
                    <Kbd framed keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
