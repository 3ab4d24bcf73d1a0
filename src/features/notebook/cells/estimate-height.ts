/**
 * How high a cell will be, before it has ever been drawn. Good guesses are what keeps the list from jumping: the list
 * measures what it shows and takes over the real height.
 */
import type { NotebookCell, Output } from '@atelier-ide/core/notebook/model.ts';
import { isHidden } from '../document/cell-edits.ts';
import { lineCap } from '../outputs/long-text.ts';

const nothing = () => undefined;
const LINE = 20;
const OUTPUT_LINE = 18;
const SOURCE_PADDING = 16;
const MAX_TEXT = 400;
const COLLAPSED = 24;
/** Characters of a line of rendered text in a column of usual width. */
const CHARACTERS = 130;

/** `kept` is the height that an output had in a frame, if it was in one. */
export function estimateHeight(
  cell: NotebookCell,
  isRendered: boolean,
  kept: (output: Output) => number | undefined = nothing,
): number {
  const isShown = !isHidden(cell, 'source');
  if (cell.type === 'markdown' && isRendered && isShown) return markdownHeight(cell.source);
  const source = isShown ? countLines(cell.source) * LINE + SOURCE_PADDING : COLLAPSED;
  const outputs = isHidden(cell, 'outputs')
    ? Math.min(cell.outputs.length, 1) * COLLAPSED
    : cell.outputs.reduce((sum, output) => sum + (kept(output) ?? outputHeight(output)), 0);
  return source + (outputs > 0 ? outputs + 16 : 0);
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function markdownHeight(source: string): number {
  if (source.trim() === '') return 36;
  let height = 8;
  for (const line of source.split('\n')) {
    if (/^#\s/.test(line)) height += 36;
    else if (/^#{2,6}\s/.test(line)) height += 32;
    else if (line.trim() === '') height += 8;
    else if (/^!\[|<img/i.test(line)) height += 200;
    else height += LINE * Math.ceil(line.length / CHARACTERS);
  }
  return Math.min(height, 4_000);
}

function outputHeight(output: Output): number {
  if (output.output_type === 'error') return 44;
  if (output.output_type === 'stream') return textHeight(output.text);
  const { data } = output;
  if ('image/png' in data || 'image/jpeg' in data || 'image/svg+xml' in data) return 300;
  const html = data['text/html'];
  if (typeof html === 'string') return Math.min(600, 40 + 24 * (html.match(/<tr/gi)?.length ?? 2));
  const text = data['text/plain'];
  return typeof text === 'string' ? textHeight(text) : 40;
}

function textHeight(text: string): number {
  const lines = countLines(text) - (text.endsWith('\n') ? 1 : 0);
  return lines > lineCap.scroll ? MAX_TEXT + 28 : lines * OUTPUT_LINE + 8;
}
