import type { FocusArea } from '@/platform/context/context-service.ts';

/** Where keys count, as people say it. An area that is not named here is shown by its id. */
const WORDS: Partial<Readonly<Record<string, string>>> = {
  'notebook-command': 'Notebook, command mode',
  'notebook-edit': 'Notebook, edit mode',
  'notebook-find': 'Find in a notebook',
  editor: 'Text editor',
  files: 'Files',
  launcher: 'Launcher',
  terminal: 'Terminal',
  dialog: 'Dialogs',
  none: 'Elsewhere',
};

const NOTEBOOK: readonly FocusArea[] = ['notebook-command', 'notebook-edit'];
const MOST: readonly FocusArea[] = ['none', 'files', 'editor', 'launcher', ...NOTEBOOK];

/** Places that can be chosen for keys, by the value of the choice. */
export const places: readonly { value: string; when: readonly FocusArea[] | undefined }[] = [
  undefined,
  NOTEBOOK,
  ['notebook-command'] as const,
  ['notebook-edit'] as const,
  ['editor'] as const,
  [...NOTEBOOK, 'editor'] as const,
  ['files'] as const,
  ['terminal'] as const,
].map((when) => ({ value: placeValue(when), when }));

/** One text for one set of areas. */
export function placeValue(when: readonly FocusArea[] | undefined): string {
  return when ? when.toSorted().join(' ') : '';
}

/** The areas in words: "Everywhere", "Notebook", "Files, Text editor". */
export function whereText(when: readonly FocusArea[] | undefined): string {
  if (!when) return 'Everywhere';
  if (MOST.every((area) => when.includes(area)) && !when.includes('terminal'))
    return 'Everywhere but terminals';
  const isWhole = NOTEBOOK.every((area) => when.includes(area));
  const rest = isWhole ? when.filter((area) => !NOTEBOOK.includes(area)) : when;
  return [...(isWhole ? ['Notebook'] : []), ...rest.map((area) => WORDS[area] ?? area)].join(', ');
}
