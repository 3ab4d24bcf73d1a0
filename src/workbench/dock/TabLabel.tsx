import { useLayoutEffect, useRef } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';

/** Title of a tab. It also marks the tab element, which the layout library draws, as unsaved. */
export function TabLabel({ id, title }: { id: string; title: string }) {
  const { tabs } = useServices();
  const isDirty = useStore(tabs.store, (state) => state.tabs.find((tab) => tab.id === id)?.isDirty ?? false);
  const label = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const tab = label.current?.closest<HTMLElement>('[role=tab]');
    if (!tab) return;
    if (isDirty) tab.setAttribute('data-dirty', 'true');
    else tab.removeAttribute('data-dirty');
  }, [isDirty]);
  return (
    <span ref={label} data-tab-id={id}>
      {title}
    </span>
  );
}
