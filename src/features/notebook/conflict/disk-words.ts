/** What came in from the file, in words. */
import type { NotebookState } from '../session/notebook-store.ts';
import type { DiskNews } from './disk-store.ts';

const cells = (count: number) => (count === 1 ? '1 cell' : `${count} cells`);

/** Sentences behind "Changed on disk." */
export function newsWords({ changes, kept, choices }: DiskNews): string {
  const open = new Set(choices.map(({ id }) => id));
  const back = kept.filter(({ kind }) => kind === 'deleted-here').length;
  const spared = kept.length - back;
  const merged = changes.filter(({ id }) => !open.has(id)).length - back;
  return [
    merged > 0 ? `${cells(merged)} merged.` : '',
    spared > 0 ? `${cells(spared)} deleted there ${was(spared)} kept, because of your edits.` : '',
    back > 0 ? `${cells(back)} you deleted ${was(back)} edited there, and ${is(back)} back.` : '',
    choices.length > 0
      ? `${cells(choices.length)} ${was(choices.length)} edited on both sides and ${is(choices.length)} not saved until you choose.`
      : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

const was = (count: number) => (count === 1 ? 'was' : 'were');
const is = (count: number) => (count === 1 ? 'is' : 'are');

/** The cells that "Show" goes through, in their order. */
export function newsCells({ changes, kept, choices }: DiskNews, { order }: NotebookState) {
  const wanted = new Set([...choices, ...kept, ...changes].map(({ id }) => id));
  return order.filter((id) => wanted.has(id));
}
