/** What metadata of cells means to people: tags, slides, flags, formats. As JupyterLab and nbconvert read and write it. */
import { isJsonObject, type JsonObject, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { isDeletable, isHidden, withHidden } from './cell-edits.ts';

export const SLIDE_TYPES = ['slide', 'subslide', 'fragment', 'skip', 'notes'] as const;

/** Formats of raw cells that nbconvert passes through, by MIME type. */
export const RAW_FORMATS = {
  'text/x-python': 'Python',
  'text/markdown': 'Markdown',
  'text/html': 'HTML',
  'text/latex': 'LaTeX',
  'text/restructuredtext': 'reStructuredText',
  'text/asciidoc': 'AsciiDoc',
} as const;

/** Tags that programs act on. */
const KNOWN_TAGS = [
  'parameters',
  'raises-exception',
  'remove-cell',
  'remove-input',
  'remove-output',
  'hide-input',
];

export function tagsOf({ metadata }: Pick<NotebookCell, 'metadata'>): string[] {
  const { tags } = metadata;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

export function withTag(metadata: JsonObject, tag: string): JsonObject {
  const tags = tagsOf({ metadata });
  return tags.includes(tag) ? metadata : { ...metadata, tags: [...tags, tag] };
}

export function withoutTag(metadata: JsonObject, tag: string): JsonObject {
  const { tags: _, ...rest } = metadata;
  const left = tagsOf({ metadata }).filter((one) => one !== tag);
  return left.length > 0 ? { ...metadata, tags: left } : rest;
}

/** Tags of the notebook and those that programs know, without those that all of these cells have. */
export function suggestedTags(all: readonly NotebookCell[], cells: readonly NotebookCell[]): string[] {
  const known = new Set([...all.flatMap(tagsOf).toSorted(), ...KNOWN_TAGS]);
  return [...known].filter((tag) => !cells.every((cell) => tagsOf(cell).includes(tag)));
}

/** The words typed as tags: a comma ends one. */
export function readTags(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
}

export function slideTypeOf({ metadata }: Pick<NotebookCell, 'metadata'>): string {
  const { slideshow } = metadata;
  const type = isJsonObject(slideshow) ? slideshow['slide_type'] : undefined;
  return typeof type === 'string' && type !== '-' ? type : '';
}

export function withSlideType(metadata: JsonObject, type: string): JsonObject {
  const { slideshow, ...rest } = metadata;
  const { slide_type: _, ...others } = isJsonObject(slideshow) ? slideshow : {};
  const next = type === '' ? others : { ...others, slide_type: type };
  return Object.keys(next).length > 0 ? { ...rest, slideshow: next } : rest;
}

export function rawFormatOf({ metadata }: Pick<NotebookCell, 'metadata'>): string {
  const format = metadata['raw_mimetype'] ?? metadata['format'];
  return typeof format === 'string' ? format : '';
}

export function withRawFormat(metadata: JsonObject, format: string): JsonObject {
  const { raw_mimetype: _, format: __, ...rest } = metadata;
  return format === '' ? rest : { ...rest, raw_mimetype: format };
}

export type Flag = 'hideSource' | 'hideOutputs' | 'editable' | 'deletable';

export function hasFlag(cell: NotebookCell, flag: Flag): boolean {
  if (flag === 'editable') return cell.metadata['editable'] !== false;
  if (flag === 'deletable') return isDeletable(cell);
  return isHidden(cell, flag === 'hideSource' ? 'source' : 'outputs');
}

/** Flags that are as everywhere are not written. */
export function withFlag(metadata: JsonObject, flag: Flag, isOn: boolean): JsonObject {
  if (flag === 'hideSource') return withHidden(metadata, 'source', isOn);
  if (flag === 'hideOutputs') return withHidden(metadata, 'outputs', isOn);
  const { [flag]: _, ...rest } = metadata;
  return isOn ? rest : { ...rest, [flag]: false };
}
