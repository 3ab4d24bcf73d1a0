import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropCells, isCopy } from './drop-cells.ts';
import { createFakeWorld, notebookFile } from './fake-notebook-services.ts';
import type { NotebookSession } from './notebook-session.ts';

async function twoViews(...sources: string[]) {
  const world = createFakeWorld({ 'n.ipynb': notebookFile(...sources) });
  const session = await world.open();
  const first = session.views.take('tab-1');
  const second = session.views.take('tab-2');
  return { world, session, first, second };
}

const sources = ({ store }: NotebookSession) =>
  store.getState().order.map((id) => store.getState().cells[id]?.source);

describe('two views of a notebook', () => {
  it('have the same cells, and each its own selection, mode and editors [E12]', async () => {
    const { first, second } = await twoViews('a', 'b', 'c');
    expect(second.path).toBe(first.path);
    second.editing.select(asCellId('cell-2'));
    second.editing.enterEdit();
    expect(second.store.getState()).toMatchObject({ active: 'cell-2', mode: 'edit', live: ['cell-2'] });
    expect(first.store.getState()).toMatchObject({ active: 'cell-0', mode: 'command', live: [] });
    second.editing.setSource(asCellId('cell-2'), 'changed');
    first.editing.setSource(asCellId('cell-0'), 'also');
    expect(sources(first)).toEqual(['also', 'b', 'changed']);
    expect(sources(second)).toEqual(['also', 'b', 'changed']);
  });

  it('are one notebook for cells that are dragged from one to the other: they move [E1, E12]', async () => {
    const { first, second } = await twoViews('a', 'b', 'c');
    dropCells(second, { from: first, ids: [asCellId('cell-0')] }, { index: 3, turned: false });
    expect(sources(first)).toEqual(['b', 'c', 'a']);
    expect(isCopy({ from: first, ids: [] }, second, false)).toBe(false);
  });

  it('have one history and one file: a step back is a step back in both, a save is one write [E12]', async () => {
    const { world, first, second } = await twoViews('a', 'b');
    second.editing.setSource(asCellId('cell-1'), 'b2');
    expect(first.editing.canUndo).toBe(true);
    await world.clock.advance(5_000);
    expect(world.writes).toHaveLength(1);
    expect(first.isDirty || second.isDirty).toBe(false);
    first.editing.undo();
    expect(sources(second)).toEqual(['a', 'b']);
    second.editing.redo();
    expect(sources(first)).toEqual(['a', 'b2']);
  });

  it('run and show outputs in both; a text cell is rendered where it was run [E12]', async () => {
    const { world, first, second } = await twoViews('a', 'b');
    world.bind('bound');
    await world.clock.settle();
    second.editing.select(asCellId('cell-1'));
    second.editing.changeType('markdown');
    expect(second.store.getState().unrendered.size).toBe(1);
    await second.runner.run([asCellId('cell-0'), asCellId('cell-1')]);
    expect(second.store.getState().unrendered.size).toBe(0);
    world.runsTo(world.submitted.at(-1)?.[0]?.id ?? '', 'out\n');
    await world.clock.advance(100);
    for (const { store } of [first, second])
      expect(store.getState().cells[asCellId('cell-0')]?.outputs).toHaveLength(1);
  });

  it('select what took the place of a cell that the other deleted [E12]', async () => {
    const { first, second } = await twoViews('a', 'b', 'c');
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const [, middle = asCellId('')] = one.store.getState().order;
      one.editing.select(middle);
      one.editing.enterEdit();
      other.editing.select(middle);
      other.editing.deleteSelected();
      const { active, mode, order, live } = one.store.getState();
      expect(order).toContain(active);
      expect([mode, live.includes(middle)]).toEqual(['command', false]);
      other.editing.undo();
    }
  });

  it('go on alone when the other is closed [E12]', async () => {
    const { session, first, second } = await twoViews('a');
    session.views.release('tab-1');
    second.editing.setSource(asCellId('cell-0'), 'left');
    expect(sources(first)).toEqual(['left']);
    expect(session.views.of('tab-2')).toBe(second);
    session.views.release('tab-2');
    expect(session.views.of('tab-2')).toBe(session);
    // The first place is free again, and is taken by whoever comes next.
    expect(session.views.take('tab-3')).toBe(session);
  });

  it('never select what is not there, whatever is done in either', async () => {
    const step = fc.record({
      isFirst: fc.boolean(),
      what: fc.constantFrom('insert', 'delete', 'up', 'down', 'move', 'undo', 'redo', 'edit', 'all'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { first, second } = await twoViews('a', 'b', 'c');
        for (const { isFirst, what } of steps) {
          act((isFirst ? first : second).editing, what);
          for (const { store } of [first, second]) {
            const { active, anchor, order, cells } = store.getState();
            expect(order).toBe(first.store.getState().order);
            if (order.length === 0) continue;
            expect([active, anchor].every((id) => id !== null && cells[id] !== undefined)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

function act(editing: NotebookSession['editing'], what: string): void {
  if (what === 'insert') editing.insert('below');
  else if (what === 'delete') editing.deleteSelected();
  else if (what === 'up') editing.selectBy(-1);
  else if (what === 'down') editing.selectBy(1, { extend: true });
  else if (what === 'move') editing.move('down');
  else if (what === 'undo') editing.undo();
  else if (what === 'redo') editing.redo();
  else if (what === 'all') editing.selectAll();
  else editing.enterEdit();
}
