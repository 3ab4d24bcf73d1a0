import { type Disposable, DisposableStore } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { Opener } from '@/platform/contributions/contribution.ts';
import type { DockMove, DockPort, DockState } from './dock-port.ts';
import { type KeptTabs, readKept, writeKept } from './kept-tabs.ts';
import type { Tab, TabInput, TabService } from './tab-service.ts';
import { createTabsStore } from './tabs-store.ts';

/** The tab service with what only the shell needs. */
export type WorkbenchTabs = TabService &
  Disposable & {
    move(id: string, where: DockMove): void;
    /** Activates the tab that many places further, round the end. */
    focusNeighbour(step: 1 | -1): void;
    /** The tabs and their layout as plain JSON. */
    keep(): KeptTabs;
    /** Opens what was kept; kinds that nobody opens now are dropped. */
    restore(kept: unknown): void;
  };

/**
 * What each tab shows; the dock says where it is. A tab is in the store exactly while it is in the dock. Store order
 * is the dock's order, and `activeId` is the dock's.
 */
export function createTabService(dock: DockPort, openers: readonly Opener[]): WorkbenchTabs {
  return new Tabs(dock, openers);
}

type Guard = () => Promise<boolean>;

class Tabs implements WorkbenchTabs {
  readonly store = createTabsStore();
  readonly #dock: DockPort;
  readonly #openers: readonly Opener[];
  readonly #guards = new Map<string, Guard>();
  readonly #closing = new Map<string, Promise<boolean>>();
  readonly #closed = new Emitter<Tab>();
  readonly #owned = new DisposableStore();
  #count = 0;

  constructor(dock: DockPort, openers: readonly Opener[]) {
    this.#dock = dock;
    this.#openers = openers;
    this.#owned.add(this.#closed);
    this.#owned.add(dock.onDidChange((state) => this.#follow(state)));
    this.#owned.add(dock.onDidRequestClose((id) => void this.close(id)));
  }

  get onDidClose() {
    return this.#closed.event;
  }

  open(input: TabInput, { another = false }: { another?: boolean } = {}): string {
    const same = this.store.getState().tabs.find((tab) => tab.kind === input.kind && tab.key === input.key);
    if (same && !another) {
      this.#dock.select(same.id);
      return same.id;
    }
    const id = this.#newId();
    const tab: Tab = { ...input, id, isDirty: false, isActive: false };
    this.store.setState(({ tabs }) => ({ tabs: [...tabs, tab] }));
    this.#dock.add({ id, title: tab.title, tooltip: tab.tooltip, area: tab.area ?? 'main' });
    return id;
  }

  openPath(path: string): string {
    const ranked = this.#openers
      .map((opener) => ({ opener, rank: opener.matches?.(path) ?? 0 }))
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => b.rank - a.rank);
    const best = ranked[0]?.opener;
    if (!best) throw new Error(`Nothing here opens ${path}`);
    return this.open({ kind: best.kind, key: path, title: path.split('/').at(-1) ?? path, tooltip: path });
  }

  focus(id: string): void {
    this.#dock.select(id);
  }

  close(id: string, options: { force?: boolean } = {}): Promise<boolean> {
    if (options.force) return Promise.resolve(this.#end(id));
    // A second request while the person is asked joins the first.
    const before = this.#closing.get(id);
    if (before) return before;
    const closing = this.#ask(id).finally(() => this.#closing.delete(id));
    this.#closing.set(id, closing);
    return closing;
  }

  update(id: string, change: Parameters<TabService['update']>[1]): void {
    const before = this.#find(id);
    if (!before) return;
    const tab: Tab = { ...before, ...change };
    const names = Object.keys(change) as (keyof typeof change)[];
    if (names.every((name) => Object.is(before[name], tab[name]))) return;
    this.store.setState(({ tabs }) => ({ tabs: tabs.map((one) => (one.id === id ? tab : one)) }));
    if (before.title !== tab.title || before.tooltip !== tab.tooltip)
      this.#dock.rename(id, tab.title, tab.tooltip);
  }

  setCloseGuard(id: string, guard: Guard | null): void {
    if (guard) this.#guards.set(id, guard);
    else this.#guards.delete(id);
  }

  move(id: string, where: DockMove): void {
    this.#dock.move(id, where);
  }

  focusNeighbour(step: 1 | -1): void {
    const { tabs, activeId } = this.store.getState();
    const at = tabs.findIndex((tab) => tab.id === activeId);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next) this.#dock.select(next.id);
  }

  keep(): KeptTabs {
    return writeKept(this.store.getState().tabs, this.#dock.toJson());
  }

  restore(value: unknown): void {
    const kept = readKept(value, (kind) => this.#openers.some((opener) => opener.kind === kind));
    if (!kept) return;
    const tabs = kept.tabs.map((tab): Tab => ({ ...tab, isDirty: false, isActive: false }));
    this.#count = Math.max(this.#count, ...tabs.map(({ id }) => Number(/\d+$/.exec(id)?.[0] ?? 0)));
    this.store.setState({ tabs });
    const isLoaded = this.#dock.load(kept.layout, (id) => tabs.some((tab) => tab.id === id));
    const placed = isLoaded ? this.#dock.state().ids : [];
    for (const { id, title, tooltip, area } of tabs) {
      if (!placed.includes(id)) this.#dock.add({ id, title, tooltip, area: area ?? 'main' });
    }
    this.#follow(this.#dock.state());
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #ask(id: string): Promise<boolean> {
    const guard = this.#guards.get(id);
    if (guard && !(await guard())) return false;
    return this.#end(id);
  }

  #end(id: string): boolean {
    const tab = this.#find(id);
    if (!tab) return true;
    this.#guards.delete(id);
    this.store.setState(({ tabs }) => ({ tabs: tabs.filter((one) => one.id !== id) }));
    this.#dock.remove(id);
    this.#closed.fire(tab);
    return true;
  }

  #follow({ ids, activeId, visibleIds }: DockState): void {
    const before = this.store.getState();
    const places = new Map(ids.map((id, place) => [id, place]));
    const place = (tab: Tab) => places.get(tab.id) ?? ids.length;
    const tabs = before.tabs
      .map((tab) =>
        tab.isActive === (tab.id === activeId) ? tab : { ...tab, isActive: tab.id === activeId },
      )
      .sort((a, b) => place(a) - place(b));
    const isMain = (id: string | null) => tabs.some((tab) => tab.id === id && tab.area !== 'bottom');
    const shown = visibleIds.filter(isMain);
    const mainId = isMain(activeId)
      ? activeId
      : (shown.find((id) => id === before.mainId) ?? shown[0] ?? null);
    const isSame = tabs.every((tab, index) => tab === before.tabs[index]) && before.activeId === activeId;
    if (!isSame || before.mainId !== mainId) this.store.setState({ tabs, activeId, mainId });
  }

  #find(id: string): Tab | undefined {
    return this.store.getState().tabs.find((tab) => tab.id === id);
  }

  #newId(): string {
    this.#count += 1;
    return `tab-${this.#count}`;
  }
}
