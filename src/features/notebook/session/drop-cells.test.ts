import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropCells, isCopy } from './drop-cells.ts';
import { createFakeWorld, notebookFile } from './fake-notebook-services.ts';
import type { NotebookSession } from './notebook-session.ts';

async function open(...sources: string[]) {
  return createFakeWorld({ 'n.ipynb': notebookFile(...sources) }).open();
}
const sources = ({ store }: NotebookSession) => {
  const { order, cells } = store.getState();
  return order.map((id) => cells[id]?.source).join('');
};

describe('dropping cells', () => {
  it('in their notebook moves them together to that place, and undo puts them back [E1]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }), fc.nat(5), async (picked, index) => {
        const session = await open('a', 'b', 'c', 'd', 'e');
        const { order } = session.store.getState();
        const ids = picked.flatMap((at) => order[at] ?? []);
        dropCells(session, { from: session, ids }, { index, turned: false });
        const all = ['a', 'b', 'c', 'd', 'e'];
        const moved = picked.map((at) => all[at]).join('');
        const rest = all.filter((one) => !moved.includes(one));
        const at = all.slice(0, index).filter((one) => !moved.includes(one)).length;
        expect(sources(session)).toBe([...rest.slice(0, at), moved, ...rest.slice(at)].join(''));
        session.editing.undo();
        expect(sources(session)).toBe('abcde');
        session.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it('where they are already is no step', async () => {
    const session = await open('a', 'b');
    const ids = session.store.getState().order.slice(0, 1);
    for (const index of [0, 1]) dropCells(session, { from: session, ids }, { index, turned: false });
    expect(session.editing.canUndo).toBe(false);
  });

  it('in another notebook copies them, or moves them with the key; each notebook has its undo [E10]', async () => {
    const [from, to] = [await open('a', 'b', 'c'), await open('x', 'y')];
    const ids = from.store.getState().order.slice(0, 2);
    dropCells(to, { from, ids }, { index: 1, turned: false });
    expect([sources(from), sources(to)]).toEqual(['abc', 'xaby']);
    dropCells(to, { from, ids }, { index: 0, turned: true });
    expect([sources(from), sources(to)]).toEqual(['c', 'abxaby']);
    from.editing.undo();
    to.editing.undo();
    expect([sources(from), sources(to)]).toEqual(['abc', 'xaby']);
  });

  it('in the same notebook with the key makes copies', async () => {
    const session = await open('a', 'b');
    const ids = session.store.getState().order.slice(0, 1);
    expect(isCopy({ from: session, ids }, session, true)).toBe(true);
    dropCells(session, { from: session, ids }, { index: 2, turned: true });
    expect(sources(session)).toBe('aba');
  });

  it('on a notebook that is only read loses nothing', async () => {
    const [from, to] = [await open('a'), await open('x')];
    to.store.setState({ lock: { format: '3', way: 'upgrade' } });
    dropCells(to, { from, ids: from.store.getState().order }, { index: 0, turned: true });
    expect([sources(from), sources(to)]).toEqual(['a', 'x']);
  });
});
