import { editorSettings } from '@/platform/settings/editor-settings.ts';
import { defineStudioCommand, type StudioContribution } from '@/services/services.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'settings.open': void;
    'settings.openShortcuts': void;
  }
}

/** What a person can choose: the settings that features declare, and the keys of every command. */
export const settingsContribution: StudioContribution = {
  id: 'settings',
  openers: [
    { kind: 'settings', icon: 'settings', load: () => import('./SettingsView.tsx') },
    { kind: 'shortcuts', icon: 'keyboard', load: () => import('./ShortcutsView.tsx') },
  ],
  commands: [
    defineStudioCommand<'settings.open'>({
      id: 'settings.open',
      title: 'Open settings',
      group: 'Settings',
      icon: 'settings',
      run: ({ tabs }) => void tabs.open({ kind: 'settings', key: 'settings', title: 'Settings' }),
    }),
    defineStudioCommand<'settings.openShortcuts'>({
      id: 'settings.openShortcuts',
      title: 'Show keyboard shortcuts',
      group: 'Settings',
      icon: 'keyboard',
      run: ({ tabs }) => void tabs.open({ kind: 'shortcuts', key: 'shortcuts', title: 'Keyboard shortcuts' }),
    }),
  ],
  settings: editorSettings,
  statusItems: [{ id: 'settings.vim', side: 'right', order: 11, load: () => import('./VimStatus.tsx') }],
  keybindings: [{ keys: 'Mod+,', command: 'settings.open' }],
  menus: [
    { menu: 'Settings', section: 'c-all', command: 'settings.open', order: 1 },
    { menu: 'Settings', section: 'c-all', command: 'settings.openShortcuts', order: 2 },
    { menu: 'Help', section: 'a-keys', command: 'settings.openShortcuts' },
  ],
};
