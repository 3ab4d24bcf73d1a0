import { type AnySetting, defineSetting } from './settings-service.ts';

declare module './settings-service.ts' {
  interface SettingValues {
    'editor.keyMap': 'default' | 'vim';
    'editor.fontSize': number;
    'editor.wordWrap': boolean;
    'editor.closeBrackets': boolean;
    'notebook.lineNumbers': boolean;
  }
}

/** How code is written, in cells and in text files. */
export const editorSettings: readonly AnySetting[] = [
  defineSetting<'editor.fontSize'>({
    id: 'editor.fontSize',
    title: 'Size of code',
    detail: 'Letters of cells and text files. Outputs keep their size.',
    group: 'Appearance',
    kind: 'number',
    least: 9,
    most: 28,
    unit: 'px',
    default: 13,
  }),
  defineSetting<'editor.keyMap'>({
    id: 'editor.keyMap',
    title: 'Keys in the editor',
    detail: 'With Vim, Escape in normal mode leaves a cell, j and k go on in its neighbours, and :w saves.',
    group: 'Editor',
    kind: 'choice',
    options: [
      { value: 'default', label: 'Default' },
      { value: 'vim', label: 'Vim' },
    ],
    default: 'default',
  }),
  defineSetting<'editor.wordWrap'>({
    id: 'editor.wordWrap',
    title: 'Wrap long lines',
    detail: 'Code and text files show long lines below each other. Markdown cells always do.',
    group: 'Editor',
    kind: 'switch',
    default: false,
  }),
  defineSetting<'editor.closeBrackets'>({
    id: 'editor.closeBrackets',
    title: 'Close brackets and quotes',
    detail: 'Writes the closing one when an opening one is typed.',
    group: 'Editor',
    kind: 'switch',
    default: true,
  }),
  defineSetting<'notebook.lineNumbers'>({
    id: 'notebook.lineNumbers',
    title: 'Line numbers in cells',
    detail:
      'In every cell. L in command mode turns them for the selected cells, until the notebook is closed.',
    group: 'Notebook',
    kind: 'switch',
    default: false,
  }),
];
