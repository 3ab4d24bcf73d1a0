import type { Execution } from '@atelier-ide/contract';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import type { CellRun } from '../session/notebook-store.ts';

async function setUp() {
  const world = createFakeWorld({
    'n.ipynb': notebookFile('# Top', 'a', '## In\n\n## Twice', 'b', '# End', 'c'),
  });
  const session = await world.open();
  const { cells, order } = session.store.getState();
  const typed = Object.values(cells).map((cell): NotebookCell => {
    return cell.source.startsWith('#') ? { ...cell, type: 'markdown' } : cell;
  });
  session.store.setState({ cells: Object.fromEntries(typed.map((cell) => [cell.id, cell])) });
  const [top, a, inner, b, end, c] = order;
  if (!top || !a || !inner || !b || !end || !c) throw new Error('six cells');
  const run = (state: Execution['state'], place: number | null = null): CellRun => ({
    execution: { state } as Execution,
    place,
    isIncomplete: false,
  });
  return { session, outline: session.outline, cells: { top, a, inner, b, end, c }, run };
}

it('gives each heading the marks of its section, sub-sections included [E6]', async () => {
  const { session, outline, cells, run } = await setUp();
  session.store.setState({
    runs: { [cells.a]: run('error'), [cells.b]: run('running'), [cells.c]: run('queued', 2) },
  });
  expect(outline.read().entries.map(({ depth, text, marks }) => [depth, text, marks])).toEqual([
    [1, 'Top', { hasError: true, isRunning: true, queued: null }],
    [2, 'In', { hasError: false, isRunning: false, queued: null }],
    [2, 'Twice', { hasError: false, isRunning: true, queued: null }],
    [1, 'End', { hasError: false, isRunning: false, queued: 2 }],
  ]);
  expect(outline.read().counts).toEqual({ running: 1, errors: 1, code: 3 });
  session.store.setState({ runs: {}, waiting: [cells.c] });
  expect(outline.read().entries.at(-1)?.marks.queued).toBe(0);
});

it('follows the cell in hand, and stays at the heading that was gone to', async () => {
  const { session, outline, cells } = await setUp();
  const current = () => outline.read().entries.find(({ id }) => id === outline.read().currentId)?.text;
  const shown: string[] = [];
  session.onWillReveal((id) => shown.push(id));
  session.editing.select(cells.a);
  expect(current()).toBe('Top');
  session.editing.select(cells.inner);
  expect(current()).toBe('In');
  outline.reveal(`${cells.inner}/1`);
  expect(current()).toBe('Twice');
  expect(shown).toEqual([cells.inner]);
  session.editing.select(cells.c);
  expect(current()).toBe('End');
});

it('is the same object until something in it changes', async () => {
  const { session, outline, cells } = await setUp();
  const before = outline.read();
  session.editing.setSource(cells.a, 'a + 1');
  expect(outline.read()).toBe(before);
  session.editing.setSource(cells.end, '# Finish');
  expect(outline.read()).not.toBe(before);
});
