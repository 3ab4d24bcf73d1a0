/** What happened while no page was there, in words. */
import { dayTimeText } from '@/ui/day-time-text.ts';
import type { RanAway } from './away-store.ts';

const cells = (count: number) => (count === 1 ? '1 cell' : `${count} cells`);
const were = (count: number) => (count === 1 ? 'was' : 'were');

/** "3 cells ran while this notebook was closed, until 14:32. 1 failed." */
export function ranWords({ ran, failed, unknown, notRun, until, wasOpen }: RanAway, now?: number): string {
  const meanwhile = wasOpen ? 'while this page was not connected' : 'while this notebook was closed';
  if (ran === 0) return `${cells(notRun)} that waited ${were(notRun)} not run ${meanwhile}.`;
  const time = until === null ? '' : `, until ${dayTimeText(until, now)}`;
  return [
    `${cells(ran)} ran ${meanwhile}${time}.`,
    failed > 0 ? `${failed} failed.` : '',
    unknown > 0 ? `The result of ${unknown} is unknown.` : '',
    notRun > 0 ? `${notRun} that waited ${were(notRun)} not run.` : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

export const unplacedWords = (count: number) =>
  `Outputs of ${cells(count)} have no place in the file. They are kept until you choose.`;
