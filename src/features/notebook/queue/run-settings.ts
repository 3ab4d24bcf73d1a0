import { defineSetting } from '@/platform/settings/settings-service.ts';

declare module '@/platform/settings/settings-service.ts' {
  interface SettingValues {
    'notebook.stopOnError': boolean;
    'notebook.savesTimes': boolean;
    'notebook.asksBeforeRestart': boolean;
    'notebook.tellsLongRuns': boolean;
    'notebook.tellsBySystem': boolean;
  }
}

/** What a person chooses about running cells. */
export const runSettings = [
  defineSetting<'notebook.stopOnError'>({
    id: 'notebook.stopOnError',
    title: 'Stop on error',
    detail: 'When a cell fails, those that were started together with it and come later are not run.',
    group: 'Running',
    kind: 'switch',
    default: true,
  }),
  defineSetting<'notebook.savesTimes'>({
    id: 'notebook.savesTimes',
    title: 'Save execution times in the notebook',
    detail: 'Start and end of each run are written to the metadata of its cell, as JupyterLab does.',
    group: 'Running',
    kind: 'switch',
    default: false,
  }),
  defineSetting<'notebook.asksBeforeRestart'>({
    id: 'notebook.asksBeforeRestart',
    title: 'Ask before a restart',
    detail: 'A restart that loses variables asks first.',
    group: 'Running',
    kind: 'switch',
    default: true,
  }),
  defineSetting<'notebook.tellsLongRuns'>({
    id: 'notebook.tellsLongRuns',
    title: 'Tell when a long run ends',
    detail: 'A run of more than 30 s that ends while another tab is in front leaves a notification.',
    group: 'Running',
    kind: 'switch',
    default: true,
  }),
  defineSetting<'notebook.tellsBySystem'>({
    id: 'notebook.tellsBySystem',
    title: 'Tell it by a notification of the system',
    detail: 'The same, outside this page, while it is hidden. The browser asks for permission once.',
    group: 'Running',
    kind: 'switch',
    default: false,
  }),
];
