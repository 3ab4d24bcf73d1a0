import { type ComponentType, lazy, Suspense, useMemo } from 'react';
import type { Opener } from '@/platform/contributions/contribution.ts';
import type { TabViewProps } from '@/platform/tabs/tab-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';

export type LazyOpeners = ReadonlyMap<string, ComponentType<TabViewProps>>;

/** One lazy component for each kind of tab, made once, so that a tab is never mounted twice. */
export function useLazyOpeners(openers: readonly Opener[]): LazyOpeners {
  return useMemo(
    () =>
      new Map(
        openers.map((opener) => [opener.kind, lazy(async () => ({ default: (await opener.load()).View }))]),
      ),
    [openers],
  );
}

/** What a tab shows. A fault stays within the tab. */
export function TabContent({
  id,
  isVisible,
  openers,
}: {
  id: string;
  isVisible: boolean;
  openers: LazyOpeners;
}) {
  const { tabs, log } = useServices();
  const tab = useStore(tabs.store, (state) => state.tabs.find((one) => one.id === id));
  if (!tab) return null;
  const View = openers.get(tab.kind);
  if (!View) return <EmptyState icon="file" title={`${tab.title} cannot be shown here`} />;
  return (
    <ErrorBoundary what={tab.title} onError={(error) => log.error(`Tab ${tab.title}`, error)}>
      <Suspense fallback={<Skeleton label={`Loading ${tab.title}`} rows={6} />}>
        <Drawn View={View} tab={tab} isVisible={isVisible} />
      </Suspense>
    </ErrorBoundary>
  );
}

function Drawn({ View, ...props }: TabViewProps & { View: ComponentType<TabViewProps> }) {
  return <View {...props} />;
}
