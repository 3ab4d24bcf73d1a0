import { defineSetting } from '@/platform/settings/settings-service.ts';

declare module '@/platform/settings/settings-service.ts' {
  interface SettingValues {
    'notebook.savesWidgets': boolean;
  }
}

/** What a person chooses about widgets. */
export const widgetSettings = [
  defineSetting<'notebook.savesWidgets'>({
    id: 'notebook.savesWidgets',
    title: 'Save the state of widgets in the notebook',
    detail: 'Widgets that cells show can then be seen without a kernel, here and in other programs.',
    group: 'Notebook',
    kind: 'switch',
    // JupyterLab leaves it out; here compute is taken off all the time, and outputs are to stay.
    default: true,
  }),
];
