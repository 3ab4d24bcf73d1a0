import { type ComponentType, lazy, Suspense, useMemo, useState } from 'react';
import type { PanelView } from '@/platform/contributions/contribution.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { PanelActionsContext } from '@/ui/PanelActions.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { Splitter } from '@/ui/Splitter.tsx';
import { panelWidths } from './shell.ts';
import { useOverlayPanel } from './use-overlay-panel.ts';
import { useStudio } from './use-studio.ts';
import { useNarrowerThan } from './use-window-width.ts';
import styles from './SidePanel.module.css';

/** The panel beside the activity bar. A panel that was open once keeps its state while it is hidden. */
export function SidePanel({ views }: { views: readonly PanelView[] }) {
  const { shell } = useStudio();
  const panelId = useStore(shell.store, (state) => state.panelId);
  const width = useStore(shell.store, (state) => state.panelWidth);
  const isOverlay = useNarrowerThan(1100);
  useOverlayPanel(shell, isOverlay);
  const [seen, setSeen] = useState<readonly string[]>([]);
  if (panelId !== null && !seen.includes(panelId)) setSeen([...seen, panelId]);
  const isOpen = panelId !== null;

  return (
    <div
      className={styles['place']}
      data-overlay={isOverlay || undefined}
      hidden={!isOpen}
      style={{ width }}
      onKeyDown={(event) => {
        if (isOverlay && event.key === 'Escape' && !event.defaultPrevented) shell.showPanel(null);
      }}
    >
      {views
        .filter((view) => seen.includes(view.id))
        .map((view) => (
          <Panel key={view.id} view={view} width={width} isOpen={view.id === panelId} />
        ))}
    </div>
  );
}

type PanelProps = { view: PanelView; width: number; isOpen: boolean };

function Panel({ view, width, isOpen }: PanelProps) {
  const { log } = useServices();
  const { shell } = useStudio();
  const [actions, setActions] = useState<HTMLElement | null>(null);
  const View = useMemo<ComponentType>(
    () => lazy(async () => ({ default: (await view.load()).View })),
    [view],
  );
  return (
    <section
      id={`at-panel-${view.id}`}
      data-panel={view.id}
      aria-label={view.title}
      className={styles['panel']}
      hidden={!isOpen}
    >
      <header className={styles['head']}>
        <h2 className={styles['title']}>{view.title}</h2>
        <div ref={setActions} className={styles['actions']} />
        <span className={styles['fold']}>
          <IconButton icon="x" label="Close panel" iconSize={14} onClick={() => shell.showPanel(null)} />
        </span>
      </header>
      <div className={styles['body']}>
        <ErrorBoundary what={view.title} onError={(error) => log.error(`Panel ${view.title}`, error)}>
          <Suspense fallback={<Skeleton label={`Loading ${view.title}`} rows={6} />}>
            <PanelActionsContext value={actions}>{actions && <Drawn View={View} />}</PanelActionsContext>
          </Suspense>
        </ErrorBoundary>
      </div>
      <div className={styles['edge']}>
        <Splitter
          label="Width of the side panel"
          value={width}
          min={panelWidths.least}
          max={panelWidths.most}
          onChange={(next) => shell.resizePanel(next)}
          onReset={() => shell.resizePanel(panelWidths.usual)}
        />
      </div>
    </section>
  );
}

function Drawn({ View }: { View: ComponentType }) {
  return <View />;
}
