import { type SyntheticEvent, useEffect, useMemo } from 'react';
import { useServices } from '@/services/use-services.ts';
import { ActivityBar } from './ActivityBar.tsx';
import { DialogHost } from './dialogs/DialogHost.tsx';
import { Dock } from './dock/Dock.tsx';
import { MenuBar } from './menu-bar/MenuBar.tsx';
import { Notifications } from './notifications/Notifications.tsx';
import { PaletteSlot } from './palette/PaletteSlot.tsx';
import { gatherParts } from './parts.ts';
import { SidePanel } from './SidePanel.tsx';
import { StatusBar } from './StatusBar.tsx';
import { useStudio } from './use-studio.ts';
import styles from './Workbench.module.css';

const launcher = { kind: 'launcher', key: 'launcher', title: 'Launcher' } as const;

/** The frame around the work: menu bar, activity bar with its panel, tabs, status bar; and what lies over them. */
export function Workbench() {
  const { services, contributions, dock, tabs } = useStudio();
  const { views, openers, statusItems } = useMemo(() => gatherParts(contributions), [contributions]);
  const hasLauncher = openers.some(({ kind }) => kind === launcher.kind);
  useAskBeforeLeaving();

  const leaveFocusArea = ({ target }: SyntheticEvent) => {
    // The frame's own controls belong to no feature: their keys must not reach the one that was focused before.
    const isFrame =
      target instanceof Element && !target.closest('[role=tabpanel], [data-panel], [role=dialog]');
    if (isFrame) services.context.set({ focus: 'none' });
  };

  return (
    <div className={styles['workbench']} onFocusCapture={leaveFocusArea}>
      <MenuBar />
      <div className={styles['middle']}>
        <ActivityBar views={views} />
        <SidePanel views={views} />
        <main className={styles['main']}>
          <Dock
            dock={dock}
            openers={openers}
            onNewTab={hasLauncher ? () => void tabs.open(launcher) : undefined}
          />
        </main>
      </div>
      <StatusBar items={statusItems} />
      <Notifications />
      <DialogHost />
      <PaletteSlot />
    </div>
  );
}

/** The browser asks before the page goes with work that neither this browser nor the server keeps. */
function useAskBeforeLeaving(): void {
  const { edits, session, tabs } = useServices();
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      const keepsOutputs = session.has('executions');
      const isKept = (path: string) => keepsOutputs && edits.holds(path);
      const { tabs: all } = tabs.store.getState();
      if (all.some((tab) => tab.isDirty && !isKept(tab.key))) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [edits, session, tabs]);
}
