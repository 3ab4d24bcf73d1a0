import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useRootElement } from './use-root-element.ts';
import styles from './Tooltip.module.css';

/** Words for what has no room for them; `keys` shows the shortcut. The trigger must have its own accessible name. */
export function Tooltip({
  text,
  keys,
  children,
}: {
  text: string;
  keys?: string | undefined;
  children: ReactNode;
}) {
  const container = useRootElement();
  return (
    <Radix.Provider delayDuration={500} disableHoverableContent>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal container={container}>
          <Radix.Content className={styles['tooltip']} sideOffset={6} collisionPadding={8}>
            {text}
            {keys && <kbd className={styles['keys']}>{keys}</kbd>}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
