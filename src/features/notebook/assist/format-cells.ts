/**
 * Puts the code of cells in order, in one step of the history. What was typed while the formatter worked stays: a
 * source counts only where it is still the one that was sent.
 */
import type { CellId, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import type { FormatResult } from '@/services/formatter/formatter-service.ts';
import type { Services } from '@/services/services.ts';
import { isEditable } from '../document/cell-edits.ts';
import type { NotebookSession } from '../session/notebook-session.ts';

export type FormatSession = Pick<NotebookSession, 'store' | 'editing' | 'path' | 'reveal'>;
export type FormatServices = Pick<Services, 'formatter' | 'notifications'>;

/** At most so many faults are told in one message. */
const MOST_FAULTS = 3;

export async function formatCells(
  session: FormatSession,
  { formatter, notifications }: FormatServices,
  ids: readonly CellId[],
): Promise<void> {
  const { cells, language } = session.store.getState();
  const can = formatter.canFormat(language);
  if (can !== true) {
    notifications.info(`${can.reason}.`, 'The code is as it was. Python can be formatted.');
    return;
  }
  const asked = ids
    .flatMap((id) => cells[id] ?? [])
    .filter((cell) => cell.type === 'code' && isEditable(cell) && cell.source.trim() !== '');
  if (asked.length === 0) {
    notifications.info('Nothing was formatted.', 'Select a code cell that has code and may be edited.');
    return;
  }
  const sources = asked.map(({ source }) => source);
  const results = await formatter.format({ path: session.path, language, sources });
  const changed = newSources(asked, results, session.store.getState().cells);
  session.editing.setSources(changed);
  tellFaults(session, notifications, asked, results);
  if (asked.length > 1 && changed.size > 0)
    notifications.success(
      changed.size === 1 ? '1 cell was formatted.' : `${changed.size} cells were formatted.`,
    );
}

type Cells = Readonly<Record<CellId, NotebookCell>>;

function newSources(
  asked: readonly NotebookCell[],
  results: readonly FormatResult[],
  now: Cells,
): Map<CellId, string> {
  const changed = new Map<CellId, string>();
  for (const [index, { id, source }] of asked.entries()) {
    const result = results[index];
    if (!result || !('source' in result) || result.source === source) continue;
    if (now[id]?.source === source) changed.set(id, result.source);
  }
  return changed;
}

// oxlint-disable-next-line max-params -- the notebook, the messages, and two lists that belong together
function tellFaults(
  session: FormatSession,
  notifications: Services['notifications'],
  asked: readonly NotebookCell[],
  results: readonly FormatResult[],
): void {
  const { order } = session.store.getState();
  const faults = asked.flatMap(({ id }, index) => {
    const result = results[index];
    if (!result || 'source' in result) return [];
    const { line, column, message } = result.problem;
    return [{ id, cell: order.indexOf(id) + 1, words: `line ${line}, column ${column}: ${message}` }];
  });
  const [first] = faults;
  if (!first) return;
  const title =
    faults.length === 1
      ? `Cell ${first.cell} was not formatted.`
      : `${faults.length} cells were not formatted.`;
  const told = faults.slice(0, MOST_FAULTS).map(({ cell, words }) => `Cell ${cell}, ${words}.`);
  const rest = faults.length > MOST_FAULTS ? ` And ${faults.length - MOST_FAULTS} more.` : '';
  notifications.info(
    title,
    `${told.join(' ')}${rest} ${faults.length === 1 ? 'It is as it was.' : 'They are as they were.'}`,
    [{ label: `Go to cell ${first.cell}`, run: () => session.reveal(first.id) }],
  );
}
