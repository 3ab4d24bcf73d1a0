import type { Enablement, Keybinding, MenuItem } from '@/platform/contributions/contribution.ts';
import type { ContextFacts, FocusArea } from '@/platform/context/context-service.ts';
import { defineStudioCommand, type StudioContribution } from '@/services/services.ts';
import type { WorkbenchTabs } from '@/platform/tabs/create-tab-service.ts';
import type { Shell } from './shell.ts';
import { signOut } from './sign-out.ts';
import { themeCommands, themeSetting } from './theme-commands.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'workbench.toggleTheme': void;
    'workbench.followSystemTheme': void;
    'workbench.useLightTheme': void;
    'workbench.useDarkTheme': void;
    'workbench.useHighContrast': void;
    'workbench.toggleSidePanel': void;
    'workbench.showPanel': { id: string };
    'workbench.togglePanel': { id: string };
    'workbench.showNotifications': void;
    'workbench.closeTab': void;
    'workbench.closeAllTabs': void;
    'workbench.nextTab': void;
    'workbench.previousTab': void;
    'workbench.moveTabRight': void;
    'workbench.moveTabDown': void;
    'workbench.moveTabToNextGroup': void;
    'workbench.signOut': void;
  }
}

const withTab = (facts: ContextFacts): Enablement =>
  facts.activeTabId === null ? { reason: 'No tab is open' } : true;

/** Everywhere but in a terminal, where these keys copy. */
const notTerminal: readonly FocusArea[] = [
  ...(['none', 'files', 'notebook-command', 'notebook-edit', 'editor', 'launcher'] as const),
];

const keybindings: readonly Keybinding[] = [
  { keys: 'Mod+Shift+P', command: 'workbench.showPalette' },
  { keys: 'Mod+Shift+C', command: 'workbench.showPalette', when: notTerminal },
  { keys: 'F1', command: 'workbench.showPalette' },
  { keys: 'Mod+B', command: 'workbench.toggleSidePanel' },
  { keys: 'Alt+W', command: 'workbench.closeTab' },
  { keys: 'Mod+Shift+]', command: 'workbench.nextTab' },
  { keys: 'Mod+Shift+[', command: 'workbench.previousTab' },
];

const menus: readonly MenuItem[] = [
  { menu: 'File', section: 'z-session', command: 'workbench.signOut' },
  { menu: 'View', section: 'a-palette', command: 'workbench.showPalette' },
  { menu: 'View', section: 'b-panels', command: 'workbench.toggleSidePanel' },
  { menu: 'View', section: 'b-panels', command: 'workbench.showNotifications' },
  { menu: 'Tabs', section: 'a-go', command: 'workbench.nextTab', order: 1 },
  { menu: 'Tabs', section: 'a-go', command: 'workbench.previousTab', order: 2 },
  { menu: 'Tabs', section: 'b-move', command: 'workbench.moveTabRight', order: 1 },
  { menu: 'Tabs', section: 'b-move', command: 'workbench.moveTabDown', order: 2 },
  { menu: 'Tabs', section: 'b-move', command: 'workbench.moveTabToNextGroup', order: 3 },
  { menu: 'Tabs', section: 'c-close', command: 'workbench.closeTab', order: 1 },
  { menu: 'Tabs', section: 'c-close', command: 'workbench.closeAllTabs', order: 2 },
  { menu: 'Settings', section: 'a-theme', command: 'workbench.followSystemTheme', order: 1 },
  { menu: 'Settings', section: 'a-theme', command: 'workbench.useLightTheme', order: 2 },
  { menu: 'Settings', section: 'a-theme', command: 'workbench.useDarkTheme', order: 3 },
  { menu: 'Settings', section: 'a-theme', command: 'workbench.useHighContrast', order: 4 },
  { menu: 'Settings', section: 'b-toggle', command: 'workbench.toggleTheme' },
];

/** The shell's own commands. */
export function createWorkbenchContribution(shell: Shell, tabs: WorkbenchTabs): StudioContribution {
  return {
    id: 'workbench',
    commands: [...viewCommands(shell), ...themeCommands, ...tabCommands(tabs)],
    keybindings,
    menus,
    settings: [themeSetting],
  };
}

function viewCommands(shell: Shell): NonNullable<StudioContribution['commands']> {
  return [
    defineStudioCommand({
      id: 'workbench.showPalette',
      title: 'Show all commands',
      group: 'View',
      icon: 'search',
      run: () => shell.setPalette(true),
    }),
    defineStudioCommand({
      id: 'workbench.toggleSidePanel',
      title: 'Toggle side panel',
      group: 'View',
      icon: 'panel-left',
      run: () => shell.togglePanel(),
    }),
    defineStudioCommand<'workbench.showPanel'>({
      id: 'workbench.showPanel',
      title: 'Show a side panel',
      group: 'View',
      hidden: true,
      run: (_services, { id }) => shell.showPanel(id),
    }),
    defineStudioCommand<'workbench.togglePanel'>({
      id: 'workbench.togglePanel',
      title: 'Toggle a side panel',
      group: 'View',
      hidden: true,
      run: (_services, { id }) => shell.togglePanel(id),
    }),
    defineStudioCommand({
      id: 'workbench.showNotifications',
      title: 'Show notifications',
      group: 'View',
      icon: 'bell',
      run: () => shell.setCentre(true),
    }),
    defineStudioCommand({
      id: 'workbench.signOut',
      title: 'Sign out',
      group: 'File',
      icon: 'log-out',
      run: signOut,
    }),
  ];
}

function tabCommands(tabs: WorkbenchTabs): NonNullable<StudioContribution['commands']> {
  const onActive = (act: (id: string) => void | Promise<unknown>) => async () => {
    const { activeId } = tabs.store.getState();
    if (activeId !== null) await act(activeId);
  };
  const closeAll = async () => {
    for (const tab of tabs.store.getState().tabs) if (!(await tabs.close(tab.id))) return;
  };
  return [
    defineStudioCommand({
      id: 'workbench.closeTab',
      title: 'Close tab',
      group: 'View',
      icon: 'x',
      enabled: withTab,
      run: onActive((id) => tabs.close(id)),
    }),
    defineStudioCommand({
      id: 'workbench.closeAllTabs',
      title: 'Close all tabs',
      group: 'View',
      icon: 'x',
      enabled: withTab,
      run: closeAll,
    }),
    defineStudioCommand({
      id: 'workbench.nextTab',
      title: 'Next tab',
      group: 'View',
      icon: 'arrow-right',
      enabled: withTab,
      run: () => tabs.focusNeighbour(1),
    }),
    defineStudioCommand({
      id: 'workbench.previousTab',
      title: 'Previous tab',
      group: 'View',
      icon: 'arrow-left',
      enabled: withTab,
      run: () => tabs.focusNeighbour(-1),
    }),
    defineStudioCommand({
      id: 'workbench.moveTabRight',
      title: 'Move tab to a split on the right',
      group: 'View',
      icon: 'columns-2',
      enabled: withTab,
      run: onActive((id) => tabs.move(id, 'right')),
    }),
    defineStudioCommand({
      id: 'workbench.moveTabDown',
      title: 'Move tab to a split below',
      group: 'View',
      icon: 'rows-2',
      enabled: withTab,
      run: onActive((id) => tabs.move(id, 'below')),
    }),
    defineStudioCommand({
      id: 'workbench.moveTabToNextGroup',
      title: 'Move tab to the next group',
      group: 'View',
      icon: 'columns-2',
      enabled: withTab,
      run: onActive((id) => tabs.move(id, 'next-group')),
    }),
  ];
}
