import type { Keybinding } from '@/platform/contributions/contribution.ts';
import { defineStudioCommand, type StudioContribution } from '@/services/services.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'notebook.toggleHelp': void;
  }
}

export const helpViews: NonNullable<StudioContribution['views']> = [
  {
    id: 'help',
    title: 'Contextual help',
    icon: 'book-open',
    order: 7,
    isOfDocument: true,
    load: () => import('./HelpView.tsx'),
  },
];

export const helpCommands = [
  defineStudioCommand<'notebook.toggleHelp'>({
    id: 'notebook.toggleHelp',
    title: 'Toggle contextual help',
    group: 'Help',
    icon: 'book-open',
    run: ({ commands }) => commands.run('workbench.togglePanel', { id: 'help' }),
  }),
];

export const helpKeys: readonly Keybinding[] = [{ keys: 'Mod+I', command: 'notebook.toggleHelp' }];

export const helpMenus: NonNullable<StudioContribution['menus']> = [
  { menu: 'Help', section: 'a-keys', command: 'notebook.toggleHelp' },
];
