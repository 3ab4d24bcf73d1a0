import { ContextMenu as RadixContext, DropdownMenu as RadixDropdown } from 'radix-ui';
import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import { useRootElement } from './use-root-element.ts';
import styles from './Menu.module.css';

/** One line of a menu; `'separator'` draws a line between groups. */
export type MenuEntry =
  | 'separator'
  | {
      id: string;
      label: string;
      icon?: string;
      keys?: string | undefined;
      danger?: boolean;
      /** Why it cannot be chosen now. */
      reason?: string | undefined;
      onSelect(): void;
    };

type ItemOf = typeof RadixDropdown.Item | typeof RadixContext.Item;
type SeparatorOf = typeof RadixDropdown.Separator | typeof RadixContext.Separator;

function Entries({
  entries,
  Item,
  Separator,
}: {
  entries: readonly MenuEntry[];
  Item: ItemOf;
  Separator: SeparatorOf;
}) {
  return entries.map((entry, index) =>
    entry === 'separator' ? (
      // Separators have no identity but their place.
      // oxlint-disable-next-line react/no-array-index-key
      <Separator key={`separator-${index}`} className={styles['separator']} />
    ) : (
      <Item
        key={entry.id}
        className={styles['item']}
        disabled={entry.reason !== undefined}
        title={entry.reason}
        data-danger={entry.danger || undefined}
        onSelect={entry.onSelect}
      >
        <span className={styles['icon']}>{entry.icon && <Icon name={entry.icon} size={14} />}</span>
        <span className={styles['label']}>{entry.label}</span>
        {entry.keys && (
          <span className={styles['keys']} aria-hidden>
            {entry.keys}
          </span>
        )}
      </Item>
    ),
  );
}

export type MenuProps = { label: string; entries: readonly MenuEntry[]; children: ReactNode };

/** A menu below its button (`children`, which must take a ref). */
export function DropdownMenu({
  label,
  entries,
  align = 'start',
  children,
}: MenuProps & { align?: 'start' | 'end' }) {
  const container = useRootElement();
  return (
    <RadixDropdown.Root modal={false}>
      <RadixDropdown.Trigger asChild>{children}</RadixDropdown.Trigger>
      <RadixDropdown.Portal container={container}>
        <RadixDropdown.Content
          className={styles['menu']}
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
        >
          <Entries entries={entries} Item={RadixDropdown.Item} Separator={RadixDropdown.Separator} />
        </RadixDropdown.Content>
      </RadixDropdown.Portal>
    </RadixDropdown.Root>
  );
}

/** A menu at the pointer, by right click, long press or the menu key. */
export function ContextMenu({ label, entries, children }: MenuProps) {
  const container = useRootElement();
  return (
    <RadixContext.Root modal={false}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal container={container}>
        <RadixContext.Content className={styles['menu']} aria-label={label} collisionPadding={8}>
          <Entries entries={entries} Item={RadixContext.Item} Separator={RadixContext.Separator} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}
