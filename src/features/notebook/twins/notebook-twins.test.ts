import { asCellId, type CellId } from '@atelier-ide/core/notebook/model.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import type { NotebookSession } from '../session/notebook-session.ts';

const [first, second] = [asCellId('cell-0'), asCellId('cell-1')];

const sourcesOf = (session: NotebookSession) => {
  const { order, cells } = session.store.getState();
  return order.map((id) => cells[id]?.source);
};

const shownBy = (session: NotebookSession) => {
  const { order, cells, metadata } = session.store.getState();
  return { metadata, cells: order.map((id) => [id, cells[id]?.type, cells[id]?.source]) };
};

/** Tabs of one browser on one file: each session is a page of its own, the disk and the journal are the same. */
async function tabs(text: string, count = 2) {
  const world = createFakeWorld({ 'n.ipynb': text });
  const open: NotebookSession[] = [];
  for (let i = 0; i < count; i++) open.push(await world.open());
  const [one, two, three] = open as [NotebookSession, NotebookSession, NotebookSession];
  return { world, one, two, three, open };
}

describe('a notebook in two tabs of one browser', () => {
  it('shows edits of each in the other at once, and only one tab saves [D5]', async () => {
    const { world, one, two } = await tabs(notebookFile('a', 'b'));
    one.editing.setSource(first, 'from one');
    await world.clock.settle();
    expect(sourcesOf(two)).toEqual(['from one', 'b']);
    two.editing.setSource(second, 'from two');
    await world.clock.settle();
    expect(sourcesOf(one)).toEqual(['from one', 'from two']);
    await world.clock.advance(10_000);
    expect(world.writes).toHaveLength(1);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('from one', 'from two'));
    expect([one.store.getState().save.kind, two.store.getState().save.kind]).toEqual(['saved', 'saved']);
    expect([one.isDirty, two.isDirty]).toEqual([false, false]);
    expect(world.edits.kept.size).toBe(0);
  });

  it('shows what is not saved yet in a tab that opens, and says nothing of recovery', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a', 'b') });
    const one = await world.open();
    one.editing.setSource(first, 'not saved');
    one.editing.remove([second]);
    await world.clock.advance(500);
    expect(world.edits.kept.size).toBe(1);
    const two = await world.open();
    expect(shownBy(two)).toEqual(shownBy(one));
    expect(two.recovery.store.getState().note).toBeNull();
    expect(two.editing.canUndo).toBe(false);
    await world.clock.advance(10_000);
    expect(world.writes).toHaveLength(1);
    expect(world.edits.kept.size).toBe(0);
  });

  it('has its open choices in a tab that opens, and what is chosen in one tab is chosen in all', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a', 'b', 'c') });
    const one = await world.open();
    one.editing.setSource(first, 'mine');
    one.editing.setSource(second, 'mine too');
    world.disk.set('n.ipynb', notebookFile('theirs', 'theirs too', 'c'));
    await world.clock.advance(2_000);
    expect(one.disk.choices).toHaveLength(2);
    const two = await world.open();
    expect(shownBy(two)).toEqual(shownBy(one));
    const waiting = [
      { id: first, base: { source: 'a' }, mine: { source: 'mine' }, theirs: { source: 'theirs' } },
      { id: second, base: { source: 'b' }, mine: { source: 'mine too' }, theirs: { source: 'theirs too' } },
    ];
    expect(two.disk.choices).toMatchObject(waiting);
    expect(one.disk.choices).toMatchObject(waiting);
    two.disk.keepMine([first]);
    await world.clock.settle();
    expect(one.disk.choices).toMatchObject([{ id: second }]);
    one.disk.takeTheirs();
    await world.clock.settle();
    expect(two.disk.choices).toEqual([]);
    await world.clock.advance(3_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine', 'theirs too', 'c'));
    expect(sourcesOf(two)).toEqual(['mine', 'theirs too', 'c']);
    expect([one, two].map((tab) => tab.store.getState().save.kind)).toEqual(['saved', 'saved']);
  });

  it('goes on waiting for a choice when the writing tab closes: theirs is not written over', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a') });
    const one = await world.open();
    one.editing.setSource(first, 'mine');
    world.disk.set('n.ipynb', notebookFile('theirs'));
    await world.clock.advance(2_000);
    const two = await world.open();
    one.dispose();
    await world.clock.advance(10_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('theirs'));
    expect(two.store.getState().save).toEqual({ kind: 'choices', count: 1 });
    two.disk.keepMine();
    await world.clock.advance(3_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine'));
  });

  it('saves for the other tab on its save, and goes on when the writing tab closes [D5]', async () => {
    const { world, one, two } = await tabs(notebookFile('a', 'b'));
    two.editing.setSource(first, 'of two');
    await world.clock.settle();
    void two.save();
    await world.clock.settle();
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('of two', 'b'));
    two.editing.setSource(second, 'unsaved');
    await world.clock.settle();
    one.dispose();
    await world.clock.settle();
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('of two', 'unsaved'));
    two.editing.setSource(second, 'alone');
    await world.clock.advance(10_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('of two', 'alone'));
    expect(two.store.getState().save.kind).toBe('saved');
    expect(world.edits.kept.size).toBe(0);
  });

  it('has one text for a cell in which both typed at the same time; the other is a step back', async () => {
    const { world, one, two } = await tabs(notebookFile('a'));
    one.editing.setSource(first, 'a one');
    two.editing.setSource(first, 'a two');
    await world.clock.settle();
    expect(sourcesOf(one)).toEqual(sourcesOf(two));
    const loser = sourcesOf(one)[0] === 'a one' ? two : one;
    const lost = loser === one ? 'a one' : 'a two';
    loser.editing.undo();
    await world.clock.settle();
    expect(sourcesOf(one)).toEqual([lost]);
    expect(sourcesOf(two)).toEqual([lost]);
  });

  it('loses no cell where both add and move, and none that is edited while it is deleted', async () => {
    const { world, one, two } = await tabs(notebookFile('a', 'b', 'c'));
    one.editing.select(first);
    one.editing.insert('below');
    two.editing.select(first);
    two.editing.insert('below');
    one.editing.remove([second]);
    two.editing.setSource(second, 'edited');
    await world.clock.settle();
    expect(shownBy(one)).toEqual(shownBy(two));
    expect(sourcesOf(one)).toHaveLength(5);
    expect(sourcesOf(one)).toContain('edited');
  });

  it('names cells alike in files without ids, whatever was saved before the second tab', async () => {
    const text = notebookFile('same', 'same', 'b').replaceAll(/\n {3}"id": "cell-\d",/g, '');
    const world = createFakeWorld({ 'n.ipynb': text });
    const one = await world.open();
    const [top] = one.store.getState().order;
    one.editing.setSource(top ?? first, 'saved');
    await world.clock.advance(3_000);
    one.editing.setSource(top ?? first, 'not saved');
    const two = await world.open();
    expect(shownBy(two)).toEqual(shownBy(one));
    two.editing.setSource(top ?? first, 'by two');
    await world.clock.settle();
    expect(sourcesOf(one)).toEqual(['by two', 'same', 'b']);
  });

  it('clears results in both, and leaves those of a kernel to the kernel', async () => {
    const ran = notebookFile('a').replace(
      '"outputs": []',
      '"outputs": [{"name": "stdout", "output_type": "stream", "text": "x"}]',
    );
    const { world, one, two } = await tabs(ran);
    one.editing.clearOutputs([first]);
    await world.clock.settle();
    expect(two.store.getState().cells[first]?.outputs).toEqual([]);
  });

  it('has the results of a pasted cell in all tabs, and in the file', async () => {
    const { world, two } = await tabs(notebookFile('a'));
    const [cell] = Object.values(two.store.getState().cells);
    if (!cell) throw new Error('no cell');
    const output = { output_type: 'stream' as const, name: 'stdout' as const, text: 'kept' };
    two.editing.paste([{ ...cell, source: 'pasted', outputs: [output], executionCount: 4 }]);
    await world.clock.settle();
    const three = await world.open();
    const pasted = three.store.getState().order[1] ?? first;
    expect(three.store.getState().cells[pasted]).toMatchObject({ outputs: [output], executionCount: 4 });
    await world.clock.advance(3_000);
    expect(JSON.parse(world.disk.get('n.ipynb') ?? '')).toMatchObject({
      cells: [{}, { source: 'pasted', outputs: [{ text: 'kept' }], execution_count: 4 }],
    });
  });

  it('follows the file to its new name', async () => {
    const { world, one, two } = await tabs(notebookFile('a'));
    one.didMove('m.ipynb');
    await world.clock.settle();
    expect(two.path).toBe('m.ipynb');
    two.editing.setSource(first, 'still shared');
    await world.clock.settle();
    expect(sourcesOf(one)).toEqual(['still shared']);
  });

  it.each([
    ['comes a moment later', () => undefined],
    [
      'is refused',
      () => {
        throw new Error('no lock');
      },
    ],
  ])('saves under the new name what was edited before its lock, which %s', async (_, answer) => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a') });
    const session = await world.open();
    const share = world.edits.share.bind(world.edits);
    let answerNow = () => {};
    const asked = new Promise<void>((resolve) => {
      answerNow = resolve;
    });
    world.edits.share = (path) => {
      const shared = share(path);
      const join = shared.join.bind(shared);
      shared.join = async () => {
        await asked;
        answer();
        return join();
      };
      return shared;
    };
    session.editing.setSource(first, 'before');
    world.disk.set('m.ipynb', notebookFile('a'));
    world.disk.delete('n.ipynb');
    session.didMove('m.ipynb');
    session.editing.setSource(first, 'after');
    await world.clock.advance(10_000);
    expect(world.writes).toHaveLength(0);
    answerNow();
    await world.clock.settle();
    await world.clock.advance(3_000);
    expect(world.disk.get('m.ipynb')).toBe(notebookFile('after'));
    expect(session.store.getState().save.kind).toBe('saved');
  });

  it('stays by itself where the other tab does not answer', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a') });
    const silent = world.edits.share('n.ipynb');
    await silent.join();
    const opening = world.open();
    await world.clock.advance(5_000);
    const session = await opening;
    expect(sourcesOf(session)).toEqual(['a']);
    session.editing.setSource(first, 'mine');
    await world.clock.advance(3_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine'));
    silent.dispose();
  });
});

