import { defineStudioCommand, type StudioContribution } from '@/services/services.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'notebook.showInspector': void;
  }
}

export const inspectorViews: NonNullable<StudioContribution['views']> = [
  {
    id: 'inspector',
    title: 'Property inspector',
    icon: 'sliders-horizontal',
    order: 6,
    isOfDocument: true,
    load: () => import('./InspectorView.tsx'),
  },
];

export const inspectorCommands = [
  defineStudioCommand<'notebook.showInspector'>({
    id: 'notebook.showInspector',
    title: 'Show property inspector',
    group: 'View',
    icon: 'sliders-horizontal',
    run: ({ commands }) => commands.run('workbench.showPanel', { id: 'inspector' }),
  }),
];

export const inspectorMenus: NonNullable<StudioContribution['menus']> = [
  { menu: 'View', section: 'b-panels', command: 'notebook.showInspector' },
];
