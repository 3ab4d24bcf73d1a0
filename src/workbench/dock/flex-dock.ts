import {
  type Action,
  Actions,
  DockLocation,
  type IGlobalAttributes,
  type IJsonModel,
  type IJsonRowNode,
  Model,
  type Node,
  TabNode,
  TabSetNode,
} from 'flexlayout-react';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { Emitter } from '@/base/emitter.ts';
import type { DockMove, DockPort, DockState, DockTab } from '@/platform/tabs/dock-port.ts';

/*
 * The dock on flexlayout. Invariants: no group is empty except the only one; a group whose tabs are all of area
 * `bottom` is a bottom group; the root row is vertical, so that a bottom group lies below everything.
 */

export type FlexDock = DockPort & {
  /** For the component that draws it. A new model comes only from `load`, before the component is there. */
  model(): Model;
  /** Keeps a person's close from happening before the tab service agrees. */
  intercept(action: Action): Action | undefined;
};

const settings: IGlobalAttributes = {
  rootOrientationVertical: true,
  enableEdgeDock: true,
  enableEdgeDockIndicators: false,
  tabEnableRename: false,
  tabEnablePopout: false,
  tabEnableScrollbars: false,
  tabSetEnableMaximize: false,
  tabSetMinWidth: 160,
  tabSetMinHeight: 96,
  tabSetEnableTabScrollbar: true,
};

const BOTTOM_SHARE = 30;
const bottomStrip = 'at-dock-bottom';

export function createFlexDock(): FlexDock {
  return new Dock();
}

class Dock implements FlexDock {
  #model: Model;
  #last: DockState;
  readonly #changed = new Emitter<DockState>();
  readonly #closeRequested = new Emitter<string>();
  readonly #listener = () => this.#tell();

  constructor() {
    this.#model = this.#use(
      Model.fromJson(wrap({ type: 'row', children: [{ type: 'tabset', children: [] }] })),
    );
    this.#last = readState(this.#model);
  }

  get onDidChange() {
    return this.#changed.event;
  }

  get onDidRequestClose() {
    return this.#closeRequested.event;
  }

  model(): Model {
    return this.#model;
  }

  intercept(action: Action): Action | undefined {
    if (action.type !== Actions.DELETE_TAB) return action;
    this.#closeRequested.fire(String(action.data['node']));
    return undefined;
  }

  state(): DockState {
    return this.#last;
  }

  add(tab: DockTab): void {
    const json = {
      id: tab.id,
      name: tab.title,
      component: 'tab',
      config: { area: tab.area },
      ...(tab.tooltip === undefined ? {} : { helpText: tab.tooltip }),
    };
    const groups = this.#groups();
    const fitting = groups.filter((group) => isBottom(group) === (tab.area === 'bottom'));
    const active = this.#model.getActiveTabset();
    const home = fitting.find((group) => group === active) ?? fitting[0];
    if (home) {
      this.#act(Actions.addTab(json, home.getId(), DockLocation.CENTER, -1, true));
      return;
    }
    const root = this.#model.getRootRow();
    if (!root) return;
    const place = tab.area === 'bottom' ? DockLocation.BOTTOM : DockLocation.TOP;
    this.#act(Actions.addTab(json, root.getId(), place, -1, true));
    this.#shareHeight();
    this.#activateGroupOf(tab.id);
  }

  remove(id: string): void {
    if (this.#tab(id)) this.#act(Actions.deleteTab(id));
  }

  select(id: string): void {
    const tab = this.#tab(id);
    if (!tab) return;
    if (!tab.isSelected()) this.#act(Actions.selectTab(id));
    this.#activateGroupOf(id);
  }

  rename(id: string, title: string, tooltip: string | undefined): void {
    const tab = this.#tab(id);
    if (!tab) return;
    const helpText = tooltip ?? '';
    if (tab.getName() !== title || tab.getHelpText() !== helpText)
      this.#act(Actions.updateNodeAttributes(id, { name: title, helpText }));
  }

  move(id: string, where: DockMove): void {
    const group = this.#tab(id)?.getParent();
    if (!(group instanceof TabSetNode)) return;
    if (where === 'next-group') {
      const groups = this.#groups();
      const next = groups[(groups.indexOf(group) + 1) % groups.length];
      if (!next || next === group) return;
      this.#act(Actions.moveNode(id, next.getId(), DockLocation.CENTER, -1, true));
    } else {
      // A group of one tab cannot be split: the same picture would come out.
      if (group.getChildren().length < 2) return;
      const place = where === 'right' ? DockLocation.RIGHT : DockLocation.BOTTOM;
      this.#act(Actions.moveNode(id, group.getId(), place, -1, true));
    }
    this.#activateGroupOf(id);
  }

  toJson(): JsonObject {
    return this.#model.toJson().layout as unknown as JsonObject;
  }

  load(layout: JsonObject, keeps: (id: string) => boolean): boolean {
    const row = prune(layout, keeps);
    if (!row) return false;
    let model: Model;
    try {
      model = Model.fromJson(wrap(row as unknown as IJsonRowNode));
    } catch {
      // Written by another version: the tabs are opened in one group instead.
      return false;
    }
    this.#model.removeChangeListener(this.#listener);
    this.#model = this.#use(model);
    this.#tell();
    return true;
  }

  dispose(): void {
    this.#model.removeChangeListener(this.#listener);
    this.#changed.dispose();
    this.#closeRequested.dispose();
  }

  #use(model: Model): Model {
    model.addChangeListener(this.#listener);
    model.setOnCreateTabSet((tab) =>
      tab && areaOf(tab) === 'bottom' ? { classNameTabStrip: bottomStrip } : {},
    );
    return model;
  }

  #act(action: Action): void {
    this.#model.doAction(action);
  }

  #tell(): void {
    const state = readState(this.#model);
    if (JSON.stringify(state) === JSON.stringify(this.#last)) return;
    this.#last = state;
    this.#changed.fire(state);
  }

  #tab(id: string): TabNode | undefined {
    const node = this.#model.getNodeById(id);
    return node instanceof TabNode ? node : undefined;
  }

  #groups(): TabSetNode[] {
    return groupsOf(this.#model);
  }

  #activateGroupOf(id: string): void {
    const group = this.#tab(id)?.getParent();
    if (group instanceof TabSetNode && !group.isActive()) this.#act(Actions.setActiveTabset(group.getId()));
  }

  /** Gives a new bottom group its share; splits that a person made keep theirs. */
  #shareHeight(): void {
    const root = this.#model.getRootRow();
    const rows = root?.getChildren() ?? [];
    if (!root || rows.length !== 2) return;
    this.#act(Actions.adjustWeights(root.getId(), [100 - BOTTOM_SHARE, BOTTOM_SHARE]));
  }
}

