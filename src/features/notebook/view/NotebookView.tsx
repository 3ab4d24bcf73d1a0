import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { TabViewProps } from '@/platform/tabs/tab-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { CellList } from '../cells/CellList.tsx';
import { OutputFrames } from '../frames/OutputFrames.tsx';
import { FindPlace, WithTicks } from '../find/FindPlace.tsx';
import { useFindFacts } from '../find/use-find-facts.ts';
import { useLongRuns } from '../queue/use-long-runs.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { createView } from './create-view.ts';
import { PagerPlace } from '../pager/PagerPlace.tsx';
import { EmptyNotebook } from './EmptyNotebook.tsx';
import { findHeading } from './find-heading.ts';
import { NotebookBars } from './NotebookBars.tsx';
import { NotebookToolbar } from './NotebookToolbar.tsx';
import { OpenProblem } from './OpenProblem.tsx';
import { StateAnnouncer } from './StateAnnouncer.tsx';
import { useContextFacts } from './use-context-facts.ts';
import { NotebookContext, type NotebookView as Shared } from './use-notebook.ts';
import { useNativeClipboard } from './use-native-clipboard.ts';
import { usePageGuards } from './use-page-guards.ts';
import { useProbe } from './use-probe.ts';
import { useView } from './use-session.ts';
import { useTab } from './use-tab.ts';
import './notebook.css';
import '../cells/cells.css';
import '../outputs/outputs.css';

/** A notebook in a tab; the tab's key is its path. Two tabs of one file share the session, as two views of it. */
export function View(props: TabViewProps) {
  const session = useView(props.tab.key, props.tab.id);
  return session ? <Notebook session={session} {...props} /> : null;
}

type NotebookProps = TabViewProps & { session: NotebookSession };
type Reveal = (id: CellId, align: 'auto' | 'start') => void;

function Notebook({ session, tab, isVisible }: NotebookProps) {
  const services = useServices();
  const regionRef = useRef<HTMLElement>(null);
  const revealRef = useRef<Reveal | null>(null);
  const path = useStore(session.store, (state) => state.path);
  const status = useStore(session.store, (state) => state.status);
  const isInFront = useStore(services.tabs.store, (state) => state.mainId === tab.id);
  const isEmpty = useStore(session.store, (state) => state.order.length === 0);

  const shared = useMemo<Shared>(
    () => ({
      ...createView(session, services),
      reveal: (id) => revealRef.current?.(id, 'auto'),
      revealHeading(fragment) {
        const id = findHeading(session.store.getState(), fragment);
        if (id === null) return false;
        revealRef.current?.(id, 'start');
        session.editing.select(id);
        return true;
      },
    }),
    [session, services],
  );
  const handleReady = useMemo(
    () => (reveal: Reveal) => {
      revealRef.current = reveal;
    },
    [],
  );
  useTab(session, tab);
  useKernelMark(session, regionRef);
  useContextFacts({ session, region: regionRef, isActive: isInFront && isVisible });
  useNativeClipboard({ session, region: regionRef, isActive: isInFront && isVisible });
  useFindFacts(session, isInFront && isVisible);
  useEffect(() => {
    const reveals = session.onWillReveal((id) => revealRef.current?.(id, 'start'));
    return () => reveals.dispose();
  }, [session]);
  usePageGuards(session, tab.isActive && isVisible);
  useProbe(session);
  useLongRuns(session);
  useFirstFocus({ region: regionRef, shared, isReady: status.kind === 'ready', isVisible });

  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    <NotebookContext value={shared}>
      <section ref={regionRef} className="at-notebook" aria-label={`Notebook ${name}`}>
        {status.kind === 'problem' ? <OpenProblem problem={status.problem} /> : <NotebookToolbar />}
        {status.kind === 'ready' ? (
          <>
            <FindPlace region={regionRef} reveal={shared.reveal} />
            <NotebookBars />
            <ErrorBoundary what="This notebook">
              {isEmpty ? (
                <EmptyNotebook />
              ) : (
                <OutputFrames>
                  <WithTicks>
                    <CellList onReady={handleReady} />
                  </WithTicks>
                </OutputFrames>
              )}
            </ErrorBoundary>
            <PagerPlace />
            <StateAnnouncer />
          </>
        ) : null}
        {status.kind === 'loading' ? <Skeleton rows={6} label={`Reading ${name}`} /> : null}
      </section>
    </NotebookContext>
  );
}

/** Says on the region what the kernel does. Outside React: it changes twice a cell, and nothing else hangs on it. */
function useKernelMark({ store }: NotebookSession, region: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const mark = (state: string) => region.current?.setAttribute('data-kernel-state', state);
    mark(store.getState().kernel.state);
    return store.subscribe((now, before) => {
      if (now.kernel.state !== before.kernel.state) mark(now.kernel.state);
    });
  }, [store, region]);
}

type FirstFocus = {
  region: RefObject<HTMLElement | null>;
  shared: Shared;
  isReady: boolean;
  isVisible: boolean;
};

/** Nothing has the keyboard, or only the tab of what was shown before: the palette gives it back to where it was. */
function isKeyboardFree(): boolean {
  const { activeElement, body } = document;
  if (activeElement === null || activeElement === body) return true;
  return activeElement.matches('[role=tab][aria-selected=false]:has([data-tab-id])');
}

/** A notebook that comes into view takes the keyboard when nothing else has it. */
function useFirstFocus({ region, shared, isReady, isVisible }: FirstFocus): void {
  useEffect(() => {
    if (!isReady || !isVisible || !isKeyboardFree()) return;
    shared.focus.claim();
    region.current?.querySelector<HTMLElement>('[data-active]')?.focus({ preventScroll: true });
  }, [isReady, isVisible, region, shared]);
}
