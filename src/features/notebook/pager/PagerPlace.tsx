import { lazy, Suspense } from 'react';
import { useStore } from '@/services/use-store.ts';
import { useNotebook } from '../view/use-notebook.ts';

const Pager = lazy(async () => ({ default: (await import('./Pager.tsx')).Pager }));

/** Where a kernel's page shows, below the cells; nothing of it is loaded before the first one. */
export function PagerPlace() {
  const { session } = useNotebook();
  const page = useStore(session.pager, (state) => state.page);
  if (!page) return null;
  return (
    <Suspense fallback={null}>
      <Pager page={page} />
    </Suspense>
  );
}
