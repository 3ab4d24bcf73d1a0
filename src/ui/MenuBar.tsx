import { Menubar } from 'radix-ui';
import { useRef } from 'react';
import { MenuEntries, type MenuLines } from './MenuEntries.tsx';
import { useChosenAction } from './use-chosen-action.ts';
import { useRootElement } from './use-root-element.ts';
import styles from './Menu.module.css';

export type MenuBarProps = {
  label: string;
  menus: readonly { title: string; entries: MenuLines }[];
};

/** A row of menus. A chosen entry gives focus back to where it was before the bar was used. */
export function MenuBar({ label, menus }: MenuBarProps) {
  const container = useRootElement();
  const { choose, runAfterClose } = useChosenAction();
  const before = useRef<HTMLElement | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  const remember = (from: EventTarget | null) => {
    if (!(from instanceof HTMLElement)) return;
    if (!bar.current?.contains(from) && !from.closest('[role=menu]')) before.current = from;
  };
  const chooseAndReturn = (action: () => void) =>
    choose(() => {
      if (before.current?.isConnected) before.current.focus();
      action();
    });
  return (
    <Menubar.Root
      ref={bar}
      aria-label={label}
      className={styles['bar']}
      onFocus={(event) => remember(event.relatedTarget)}
      onPointerDownCapture={() => remember(document.activeElement)}
    >
      {menus.map(({ title, entries }) => (
        <Menubar.Menu key={title}>
          <Menubar.Trigger className={styles['trigger']}>{title}</Menubar.Trigger>
          <Menubar.Portal container={container}>
            <Menubar.Content
              className={styles['menu']}
              aria-label={title}
              aria-labelledby={undefined}
              align="start"
              sideOffset={4}
              collisionPadding={8}
              onCloseAutoFocus={runAfterClose}
            >
              <MenuEntries
                entries={entries}
                parts={Menubar}
                container={container}
                onChoose={chooseAndReturn}
              />
            </Menubar.Content>
          </Menubar.Portal>
        </Menubar.Menu>
      ))}
    </Menubar.Root>
  );
}
