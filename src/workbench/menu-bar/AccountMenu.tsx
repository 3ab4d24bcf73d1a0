import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Icon } from '@/ui/Icon.tsx';
import { DropdownMenu } from '@/ui/Menu.tsx';
import styles from './MenuBar.module.css';

/** Who is signed in, and the way out. */
export function AccountMenu({ isNarrow }: { isNarrow: boolean }) {
  const { session, commands } = useServices();
  const name = useStore(session.store, (state) => ('me' in state ? state.me.displayName : null));
  if (name === null) return null;
  const signOut = {
    id: 'signOut',
    label: 'Sign out',
    icon: 'log-out',
    onSelect: () => void commands.run('workbench.signOut'),
  };
  return (
    <DropdownMenu label="Account" entries={[signOut]} align="end">
      <button type="button" className={styles['account']} aria-label={`Account ${name}`}>
        <span className={styles['initial']}>{name.slice(0, 1).toUpperCase()}</span>
        {!isNarrow && <span className={styles['name']}>{name}</span>}
        {!isNarrow && <Icon name="chevron-down" size={14} />}
      </button>
    </DropdownMenu>
  );
}
