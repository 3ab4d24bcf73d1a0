import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { Event } from '@/base/emitter.ts';

/** Where the tabs are. What they show is the tab service's business. */
export type DockState = {
  /** Ids from left to right, group after group. */
  ids: readonly string[];
  activeId: string | null;
  /** Those whose content can be seen: the chosen one of each group. */
  visibleIds: readonly string[];
};

/** A tab as the dock draws it. */
export type DockTab = { id: string; title: string; tooltip?: string | undefined; area: 'main' | 'bottom' };

/** Where a tab can be moved to. */
export type DockMove = 'right' | 'below' | 'next-group';

/** The layout library as the tab service sees it, so that it can be exchanged. */
export type DockPort = Disposable & {
  state(): DockState;
  add(tab: DockTab): void;
  remove(id: string): void;
  select(id: string): void;
  rename(id: string, title: string, tooltip: string | undefined): void;
  /** Moves a tab to a new split beside or below its group, or into the next group. */
  move(id: string, where: DockMove): void;
  toJson(): JsonObject;
  /** Takes a kept layout and drops the tabs that `keeps` refuses. False when it cannot be used. */
  load(layout: JsonObject, keeps: (id: string) => boolean): boolean;
  readonly onDidChange: Event<DockState>;
  /** A person asked to close a tab; it stays until `remove`. */
  readonly onDidRequestClose: Event<string>;
};
