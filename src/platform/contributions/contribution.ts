import type { ComponentType } from 'react';
import type { Disposable } from '@/base/disposable.ts';
import type { ContextFacts, FocusArea } from '@/platform/context/context-service.ts';
import type { AnySetting } from '@/platform/settings/settings-service.ts';
import type { TabViewProps } from '@/platform/tabs/tab-service.ts';

/** Arguments of commands by id. Features add ids by declaration merging; `void` = no arguments. */
export interface CommandArgs {
  'workbench.showPalette': void;
}
/** Id of a command that some feature of this product has declared. */
export type CommandId = keyof CommandArgs;

/** Icon names are those of lucide in kebab-case that `@/ui/icon` knows. */
export type IconName = string;

/** `true`, or why the command cannot run now, in a few words for a tooltip. */
export type Enablement = true | { reason: string };

/** One declaration = palette entry, menu item, toolbar button, key. `S` is the product's `Services`. */
export type Command<S, Id extends CommandId = CommandId> = {
  id: Id;
  /** Sentence case; the palette and menus show it, tests find it by this name. */
  title: string;
  group: 'Run' | 'Open' | 'File' | 'Edit' | 'View' | 'Kernel' | 'Settings' | 'Help';
  icon?: IconName;
  /** Disabled commands stay in the palette with the reason. Default: always enabled. */
  enabled?(facts: ContextFacts): Enablement;
  /** Absent from the palette (still runnable by key or button). */
  hidden?: boolean;
  /** A choice that is on or off now: menus draw a tick. */
  isOn?(services: S): boolean;
  run(services: S, args: CommandArgs[Id]): void | Promise<void>;
};

/** A command whose id is only known at run time. */
export type AnyCommand<S> = { [Id in CommandId]: Command<S, Id> }[CommandId];

/** `Mod` is Ctrl, or Cmd on a Mac. Example: `Mod+Shift+L`, `Shift+Enter`, `D D` (two presses). */
export type Keybinding = { keys: string; command: CommandId; when?: readonly FocusArea[] };

/** Menus of the menu bar, by their titles. */
export type MenuName = 'File' | 'Edit' | 'View' | 'Run' | 'Kernel' | 'Tabs' | 'Settings' | 'Help';
/** A command in a menu; items of one `section` stand together. */
export type MenuItem = { menu: MenuName; section: string; command: CommandId; order?: number };

/** A panel of the activity bar. `title` is the accessible name of its tab and region. */
export type PanelView = {
  id: string;
  title: string;
  icon: IconName;
  order: number;
  /** What it shows is of the document in front; these stand together below the others. */
  isOfDocument?: boolean;
  load(): Promise<{ View: ComponentType }>;
  /** A number at the corner of the tab; it places itself. */
  loadBadge?(): Promise<{ View: ComponentType }>;
};

/** Opens a kind of tab. `matches` gives a priority for a path (0 = not mine); the highest opens the file. */
export type Opener = {
  kind: string;
  icon: IconName;
  matches?(path: string): number;
  load(): Promise<{ View: ComponentType<TabViewProps> }>;
};

/** A part of the status bar. */
export type StatusItem = {
  id: string;
  side: 'left' | 'right';
  order: number;
  load(): Promise<{ View: ComponentType }>;
};

/** What a feature brings, as data. The shell renders it; embedders may change the list. */
export type Contribution<S> = {
  id: string;
  commands?: readonly AnyCommand<S>[];
  keybindings?: readonly Keybinding[];
  menus?: readonly MenuItem[];
  views?: readonly PanelView[];
  openers?: readonly Opener[];
  statusItems?: readonly StatusItem[];
  settings?: readonly AnySetting[];
  /** Runs once when the workbench starts; the answer ends with it. */
  activate?(services: S): Disposable | void;
};

/** Types one command so that `args` follow its id. */
export function defineCommand<S>() {
  return <Id extends CommandId>(command: Command<S, Id>): AnyCommand<S> =>
    command as unknown as AnyCommand<S>;
}
