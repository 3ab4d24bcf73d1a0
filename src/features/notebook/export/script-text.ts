import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { commentMagics } from './comment-magics.ts';
import { isPython, type ScriptLanguage } from './languages.ts';

/**
 * The code of a notebook as a script in the percent format, which editors show as cells: `# %%` begins a cell; text and
 * raw cells are comments. Nothing in it needs a notebook to run.
 */
export function scriptText(
  cells: readonly NotebookCell[],
  language: string,
  { comment }: Pick<ScriptLanguage, 'comment'>,
): string {
  const parts = cells
    .filter((cell) => cell.problem === undefined && cell.source.trim() !== '')
    .map((cell) => {
      const source = cell.source.replaceAll('\r\n', '\n').replace(/\n+$/, '');
      switch (cell.type) {
        case 'code':
          return `${comment} %%\n${isPython(language) ? commentMagics(source) : source}`;
        case 'markdown':
          return `${comment} %% [markdown]\n${commented(source, comment)}`;
        case 'raw':
          return `${comment} %% [raw]\n${commented(source, comment)}`;
      }
    });
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

const commented = (text: string, comment: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? comment : `${comment} ${line}`))
    .join('\n');
