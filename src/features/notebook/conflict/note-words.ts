/** What came into a cell from disk, in words. */
import { matchLines } from '@atelier-ide/core/merge/line-diff.ts';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import type { CellNote } from './cell-notes.ts';

/** The sentence of a note, and what its button does. */
export function noteWords(note: CellNote): { words: string; action: string | null } {
  switch (note.kind) {
    case 'edited':
      return { words: `Taken from disk: ${editWords(note.before, note.after)}.`, action: 'Undo' };
    case 'added':
      return { words: 'New cell from disk.', action: 'Undo' };
    case 'moved':
      return { words: 'Moved on disk.', action: null };
    case 'kept':
      return { words: 'Deleted on disk, and kept because of your edits.', action: 'Delete cell' };
    case 'back':
      return { words: 'You deleted this cell. It was edited on disk, and is back.', action: 'Delete cell' };
    case 'removed': {
      const count = note.cells.length;
      const cells = count === 1 ? 'The cell' : `The ${count} cells`;
      const were = count === 1 ? 'was' : 'were';
      return { words: `${cells} ${note.where} this one ${were} deleted on disk.`, action: 'Undo' };
    }
  }
}

const typeWords = { code: 'a code cell', markdown: 'a text cell', raw: 'a raw cell' } as const;

function editWords(before: NotebookCell, after: NotebookCell): string {
  if (before.type !== after.type) return `it is ${typeWords[after.type]} now`;
  if (before.source === after.source) return 'its properties';
  return wordChange(before.source, after.source) ?? lineChange(before.source, after.source);
}

/** The longest piece that is named in full. */
const MOST = 40;
/** Halves of a surrogate pair count, so that none is cut. */
const ofWord = /[\p{L}\p{N}\p{Cs}_.]/u;

/** One word, or a few, in place of others; null where more changed. */
function wordChange(before: string, after: string): string | null {
  const { from, same } = wholeWords(before, after, differing(before, after));
  const old = before.slice(from, before.length - same).trim();
  const now = after.slice(from, after.length - same).trim();
  if ([old, now].some(isLong) || old === now) return null;
  if (old === '') return `${now} is new`;
  return now === '' ? `${old} is gone` : `${old} is now ${now}`;
}

/** How much is the same at the beginning, and at the end. */
type Same = { from: number; same: number };

function differing(before: string, after: string): Same {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let same = 0;
  while (same < most - from && before.at(-1 - same) === after.at(-1 - same)) same++;
  return { from, same };
}

const isWord = (char: string | undefined) => ofWord.test(char ?? '');

/** Words that begin, or end, in what is the same belong to what differs. */
function wholeWords(before: string, after: string, { from, same }: Same): Same {
  let [start, end] = [from, same];
  if (isWord(before[from]) || isWord(after[from])) while (start > 0 && isWord(before[start - 1])) start--;
  const isCut = [before, after].some((text) => text.length - same > start && isWord(text.at(-1 - same)));
  if (isCut) while (end > 0 && isWord(before.at(-end))) end--;
  return { from: start, same: end };
}

const isLong = (text: string) => text.length > MOST || text.includes('\n');

function lineChange(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const stayed = matchLines(old, now).filter((place) => place >= 0).length;
  const [gone, added] = [old.length - stayed, now.length - stayed];
  if (gone === added) return lines(added, 'changed');
  return [added > 0 ? lines(added, 'added') : '', gone > 0 ? lines(gone, 'removed') : '']
    .filter((words) => words !== '')
    .join(', ');
}

const lines = (count: number, what: string) => `${count} ${count === 1 ? 'line' : 'lines'} ${what}`;
