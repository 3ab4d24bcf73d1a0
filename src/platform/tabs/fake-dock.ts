import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { Emitter } from '@/base/emitter.ts';
import type { DockPort, DockState, DockTab } from './dock-port.ts';

/** A dock with one group in each area, for tests of what is above it. */
export type FakeDock = DockPort & {
  readonly names: Map<string, string>;
  /** As when a person presses the cross of a tab. */
  pressClose(id: string): void;
};

export function createFakeDock(): FakeDock {
  let ids: string[] = [];
  let activeId: string | null = null;
  const names = new Map<string, string>();
  const areas = new Map<string, DockTab['area']>();
  /** The tab in front of each area. */
  const fronts = new Map<DockTab['area'], string>();
  const changed = new Emitter<DockState>();
  const closeRequested = new Emitter<string>();
  const state = (): DockState => ({
    ids,
    activeId,
    visibleIds: [...fronts.values()].filter((id) => ids.includes(id)),
  });
  const become = (next: string[], active: string | null) => {
    ids = next;
    activeId = active;
    if (active !== null) fronts.set(areas.get(active) ?? 'main', active);
    changed.fire(state());
  };
  return {
    names,
    state,
    add({ id, title, area }: DockTab) {
      areas.set(id, area);
      names.set(id, title);
      become([...ids, id], id);
    },
    remove(id) {
      const rest = ids.filter((one) => one !== id);
      become(rest, activeId === id ? (rest.at(-1) ?? null) : activeId);
    },
    select: (id) => become(ids, id),
    rename: (id, title) => void names.set(id, title),
    move: () => undefined,
    toJson: (): JsonObject => ({ ids: [...ids] }),
    load(layout, keeps) {
      if (!Array.isArray(layout['ids'])) return false;
      const kept = layout['ids'].map(String).filter(keeps);
      become(kept, kept[0] ?? null);
      return true;
    },
    onDidChange: changed.event,
    onDidRequestClose: closeRequested.event,
    pressClose: (id) => closeRequested.fire(id),
    dispose() {
      changed.dispose();
      closeRequested.dispose();
    },
  };
}