type Step = { tab: number; kind: 'type' | 'insert' | 'remove' | 'move' | 'undo' | 'meet'; at: number };

const steps = fc.array(
  fc.record<Step>({
    tab: fc.nat(2),
    kind: fc.constantFrom('type', 'type', 'insert', 'remove', 'move', 'undo', 'meet'),
    at: fc.nat(10),
  }),
  { maxLength: 30 },
);

it('shows the same in three tabs after any edits at any times, and saves it [D5]', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const { world, open } = await tabs(notebookFile('a', 'b', 'c'), 3);
      for (const [index, { tab, kind, at }] of list.entries()) {
        const session = open[tab];
        if (kind === 'meet' || !session) {
          await world.clock.settle();
          continue;
        }
        const { order } = session.store.getState();
        const id: CellId | undefined = order[at % Math.max(1, order.length)];
        if (id === undefined) continue;
        session.editing.select(id);
        if (kind === 'type') session.editing.setSource(id, `${tab}.${index}`);
        else if (kind === 'insert') session.editing.insert('below');
        else if (kind === 'remove') session.editing.remove([id]);
        else if (kind === 'move') session.editing.move(at % 2 === 0 ? 'up' : 'down');
        else session.editing.undo();
      }
      for (let i = 0; i < 4; i++) await world.clock.settle();
      const [one, two, three] = open.map(shownBy);
      expect(two).toEqual(one);
      expect(three).toEqual(one);
      await world.clock.advance(10_000);
      const onDisk = JSON.parse(world.disk.get('n.ipynb') ?? '') as { cells: { source: string }[] };
      expect(onDisk.cells.map(({ source }) => [source].flat().join(''))).toEqual(
        sourcesOf(open[0] as NotebookSession),
      );
      for (const session of open) session.dispose();
    }),
    { numRuns: 60 },
  );
}, 60_000);
