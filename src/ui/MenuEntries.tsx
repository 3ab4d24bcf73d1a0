import type { ContextMenu, DropdownMenu, Menubar } from 'radix-ui';
import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import styles from './Menu.module.css';

export type MenuItemEntry = {
  id: string;
  label: string;
  icon?: string | undefined;
  keys?: string | undefined;
  danger?: boolean;
  /** Present = a choice that is on or off; drawn with a tick. */
  isChecked?: boolean | undefined;
  /** Why it cannot be chosen now; it stays reachable by keys so that the reason can be read. */
  reason?: string | undefined;
  onSelect: () => void;
};
export type Submenu = { id: string; label: string; icon?: string | undefined; entries: MenuLines };

/** One line of a menu; `'separator'` draws a line between groups. */
export type MenuEntry = 'separator' | MenuItemEntry | Submenu;

/** The lines, or a hook that gives them while the menu is open: a closed menu then costs nothing when facts change. */
export type MenuLines = readonly MenuEntry[] | (() => readonly MenuEntry[]);

/** The parts of the three Radix menus, which differ only in where they open. */
export type MenuParts =
  | Pick<
      typeof DropdownMenu,
      'Item' | 'CheckboxItem' | 'Separator' | 'Sub' | 'SubTrigger' | 'SubContent' | 'Portal'
    >
  | Pick<
      typeof ContextMenu,
      'Item' | 'CheckboxItem' | 'Separator' | 'Sub' | 'SubTrigger' | 'SubContent' | 'Portal'
    >
  | Pick<
      typeof Menubar,
      'Item' | 'CheckboxItem' | 'Separator' | 'Sub' | 'SubTrigger' | 'SubContent' | 'Portal'
    >;

export type MenuEntriesProps = {
  entries: MenuLines;
  parts: MenuParts;
  container: HTMLElement | null;
  /** Runs the chosen action once the menu is closed, so that a dialog it opens can return focus to what was there before. */
  onChoose: (action: () => void) => void;
};

/** The lines of a menu, shared by button menus, context menus and the menu bar. */
export function MenuEntries({ entries, ...rest }: MenuEntriesProps) {
  if (typeof entries === 'function') return <LiveEntries {...rest} useEntries={entries} />;
  return <KnownEntries {...rest} entries={entries} />;
}

type EntryProps = Omit<MenuEntriesProps, 'entries'>;

function LiveEntries({ useEntries, ...rest }: EntryProps & { useEntries: () => readonly MenuEntry[] }) {
  return <KnownEntries {...rest} entries={useEntries()} />;
}

function KnownEntries({ entries, ...props }: EntryProps & { entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) => {
    if (entry === 'separator') {
      // A separator has no identity but its place.
      // oxlint-disable-next-line react/no-array-index-key
      return <props.parts.Separator key={`separator-${index}`} className={styles['separator']} />;
    }
    if ('entries' in entry) return <SubmenuEntry key={entry.id} {...props} entry={entry} />;
    return <ItemEntry key={entry.id} {...props} entry={entry} />;
  });
}

function ItemEntry({ entry, parts, onChoose }: EntryProps & { entry: MenuItemEntry }) {
  const line = (
    <Line icon={entry.isChecked ? 'check' : entry.icon} label={entry.label}>
      {entry.keys && (
        <span className={styles['keys']} aria-hidden>
          {entry.keys}
        </span>
      )}
    </Line>
  );
  const shared = {
    className: styles['item'],
    title: entry.reason,
    'aria-disabled': entry.reason !== undefined || undefined,
    'aria-description': entry.reason,
    'data-danger': entry.danger || undefined,
    textValue: entry.label,
    onSelect: (event: Event) => {
      if (entry.reason === undefined) onChoose(entry.onSelect);
      else event.preventDefault();
    },
  };
  if (entry.isChecked === undefined) return <parts.Item {...shared}>{line}</parts.Item>;
  return (
    <parts.CheckboxItem {...shared} checked={entry.isChecked}>
      {line}
    </parts.CheckboxItem>
  );
}

function SubmenuEntry({ entry, parts, container, onChoose }: EntryProps & { entry: Submenu }) {
  return (
    <parts.Sub>
      <parts.SubTrigger className={styles['item']} textValue={entry.label}>
        <Line icon={entry.icon} label={entry.label}>
          <Icon name="chevron-right" size={14} />
        </Line>
      </parts.SubTrigger>
      <parts.Portal container={container}>
        <parts.SubContent
          className={styles['menu']}
          aria-label={entry.label}
          sideOffset={2}
          collisionPadding={8}
        >
          <MenuEntries entries={entry.entries} parts={parts} container={container} onChoose={onChoose} />
        </parts.SubContent>
      </parts.Portal>
    </parts.Sub>
  );
}

function Line({ icon, label, children }: { icon: string | undefined; label: string; children: ReactNode }) {
  return (
    <>
      <span className={styles['icon']}>{icon && <Icon name={icon} size={14} />}</span>
      <span className={styles['label']}>{label}</span>
      {children}
    </>
  );
}
