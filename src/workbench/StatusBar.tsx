import { type ComponentType, lazy, Suspense, useMemo } from 'react';
import type { StatusItem } from '@/platform/contributions/contribution.ts';
import { useServices } from '@/services/use-services.ts';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { ConnectionItem, ProblemsItem } from './StatusItems.tsx';
import styles from './StatusBar.module.css';

/** One line of facts: on the left kernel, connection and problems, on the right what belongs to the active tab. */
export function StatusBar({ items }: { items: readonly StatusItem[] }) {
  const views = useMemo(
    () => new Map(items.map((item) => [item.id, lazy(async () => ({ default: (await item.load()).View }))])),
    [items],
  );
  const draw = (side: StatusItem['side']) =>
    items
      .filter((item) => item.side === side)
      .map((item) => <Item key={item.id} id={item.id} View={views.get(item.id)} />);
  return (
    <footer role="contentinfo" aria-label="Status bar" className={styles['bar']}>
      <div className={styles['side']}>
        {draw('left')}
        <ConnectionItem />
        <ProblemsItem />
      </div>
      <div className={styles['side']}>{draw('right')}</div>
    </footer>
  );
}

function Item({ id, View }: { id: string; View: ComponentType | undefined }) {
  const { log } = useServices();
  if (!View) return null;
  return (
    <span className={styles['item']}>
      <ErrorBoundary what="This item" onError={(error) => log.error(`Status item ${id}`, error)}>
        <Suspense>
          <View />
        </Suspense>
      </ErrorBoundary>
    </span>
  );
}
