import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Tab, TabViewProps } from '@/platform/tabs/tab-service.ts';
import { createPageClock } from '@/services/clock.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { OutputFrames } from '../frames/OutputFrames.tsx';
import { createView } from '../view/create-view.ts';
import { NotebookBars } from '../view/NotebookBars.tsx';
import { NotebookContext, type NotebookView as Shared } from '../view/use-notebook.ts';
import { addressOf, titleFor } from './console-address.ts';
import { ConsoleEntries } from './ConsoleEntries.tsx';
import { ConsoleInput } from './ConsoleInput.tsx';
import { ConsoleSession } from './console-session.ts';
import { ConsoleToolbar } from './ConsoleToolbar.tsx';
import '../view/notebook.css';
import '../cells/cells.css';
import '../outputs/outputs.css';
import './console.css';

/** A console in a tab. What it shows of the kernel is chosen by its session: another choice is another session. */
export function View(props: TabViewProps) {
  const services = useServices();
  const [session, setSession] = useState<ConsoleSession | null>(null);
  const { tab } = props;
  const showsAll = tab.state?.['showsAll'] === true;
  const draft = useRef('');

  useEffect(() => {
    const make = () => new ConsoleSession(addressOf(tab), services, createPageClock(), draft.current);
    const lease = services.documents.sessions.acquire(tab.key, make);
    setSession(lease.session);
    return () => {
      draft.current = lease.session.input;
      lease.release();
    };
    // The rest of the tab's state is followed by the session that is there.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [services, tab.id, showsAll]);

  return session ? <Console key={String(showsAll)} session={session} {...props} /> : null;
}

type ConsoleProps = TabViewProps & { session: ConsoleSession };

function Console({ session, tab, isVisible }: ConsoleProps) {
  const services = useServices();
  const regionRef = useRef<HTMLElement>(null);
  const kernelState = useStore(session.store, (state) => state.kernel.state);
  const isReady = useStore(session.store, (state) => state.status.kind === 'ready');
  const isActive = useStore(services.tabs.store, (state) => state.activeId === tab.id) && isVisible;
  const shared = useMemo<Shared>(
    () => ({
      ...createView(session, services),
      reveal: () => undefined,
      revealHeading: () => false,
    }),
    [session, services],
  );
  useFacts(session, isActive);
  useRenames(session, tab);

  return (
    <NotebookContext value={shared}>
      <section
        ref={regionRef}
        className="at-notebook at-console"
        aria-label={tab.title}
        data-kernel-state={kernelState}
        onFocus={() => services.context.set({ focus: 'console' })}
        onKeyDown={(event) => closesHelp(event, session)}
      >
        <ConsoleToolbar session={session} tab={tab} />
        <NotebookBars />
        {isReady ? (
          <>
            <OutputFrames>
              <ConsoleEntries session={session} clearedAt={addressOf(tab).clearedAt} />
            </OutputFrames>
            <ConsoleInput session={session} isActive={isActive} />
          </>
        ) : null}
      </section>
    </NotebookContext>
  );
}

function closesHelp(event: ReactKeyboardEvent, session: ConsoleSession): void {
  if (event.key === 'Escape' && session.assist.dismiss()) event.preventDefault();
}

/** Commands on the kernel go to the console in front; those on cells have none there. */
function useFacts(session: ConsoleSession, isActive: boolean): void {
  const { context } = useServices();
  const binding = useStore(session.store, (state) => state.document?.binding);
  const hasApp =
    (binding?.state === 'bound' || binding?.state === 'switching') && binding.appId !== undefined;
  const isMain = useStore(useServices().tabs.store, (state) => state.mainId === state.activeId);
  useEffect(() => {
    if (!isActive || !isMain) return;
    const nothing = {
      isReady: false,
      hasWaiting: false,
      canUndo: false,
      canRedo: false,
      isEditing: false,
      isMarkdown: false,
    };
    context.set({ notebook: { ...nothing, hasApp, hasKernel: hasApp } });
    return () => context.set({ notebook: null });
  }, [context, isActive, isMain, hasApp]);
}

/** The notebook of the kernel may get another name. */
function useRenames(session: ConsoleSession, { id, state }: Tab): void {
  const { tabs } = useServices();
  const path = useStore(session.store, (now) => now.document?.path ?? null);
  useEffect(() => {
    if (!session.address.isAttached || path === null || state?.['notebook'] === path) return;
    tabs.update(id, { title: titleFor(path), tooltip: titleFor(path), state: { ...state, notebook: path } });
  }, [tabs, session, id, state, path]);
}
