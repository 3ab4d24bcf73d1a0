import { type ComponentType, type KeyboardEvent, lazy, Suspense, useMemo, useRef } from 'react';
import type { PanelView } from '@/platform/contributions/contribution.ts';
import { useStore } from '@/services/use-store.ts';
import { Icon } from '@/ui/Icon.tsx';
import { DropdownMenu } from '@/ui/Menu.tsx';
import { Tooltip } from '@/ui/Tooltip.tsx';
import { useMenus } from './menu-bar/use-menus.ts';
import { useStudio } from './use-studio.ts';
import styles from './ActivityBar.module.css';

/** The panels by their icons. One tab stop; arrows move, Enter unfolds, and on the open one folds. */
export function ActivityBar({ views }: { views: readonly PanelView[] }) {
  const { shell } = useStudio();
  const panelId = useStore(shell.store, (state) => state.panelId);
  const lastId = useStore(shell.store, (state) => state.lastPanelId);
  const bar = useRef<HTMLDivElement>(null);
  const badges = useMemo(() => badgesOf(views), [views]);
  const stop = views.find(({ id }) => id === (panelId ?? lastId))?.id ?? views[0]?.id;

  const handleKeyDown = (event: KeyboardEvent) => {
    const items = [...(bar.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])];
    const at = items.indexOf(event.target as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    items[(next + items.length) % items.length]?.focus();
  };

  return (
    <nav aria-label="Panels" className={styles['place']}>
      <div
        ref={bar}
        role="tablist"
        aria-label="Activity bar"
        aria-orientation="vertical"
        className={styles['bar']}
        onKeyDown={handleKeyDown}
      >
        {views.map((view) => (
          <Tooltip key={view.id} text={view.title}>
            <button
              type="button"
              role="tab"
              aria-label={view.title}
              aria-selected={view.id === panelId}
              data-of-document={view.isOfDocument}
              aria-controls={view.id === panelId ? `at-panel-${view.id}` : undefined}
              tabIndex={view.id === stop ? 0 : -1}
              className={styles['tab']}
              onClick={() => shell.togglePanel(view.id)}
            >
              <Icon name={view.icon} size={18} />
              <Badge View={badges.get(view.id)} />
            </button>
          </Tooltip>
        ))}
      </div>
      <SettingsButton />
    </nav>
  );
}

function badgesOf(views: readonly PanelView[]): ReadonlyMap<string, ComponentType> {
  const badges = new Map<string, ComponentType>();
  for (const view of views) {
    if (!view.loadBadge) continue;
    badges.set(
      view.id,
      lazy(async () => ({ default: (await view.loadBadge?.())?.View ?? (() => null) })),
    );
  }
  return badges;
}

function Badge({ View }: { View: ComponentType | undefined }) {
  return <Suspense>{View && <View />}</Suspense>;
}

/** The menu "Settings" at hand, at the foot of the bar. */
function SettingsButton() {
  const settings = useMenus().find(({ title }) => title === 'Settings');
  if (!settings) return null;
  return (
    <DropdownMenu label="Settings" entries={settings.entries} side="right">
      <button type="button" aria-label="Settings" title="Settings" className={styles['tab']}>
        <Icon name="settings" size={18} />
      </button>
    </DropdownMenu>
  );
}
