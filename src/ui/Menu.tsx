import { ContextMenu as RadixContext, DropdownMenu as RadixDropdown } from 'radix-ui';
import type { ReactNode } from 'react';
import { MenuEntries, type MenuLines } from './MenuEntries.tsx';
import { useChosenAction } from './use-chosen-action.ts';
import { useRootElement } from './use-root-element.ts';
import styles from './Menu.module.css';

export type { MenuEntry } from './MenuEntries.tsx';

export type MenuProps = { label: string; entries: MenuLines; children: ReactNode };

/** A menu below its button (`children`, which must take a ref). */
export function DropdownMenu({
  label,
  entries,
  align = 'start',
  side = 'bottom',
  children,
}: MenuProps & { align?: 'start' | 'end'; side?: 'bottom' | 'right' }) {
  const container = useRootElement();
  const { choose, runAfterClose } = useChosenAction();
  return (
    <RadixDropdown.Root modal={false}>
      <RadixDropdown.Trigger asChild>{children}</RadixDropdown.Trigger>
      <RadixDropdown.Portal container={container}>
        <RadixDropdown.Content
          className={styles['menu']}
          aria-label={label}
          aria-labelledby={undefined}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={runAfterClose}
        >
          <MenuEntries entries={entries} parts={RadixDropdown} container={container} onChoose={choose} />
        </RadixDropdown.Content>
      </RadixDropdown.Portal>
    </RadixDropdown.Root>
  );
}

/** A menu at the pointer, by right click, long press or the menu key. */
export function ContextMenu({ label, entries, children }: MenuProps) {
  const container = useRootElement();
  const { choose, runAfterClose } = useChosenAction();
  return (
    <RadixContext.Root modal={false}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal container={container}>
        <RadixContext.Content
          className={styles['menu']}
          aria-label={label}
          collisionPadding={8}
          onCloseAutoFocus={runAfterClose}
        >
          <MenuEntries entries={entries} parts={RadixContext} container={container} onChoose={choose} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}
