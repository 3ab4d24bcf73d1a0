import type { StoreApi } from 'zustand/vanilla';
import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import type { Event } from '@/base/emitter.ts';

/** What a tab shows. Opening an input whose `kind` and `key` are open already focuses that tab. */
export type TabInput = {
  kind: string;
  /** Unique within the kind: a path, a terminal's address. */
  key: string;
  title: string;
  tooltip?: string;
  /** Where it says more than the icon of the kind. */
  icon?: string;
  /** Kept with the layout; must be plain JSON. */
  state?: { [name: string]: JsonValue };
  /** Where a new tab goes: main area (default) or the bottom panel (terminals). */
  area?: 'main' | 'bottom';
};

export type Tab = TabInput & { id: string; isDirty: boolean; isActive: boolean };

export type TabsState = {
  tabs: readonly Tab[];
  /** The tab that has the keyboard, in whatever area. */
  activeId: string | null;
  /** The tab in front of the main area: still there for commands while a terminal below has the keyboard. */
  mainId: string | null;
};

/** What a tab's component gets. It re-renders only through its own stores. */
export type TabViewProps = { tab: Tab; isVisible: boolean };

/** The dock as features see it; the layout library stays behind the workbench's `DockPort`. */
export type TabService = {
  readonly store: StoreApi<TabsState>;
  /** `another`: a second tab of what is open already. */
  open(input: TabInput, options?: { another?: boolean }): string;
  /** Opens a file with the opener that wants it most. `navigate` is not touched. */
  openPath(path: string): string;
  focus(id: string): void;
  /** Asks the close guard first; resolves to false when the person stays. */
  close(id: string, options?: { force?: boolean }): Promise<boolean>;
  /** `key` too, when a file was renamed: the tab stays as it is. */
  update(id: string, change: Partial<Pick<Tab, 'title' | 'tooltip' | 'isDirty' | 'key' | 'state'>>): void;
  /** A guard is asked before a tab closes; it returns false to stay, e.g. after a dialog. */
  setCloseGuard(id: string, guard: (() => Promise<boolean>) | null): void;
  readonly onDidClose: Event<Tab>;
};
