import { lazy, memo, type ReactNode, type RefObject, Suspense } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import { useNotebook } from '../view/use-notebook.ts';

const Bar = lazy(async () => ({ default: (await import('./FindBar.tsx')).FindBar }));
const Ticks = lazy(async () => ({ default: (await import('./FindTicks.tsx')).FindTicks }));

type FindPlaceProps = { region: RefObject<HTMLElement | null>; reveal: (id: CellId) => void };

/** The bar, once somebody wants to find something. */
export const FindPlace = memo(function FindPlace(props: FindPlaceProps) {
  const isOpen = useStore(useNotebook().session.find, (state) => state.isOpen);
  return isOpen ? (
    <Suspense fallback={null}>
      <Bar {...props} />
    </Suspense>
  ) : null;
});

/** The cells with the strip of ticks beside them. */
export function WithTicks({ children }: { children: ReactNode }) {
  const isOpen = useStore(useNotebook().session.find, (state) => state.isOpen);
  return (
    <div className="at-cells-frame">
      {children}
      {isOpen ? (
        <Suspense fallback={null}>
          <Ticks />
        </Suspense>
      ) : null}
    </div>
  );
}
