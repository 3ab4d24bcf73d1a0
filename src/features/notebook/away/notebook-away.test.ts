import type { Execution } from '@atelier-ide/contract';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { describe, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import { ranWords, unplacedWords } from './away-words.ts';

const first = asCellId('cell-0');

/** An execution that has ended before the page came. */
const ended = (cell: number | string, change: Partial<Execution> = {}): Partial<Execution> => ({
  cellId: typeof cell === 'number' ? `cell-${cell}` : cell,
  sourceHash: hashSource('gone'),
  state: 'done',
  startedAt: '2026-11-23T13:00:00.000Z',
  endedAt: '2026-11-23T14:32:00.000Z',
  recorded: true,
  ...change,
});

const result = (text: string) => {
  const cell = JSON.parse(notebookFile('gone()')) as {
    cells: { outputs: object[]; execution_count: number }[];
  };
  cell.cells[0]!.outputs = [{ name: 'stdout', output_type: 'stream', text }];
  cell.cells[0]!.execution_count = 7;
  return JSON.stringify(cell);
};

/** A notebook that is opened after the server has told these. */
async function openAfter(told: Record<string, Partial<Execution>>, sources = ['a', 'b', 'c', 'd']) {
  const world = createFakeWorld({ 'n.ipynb': notebookFile(...sources) });
  for (const [id, change] of Object.entries(told)) world.tellExecution(id, change);
  for (const id of Object.keys(told)) world.results.set(id, result(`of ${id}\n`));
  const session = await world.open();
  const { away } = session;
  const shown = () => away.store.getState();
  return { world, session, away, shown };
}

const unseen = { unseen: true } as const;

describe('cells that ended while nobody was there [F8]', () => {
  it('are told with what came of them, the failed one first, until the note is put away', async () => {
    const { world, away, shown } = await openAfter({
      'execution-001': ended(0, unseen),
      'execution-002': ended(1, { ...unseen, endedAt: '2026-11-23T14:40:00.000Z' }),
      'execution-003': ended(2, { ...unseen, state: 'error' }),
      'execution-004': ended(3, { ...unseen, state: 'aborted' }),
    });
    expect(shown().ran).toMatchObject({
      cells: ['cell-2', 'cell-0', 'cell-1', 'cell-3'],
      ran: 3,
      failed: 1,
      notRun: 1,
      until: Date.parse('2026-11-23T14:40:00.000Z'),
      wasOpen: false,
    });
    away.dismissRan();
    expect(shown().ran).toBeNull();
    await world.clock.settle();
    expect(world.seen).toEqual(['execution-001', 'execution-002', 'execution-003', 'execution-004']);
  });

  it('are nothing to tell where all was seen', async () => {
    const { shown } = await openAfter({ 'execution-001': ended(0), 'execution-002': ended(1) });
    expect(shown().ran).toBeNull();
  });

  it('are told to a page that lost its connection in its own words', async () => {
    const { world, shown } = await openAfter({
      'execution-001': { cellId: 'cell-0', sourceHash: 'h', state: 'running' },
    });
    world.tellExecution('execution-001', ended(0, unseen));
    expect(shown().ran).toMatchObject({ ran: 1, wasOpen: true });
  });

  it('count as told when the notebook is closed with the note in front, and only then', async () => {
    const one = await openAfter({ 'execution-001': ended(0, unseen) });
    one.session.dispose();
    expect(one.world.seen).toEqual([]);
    const other = await openAfter({ 'execution-001': ended(0, unseen) });
    other.away.didShowRan();
    other.session.dispose();
    expect(other.world.seen).toEqual(['execution-001']);
  });

  it('are told in words', () => {
    const until = new Date(2026, 10, 23, 14, 32).getTime();
    const ran = { ids: [], cells: [], ran: 3, failed: 1, unknown: 0, notRun: 0, until, wasOpen: false };
    expect(ranWords(ran, until)).toBe('3 cells ran while this notebook was closed, until 14:32. 1 failed.');
    expect(ranWords({ ...ran, ran: 1, failed: 0, notRun: 2, wasOpen: true }, until)).toBe(
      '1 cell ran while this page was not connected, until 14:32. 2 that waited were not run.',
    );
    expect(ranWords({ ...ran, ran: 2, failed: 0, unknown: 1 }, until)).toBe(
      '2 cells ran while this notebook was closed, until 14:32. The result of 1 is unknown.',
    );
    expect(ranWords({ ...ran, ran: 0, failed: 0, notRun: 1, until: null })).toBe(
      '1 cell that waited was not run while this notebook was closed.',
    );
    expect(unplacedWords(1)).toBe(
      'Outputs of 1 cell have no place in the file. They are kept until you choose.',
    );
  });
});

const loose = (change: Partial<Execution> = {}) =>
  ended('another', { recorded: false, unplaced: 'no-cell', ...change });

describe('outputs without a place [F7] [D5]', () => {
  it('are put into a new cell in one step; an undo before the save brings the offer back', async () => {
    const { world, session, away, shown } = await openAfter({ 'execution-001': loose() });
    expect(shown().unplaced.map(({ id }) => id)).toEqual(['execution-001']);
    const id = await away.putIn();
    const { order, cells } = session.store.getState();
    expect(order.at(-1)).toBe(id);
    expect(cells[id ?? first]).toMatchObject({
      source: 'gone()',
      executionCount: 7,
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'of execution-001\n' }],
    });
    expect(shown().unplaced).toEqual([]);
    session.editing.undo();
    expect(session.store.getState().order).toHaveLength(4);
    expect(shown().unplaced).toHaveLength(1);
    session.editing.redo();
    expect(shown().unplaced).toEqual([]);
    expect(world.recorded).toEqual([]);
    await world.clock.advance(3_000);
    expect(world.disk.get('n.ipynb')).toContain('of execution-001');
    expect(world.recorded).toEqual(['execution-001']);
  });

  it('are done with only when they are in the file', async () => {
    const { world, away } = await openAfter({ 'execution-001': loose() });
    world.failures.push(...Array.from({ length: 20 }, () => new TypeError('Failed to fetch')));
    await away.putIn();
    await world.clock.advance(5_000);
    expect(world.recorded).toEqual([]);
  });

  it('several are new cells in the order in which they ran, in one step', async () => {
    const { session, away } = await openAfter({
      'execution-001': loose(),
      'execution-002': loose({ cellId: 'one more' }),
    });
    await away.putIn();
    const texts = () =>
      session.store
        .getState()
        .order.slice(4)
        .map((id) => session.store.getState().cells[id]?.outputs);
    expect(texts()).toMatchObject([[{ text: 'of execution-001\n' }], [{ text: 'of execution-002\n' }]]);
    session.editing.undo();
    expect(texts()).toEqual([]);
  });

  it('are discarded by a choice, and the cells stay as they are', async () => {
    const { world, session, away, shown } = await openAfter({ 'execution-001': loose() });
    await away.discard();
    expect(world.recorded).toEqual(['execution-001']);
    expect(shown().unplaced).toEqual([]);
    expect(session.store.getState().order).toHaveLength(4);
  });

  it('whose journal is gone say so, and nothing is put in', async () => {
    const { world, session, away, shown } = await openAfter({ 'execution-001': loose() });
    world.results.clear();
    await away.load();
    expect(shown().results['execution-001']).toEqual({
      kind: 'problem',
      words: 'The outputs are no longer kept.',
    });
    expect(await away.putIn()).toBeNull();
    expect(world.notices.map(({ what }) => what)).toEqual(['The outputs were not put into a cell']);
    expect(session.store.getState().order).toHaveLength(4);
    expect(shown().unplaced).toHaveLength(1);
  });

  it('of a cell that was changed outside are offered where the line to its kernel does not bring them', async () => {
    const told = { 'execution-001': ended(0, { recorded: false, unplaced: 'source-changed' }) };
    const { world, shown } = await openAfter(told);
    expect(shown().unplaced).toHaveLength(1);
    world.bind('bound');
    await world.clock.settle();
    expect(shown().unplaced).toEqual([]);
  });

  it('of a cell with an id are not put into another one with the same source', async () => {
    const told = { 'execution-001': loose({ sourceHash: hashSource('b') }) };
    const { session, shown } = await openAfter(told);
    expect(session.store.getState().runs).toEqual({});
    expect(shown().unplaced).toHaveLength(1);
  });

  it('of a cell that a person deletes here are not offered: that was a choice', async () => {
    const { world, session, shown } = await openAfter({});
    world.bind('bound');
    await world.clock.settle();
    await session.runner.run([first]);
    const id = world.submitted[0]?.[0]?.id ?? '';
    session.editing.remove([first]);
    world.runsTo(id, 'text\n');
    world.tellExecution(id, { unplaced: 'no-cell' });
    expect(shown().unplaced).toEqual([]);
    await world.clock.advance(3_000);
    expect(world.recorded).toEqual([id]);
    session.editing.undo();
    expect(session.store.getState().cells[first]?.outputs).toMatchObject([{ text: 'text\n' }]);
  });
});
