import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { DropdownMenu } from '@/ui/Menu.tsx';
import { MenuBar as MenuRow } from '@/ui/MenuBar.tsx';
import { useStudio } from '../use-studio.ts';
import { useNarrowerThan } from '../use-window-width.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { Logo } from './Logo.tsx';
import { useMenus } from './use-menus.ts';
import styles from './MenuBar.module.css';

/** The top line: menus, the way into the palette, messages, who is signed in. */
export function MenuBar() {
  const { commands } = useServices();
  const isNarrow = useNarrowerThan(960);
  return (
    <header className={styles['line']}>
      <Logo />
      {isNarrow ? <MenuButton /> : <Menus />}
      <span className={styles['space']} />
      <button
        type="button"
        className={styles['search']}
        aria-haspopup="dialog"
        aria-label="Search or run a command"
        // The focus stays where it is, so that the commands that suit it can be run.
        onPointerDown={(event) => event.preventDefault()}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => void commands.run('workbench.showPalette')}
      >
        <Icon name="search" size={14} />
        <span className={styles['prompt']}>Search or run a command</span>
        {!isNarrow && <span className={styles['keys']}>{commands.keysOf('workbench.showPalette')}</span>}
      </button>
      <Bell />
      <AccountMenu isNarrow={isNarrow} />
    </header>
  );
}

function Menus() {
  return <MenuRow label="Main menu" menus={useMenus()} />;
}

function MenuButton() {
  const menus = useMenus();
  const entries = menus.map(({ title, entries: lines }) => ({ id: title, label: title, entries: lines }));
  return (
    <DropdownMenu label="Main menu" entries={entries}>
      <IconButton icon="menu" label="Main menu" />
    </DropdownMenu>
  );
}

function Bell() {
  const { notifications } = useServices();
  const { shell } = useStudio();
  const isOpen = useStore(shell.store, (state) => state.isCentreOpen);
  const unread = useStore(
    notifications.store,
    ({ items }) => items.filter((item) => item.kind === 'error' && !item.isRead).length,
  );
  return (
    <span className={styles['bell']}>
      <IconButton
        icon="bell"
        label={unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`}
        isPressed={isOpen}
        onClick={() => shell.setCentre(!isOpen)}
      />
      {unread > 0 && <span className={styles['dot']} />}
    </span>
  );
}