function wrap(layout: IJsonRowNode): IJsonModel {
  return { global: settings, borders: [], layout };
}

function groupsOf(model: Model): TabSetNode[] {
  const groups: TabSetNode[] = [];
  model.visitNodes((node: Node) => {
    if (node instanceof TabSetNode) groups.push(node);
  });
  return groups;
}

function areaOf(tab: Node): string | undefined {
  const config: unknown = tab instanceof TabNode ? tab.getConfig() : undefined;
  return (config as { area?: string } | undefined)?.area;
}

function isBottom(group: TabSetNode): boolean {
  const tabs = group.getChildren();
  return tabs.length > 0 && tabs.every((tab) => areaOf(tab) === 'bottom');
}

function readState(model: Model): DockState {
  const groups = groupsOf(model);
  const active = model.getActiveTabset() ?? groups[0];
  const visibleIds = groups.flatMap((group) => group.getSelectedNode()?.getId() ?? []);
  return {
    ids: groups.flatMap((group) => group.getChildren().map((tab) => tab.getId())),
    activeId: active?.getSelectedNode()?.getId() ?? visibleIds[0] ?? null,
    visibleIds,
  };
}

/** The kept row without tabs that nobody knows; null when nothing is left or it is no layout. */
function prune(node: JsonObject, keeps: (id: string) => boolean): JsonObject | null {
  if (node['type'] === 'tab') return typeof node['id'] === 'string' && keeps(node['id']) ? node : null;
  if (node['type'] !== 'row' && node['type'] !== 'tabset') return null;
  const before = Array.isArray(node['children']) ? node['children'] : [];
  const children = before.flatMap((child) => {
    const isNode = typeof child === 'object' && child !== null && !Array.isArray(child);
    return (isNode && prune(child, keeps)) || [];
  });
  if (children.length === 0) return null;
  // The place of the chosen tab among fewer tabs may be another: the first is shown instead.
  const selected = children.length === before.length ? {} : { selected: 0 };
  return { ...node, children, ...(node['type'] === 'tabset' ? selected : {}) };
}
