import fc from 'fast-check';
import { asCellId, type CellId, type CellType, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { isHidden } from '../document/cell-edits.ts';
import { createFakeWorld } from './fake-notebook-services.ts';
import type { NotebookSession } from './notebook-session.ts';

const stream = (text: string) => ({ name: 'stdout', output_type: 'stream', text: [text] });
const codeCell = (id: string, source: string, metadata: object = {}) => ({
  cell_type: 'code',
  execution_count: 1,
  id,
  metadata,
  outputs: [stream(`${id}\n`)],
  source: source.split(/(?<=\n)/),
});
const textCell = (id: string, source: string, metadata: object = {}) => ({
  cell_type: 'markdown',
  id,
  metadata,
  source: source.split(/(?<=\n)/),
});
const fileOf = (...cells: object[]) =>
  `${JSON.stringify({ cells, metadata: { title: 'x' }, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;

async function open(...cells: object[]) {
  const world = createFakeWorld({ 'n.ipynb': fileOf(...cells) });
  const session = await world.open();
  return { world, session };
}

const sources = ({ store }: NotebookSession) => {
  const { order, cells } = store.getState();
  return order.map((id) => cells[id]?.source);
};
const content = ({ store }: NotebookSession) => {
  const { order, cells, metadata } = store.getState();
  return { order, cells, metadata };
};
const cellAt = ({ store }: NotebookSession, index: number): NotebookCell => {
  const { order, cells } = store.getState();
  const cell = cells[order[index] as CellId];
  if (!cell) throw new Error(`no cell ${index}`);
  return cell;
};

describe('splitting and merging', () => {
  it('splits at the cursor; outputs stay with the lower part, one undo joins again [E1]', async () => {
    const { session } = await open(codeCell('a', 'one\ntwo'));
    const before = content(session);
    session.editing.enterEdit();
    session.store.setState({ cursor: { line: 2, column: 1 } });
    session.cells.split();
    expect(sources(session)).toEqual(['one', 'two']);
    expect(cellAt(session, 0).outputs).toEqual([]);
    expect(cellAt(session, 1)).toMatchObject({ id: 'a', executionCount: 1 });
    expect(session.store.getState()).toMatchObject({ mode: 'edit', active: 'a' });
    session.editing.undo();
    expect(content(session)).toEqual(before);
  });

  it('does nothing to a cell that is not being edited', async () => {
    const { session } = await open(codeCell('a', 'one\ntwo'));
    session.cells.split();
    expect(sources(session)).toEqual(['one\ntwo']);
  });

  it('merges the selected cells, else with the neighbour, into the active one [E1]', async () => {
    const { session } = await open(codeCell('a', '1'), textCell('b', '2'), codeCell('c', '3'));
    session.editing.select(asCellId('a'));
    session.cells.merge('above');
    expect(sources(session)).toEqual(['1', '2', '3']);
    session.cells.merge();
    expect(sources(session)).toEqual(['1\n\n2', '3']);
    expect(cellAt(session, 0)).toMatchObject({ id: 'a', type: 'code', outputs: [] });
    session.editing.select(asCellId('c'));
    session.cells.merge('above');
    expect(sources(session)).toEqual(['1\n\n2\n\n3']);
    session.editing.undo();
    session.editing.undo();
    expect(sources(session)).toEqual(['1', '2', '3']);
  });
});

describe('flags of cells', () => {
  it('does not delete what metadata protects, and says so in that cell', async () => {
    const { session } = await open(codeCell('a', '1'), codeCell('b', '2', { deletable: false }));
    session.editing.selectAll();
    session.editing.deleteSelected();
    expect(sources(session)).toEqual(['2']);
    expect(session.store.getState().refusal).toMatchObject({ id: 'b' });
    session.editing.insert('above');
    expect(session.store.getState().refusal).toBeNull();
  });

  it('does not change what metadata fixes: typing, type, splitting, merging', async () => {
    const { session } = await open(codeCell('a', '1\n2', { editable: false }), codeCell('b', '3'));
    const before = content(session);
    session.editing.setSource(asCellId('a'), 'x');
    session.editing.changeType('markdown');
    session.cells.makeHeading(2);
    session.editing.enterEdit();
    session.cells.split();
    session.editing.leaveEdit();
    session.cells.merge();
    session.editing.select(asCellId('b'));
    session.cells.merge('above');
    expect(content(session)).toEqual(before);
    expect(session.store.getState().refusal).toMatchObject({ id: 'a' });
  });
});

describe('collapsing', () => {
  it('writes what JupyterLab reads, and takes it back without a trace', async () => {
    const { session, world } = await open(codeCell('a', '1', { tags: ['t'] }));
    session.cells.toggle('source');
    session.cells.toggle('outputs');
    await session.saver.flush();
    expect(JSON.parse(world.disk.get('n.ipynb') ?? '').cells[0].metadata).toEqual({
      tags: ['t'],
      collapsed: true,
      jupyter: { source_hidden: true, outputs_hidden: true },
    });
    session.cells.toggle('outputs');
    session.cells.toggle('source');
    await session.saver.flush();
    expect(world.disk.get('n.ipynb')).toBe(fileOf(codeCell('a', '1', { tags: ['t'] })));
  });

  it('reads the older flag, and shows all where some are collapsed', async () => {
    const { session } = await open(codeCell('a', '1', { collapsed: true }), codeCell('b', '2'));
    expect(isHidden(cellAt(session, 0), 'outputs')).toBe(true);
    session.editing.selectAll();
    session.cells.toggle('outputs');
    expect([0, 1].map((at) => isHidden(cellAt(session, at), 'outputs'))).toEqual([true, true]);
    session.cells.toggle('outputs');
    expect([0, 1].map((at) => isHidden(cellAt(session, at), 'outputs'))).toEqual([false, false]);
  });
});

type Plan = { kind: number; a: number; b: number; text: string };
const planArbitrary: fc.Arbitrary<Plan> = fc.record({
  kind: fc.nat(40),
  a: fc.nat(30),
  b: fc.nat(30),
  text: fc.string({ maxLength: 8, unit: fc.constantFrom('a', '\n', ' ', '#', 'é', '😀', '"') }),
});
const types: readonly CellType[] = ['code', 'markdown', 'raw'];
const places = ['above', 'below', 'instead'] as const;

/** One thing that a person can do, chosen by numbers. */
function act(session: NotebookSession, { kind, a, b, text }: Plan): void {
  const { editing, cells: actions, sections, store } = session;
  const { order } = store.getState();
  const pick = (n: number) => order[n % Math.max(1, order.length)];
  const [from, to] = [pick(a), pick(b)];
  if (from !== undefined) editing.select(from);
  if (to !== undefined && kind % 2 === 0) editing.select(to, { extend: true });
  const steps: readonly (() => void)[] = [
    () => void editing.insert(a % 2 ? 'above' : 'below', types[b % 3] ?? 'code'),
    () => editing.deleteSelected(),
    () => editing.paste(editing.copies(), { place: places[b % 3] ?? 'below', withOutputs: a % 2 === 0 }),
    () => editing.move(a % 2 ? 'up' : 'down'),
    () => editing.changeType(types[b % 3] ?? 'code'),
    () => editing.clearOutputs(order),
    () => {
      if (from !== undefined) editing.setSource(from, text);
    },
    () => {
      editing.enterEdit();
      store.setState({ cursor: { line: 1 + (a % 3), column: 1 + (b % 5) } });
      actions.split();
    },
    () => actions.merge(a % 2 ? 'above' : 'below'),
    () => actions.duplicate(),
    () => actions.toggle(b % 2 ? 'source' : 'outputs'),
    () => actions.makeHeading(1 + (b % 6)),
    () => {
      actions.insertHeading(a % 2 ? 'above' : 'below', 1 + (b % 6));
      editing.leaveEdit();
    },
    () =>
      editing.apply({
        type: 'batch',
        operations: order.map((id) => ({ type: 'source' as const, id, source: text })),
      }),
    () => sections.foldOrGoUp(),
    () => sections.unfoldOrGoDown(),
    () => sections.foldAll(b % 2 === 0),
    () => {
      if (to !== undefined) sections.toggle(to);
    },
  ];
  steps[kind % steps.length]?.();
}

/** The active cell is never inside a folded section, and the list shows each cell once, in order. */
function expectInSight({ store, sections }: NotebookSession): void {
  const state = store.getState();
  const shown = sections.shown(state);
  if (state.active !== null) expect(shown.map(({ id }) => id)).toContain(state.active);
  expect(shown.every(({ id, index }) => state.order[index] === id)).toBe(true);
  expect(shown.every(({ index }, at) => at === 0 || index > (shown[at - 1]?.index ?? index))).toBe(true);
}

describe('any sequence of edits', () => {
  it('is undone to the start, redone to the end, and the undone file has its own bytes [E1, E2, E3]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(planArbitrary, { minLength: 1, maxLength: 25 }), async (plans) => {
        const file = fileOf(
          codeCell('a', 'x = 1\ny = 2', { tags: ['keep'], collapsed: true }),
          textCell('b', '# Head\ntext'),
          codeCell('c', 'z', { deletable: false, jupyter: { source_hidden: true } }),
          codeCell('d', 'fixed', { editable: false }),
          { cell_type: 'raw', id: 'e', metadata: {}, source: ['raw'] },
          textCell('f', '## Part', { 'jp-MarkdownHeadingCollapsed': true }),
          codeCell('g', 'hidden'),
          textCell('h', '# Next', { heading_collapsed: true }),
          textCell('i', 'under it'),
        );
        const world = createFakeWorld({ 'n.ipynb': file });
        const session = await world.open();
        const first = content(session);
        for (const plan of plans) {
          act(session, plan);
          expectInSight(session);
        }
        const last = content(session);
        const lastText = session.saver.currentText();
        while (session.editing.canUndo) session.editing.undo();
        expect(content(session)).toEqual(first);
        expect(session.saver.currentText()).toBe(file);
        while (session.editing.canRedo) session.editing.redo();
        expect(content(session)).toEqual(last);
        expect(session.saver.currentText()).toBe(lastText);
        session.dispose();
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
