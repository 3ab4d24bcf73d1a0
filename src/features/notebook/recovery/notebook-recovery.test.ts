import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';

const first = asCellId('cell-0');
const second = asCellId('cell-1');
const WITHOUT_IDS = `${JSON.stringify(
  {
    cells: ['a', 'a', 'b'].map((source) => ({
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 4,
  },
  null,
  1,
)}\n`;

type World = ReturnType<typeof createFakeWorld>;

/** The page is killed: nothing of it runs any more, what it kept stays. */
async function openAgain(world: World, text?: string) {
  const after = createFakeWorld(text === undefined ? {} : { 'n.ipynb': text });
  for (const [path, kept] of world.edits.kept) after.edits.kept.set(path, structuredClone(kept));
  return { world: after, session: await after.open() };
}

const sourcesOf = (session: Awaited<ReturnType<World['open']>>) => {
  const { order, cells } = session.store.getState();
  return order.map((id) => cells[id]?.source);
};

describe('the journal of a notebook', () => {
  it('has an edit within half a second, and nothing once it is in the file [Q1]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a', 'b') });
    const session = await world.open();
    expect(world.edits.kept.size).toBe(0);
    session.editing.setSource(first, 'typed');
    await world.clock.advance(300);
    expect(world.edits.kept.get('n.ipynb')).toMatchObject({
      kind: 'notebook',
      base: { cells: [{ source: 'a' }, { source: 'b' }] },
      changes: { order: [first, second], cells: [{ id: first, source: 'typed' }], metadata: null },
    });
    await world.clock.advance(3_000);
    expect(world.writes).toHaveLength(1);
    expect(world.edits.kept.size).toBe(0);
  });

  it('has what was typed during a save, on what that save wrote', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a') });
    const session = await world.open();
    session.editing.setSource(first, 'ab');
    const saved = session.saver.flush();
    session.editing.setSource(first, 'abc');
    await saved;
    await world.clock.advance(300);
    expect(world.edits.kept.get('n.ipynb')).toMatchObject({
      hash: session.saver.hash,
      base: { cells: [{ source: 'ab' }] },
      changes: { cells: [{ source: 'abc' }] },
    });
  });

  it('keeps nothing of what only a kernel wrote', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a') });
    const session = await world.open();
    session.editing.apply({
      type: 'result',
      id: first,
      result: { outputs: [{ output_type: 'stream', name: 'stdout', text: 'x' }], executionCount: 1 },
    });
    await world.clock.advance(300);
    expect(world.edits.kept.size).toBe(0);
  });

  it('keeps the edits where the page lost its cells: loaded again it has them, and the file is not emptied [Q2]', async () => {
    const text = notebookFile('a', 'b');
    const world = createFakeWorld({ 'n.ipynb': text });
    const session = await world.open();
    session.editing.setSource(second, 'typed');
    await world.clock.advance(300);
    // As a fault of the program would: nobody deleted them.
    session.store.setState({ order: [], cells: {} });
    await world.clock.advance(3_000);
    expect(session.store.getState().save).toMatchObject({ kind: 'failed', title: 'n.ipynb was not saved' });
    session.dispose();
    const again = await openAgain(world, text);
    expect(sourcesOf(again.session)).toEqual(['a', 'typed']);
    await again.world.clock.advance(3_000);
    expect(again.world.disk.get('n.ipynb')).toBe(notebookFile('a', 'typed'));
  });

  it('keeps that a person deleted all cells', async () => {
    const text = notebookFile('a', 'b');
    const world = createFakeWorld({ 'n.ipynb': text });
    const session = await world.open();
    session.editing.remove([first, second]);
    await world.clock.advance(300);
    const again = await openAgain(world, text);
    await again.world.clock.advance(3_000);
    expect(again.world.disk.get('n.ipynb')).not.toContain('cell-0');
  });

  it('keeps edits while no save succeeds, and follows a rename', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a') });
    const session = await world.open();
    world.failures.push(...Array.from({ length: 20 }, () => new TypeError('Failed to fetch')));
    session.editing.setSource(first, 'offline');
    await world.clock.advance(30_000);
    expect(world.edits.kept.get('n.ipynb')?.changes).toMatchObject({ cells: [{ source: 'offline' }] });
    session.didMove('m.ipynb');
    await world.clock.advance(300);
    expect([...world.edits.kept.keys()]).toEqual(['m.ipynb']);
  });
});

describe('edits of a page that was lost', () => {
  async function lost(text: string, edit: (session: Awaited<ReturnType<World['open']>>) => void) {
    const world = createFakeWorld({ 'n.ipynb': text });
    const session = await world.open();
    edit(session);
    await world.clock.advance(300);
    expect(world.edits.kept.size).toBe(1);
    return world;
  }

  it('are in the cells again, with a quiet note, and get into the file [Q1]', async () => {
    const text = notebookFile('a', 'b');
    const { world, session } = await openAgain(
      await lost(text, ({ editing }) => editing.setSource(second, 'typed')),
      text,
    );
    expect(sourcesOf(session)).toEqual(['a', 'typed']);
    expect(session.recovery.store.getState().note).toMatchObject({ kind: 'back', canTurn: true });
    await world.clock.advance(3_000);
    expect(world.disk.get('n.ipynb')).toBe(text.replace('"b"', '"typed"'));
    expect(world.edits.kept.size).toBe(0);
  });

  it('come back whole: new, removed, moved and changed cells of a file without ids', async () => {
    const before = await lost(WITHOUT_IDS, (session) => {
      const [one, two, three] = session.store.getState().order;
      session.editing.select(two ?? first);
      session.editing.insert('below', 'markdown');
      session.editing.setSource(session.store.getState().active ?? first, 'new');
      session.editing.remove([one ?? first]);
      session.editing.setSource(two ?? first, 'second');
      session.editing.select(three ?? first);
      session.editing.move('up');
      session.editing.apply({ type: 'metadata', metadata: { mine: true } });
    });
    const { session } = await openAgain(before, WITHOUT_IDS);
    expect(sourcesOf(session)).toEqual(['second', 'b', 'new']);
    const { order, cells, metadata } = session.store.getState();
    expect(cells[order[2] ?? first]?.type).toBe('markdown');
    expect(metadata).toEqual({ mine: true });
    session.editing.undo();
    expect(sourcesOf(session)).toEqual(['a', 'a', 'b']);
    expect(session.saver.currentText()).toBe(WITHOUT_IDS);
  });

  it('come back into a notebook that had no cell', async () => {
    const text = `${JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
    const before = await lost(text, (session) => {
      session.editing.setSource(session.store.getState().order[0] ?? first, 'first words');
    });
    const { session } = await openAgain(before, text);
    expect(sourcesOf(session)).toEqual(['first words']);
  });

  it('are discarded in one step, which can be undone', async () => {
    const text = notebookFile('a', 'b');
    const { world, session } = await openAgain(
      await lost(text, ({ editing }) => editing.setSource(first, 'typed')),
      text,
    );
    session.recovery.turn();
    expect(sourcesOf(session)).toEqual(['a', 'b']);
    await world.clock.advance(300);
    expect(world.edits.kept.size).toBe(0);
    session.recovery.turn();
    expect(sourcesOf(session)).toEqual(['typed', 'b']);
    await world.clock.advance(300);
    expect(world.edits.kept.size).toBe(1);
  });

  it('cannot be discarded over something newer', async () => {
    const text = notebookFile('a', 'b');
    const { session } = await openAgain(
      await lost(text, ({ editing }) => editing.setSource(first, 'typed')),
      text,
    );
    session.editing.setSource(second, 'newer');
    session.recovery.turn();
    expect(sourcesOf(session)).toEqual(['typed', 'newer']);
    expect(session.recovery.store.getState().note).toMatchObject({ canTurn: false });
  });

  it('stay in the journal until they are in the file, however often the page is lost', async () => {
    const text = notebookFile('a');
    const once = await openAgain(await lost(text, ({ editing }) => editing.setSource(first, 'typed')), text);
    const twice = await openAgain(once.world, text);
    expect(sourcesOf(twice.session)).toEqual(['typed']);
  });

  it('are merged with a file that was changed since, with its results [Q1]', async () => {
    const before = await lost(notebookFile('a', 'b', 'c'), (session) => {
      session.editing.setSource(first, 'mine');
      session.editing.remove([asCellId('cell-2')]);
    });
    const changed = JSON.parse(notebookFile('a', 'theirs', 'c', 'new')) as { cells: { outputs: object[] }[] };
    changed.cells[0]?.outputs.push({ output_type: 'stream', name: 'stdout', text: 'x' });
    const { world, session } = await openAgain(before, `${JSON.stringify(changed, null, 1)}\n`);
    expect(sourcesOf(session)).toEqual(['mine', 'theirs', 'new']);
    expect(session.store.getState().cells[first]?.outputs).toHaveLength(1);
    expect(session.recovery.store.getState().note).toMatchObject({
      kind: 'back',
      isMerged: true,
      clashes: 0,
    });
    await world.clock.advance(3_000);
    expect(JSON.parse(world.disk.get('n.ipynb') ?? '')).toMatchObject({
      cells: [{ source: 'mine', outputs: [{ text: 'x' }] }, { source: 'theirs' }, { source: 'new' }],
    });
    expect(world.edits.kept.size).toBe(0);
  });

  it('stand where both sides edited a cell; discarding shows the other side', async () => {
    const before = await lost(notebookFile('a'), ({ editing }) => editing.setSource(first, 'mine'));
    const { world, session } = await openAgain(before, notebookFile('theirs'));
    expect(sourcesOf(session)).toEqual(['mine']);
    expect(session.recovery.store.getState().note).toMatchObject({ clashes: 1 });
    expect(session.disk.choices).toMatchObject([{ id: first, theirs: { source: 'theirs' } }]);
    await session.saver.flush();
    expect(session.store.getState().save.kind).toBe('choices');
    session.recovery.turn();
    expect(sourcesOf(session)).toEqual(['theirs']);
    session.recovery.turn();
    expect(sourcesOf(session)).toEqual(['mine']);
    // The edits are back, and so is the choice: mine does not go over theirs without one.
    expect(session.disk.choices).toMatchObject([
      { id: first, mine: { source: 'mine' }, theirs: { source: 'theirs' } },
    ]);
    await world.clock.advance(10_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('theirs'));
    expect(session.store.getState().save).toEqual({ kind: 'choices', count: 1 });
    session.disk.keepMine();
    await world.clock.advance(3_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine'));
  });

  it('are not taken out by the step back that the news of the file offer', async () => {
    const before = await lost(notebookFile('a', 'b', 'c'), ({ editing }) => {
      editing.setSource(first, 'mine');
      editing.setSource(second, 'B');
    });
    const { session } = await openAgain(before, notebookFile('theirs', 'b', 'C'));
    session.disk.keepMine();
    expect(session.disk.store.getState().news?.canUndo ?? false).toBe(false);
    const again = await openAgain(before, notebookFile('theirs', 'b', 'C'));
    again.session.disk.undo();
    expect(sourcesOf(again.session)).toEqual(['mine', 'B', 'C']);
    expect(again.session.disk.choices).toHaveLength(1);
  });

  it('wait for their choice again after each reload, with what else was edited and came in', async () => {
    const before = await lost(notebookFile('a', 'b', 'c'), ({ editing }) => {
      editing.setSource(first, 'mine');
      editing.setSource(second, 'B');
    });
    const changed = notebookFile('theirs', 'b', 'C');
    let { world, session } = await openAgain(before, changed);
    for (let i = 0; i < 3; i++) {
      expect(sourcesOf(session)).toEqual(['mine', 'B', 'C']);
      expect(session.disk.choices).toMatchObject([{ id: first, theirs: { source: 'theirs' } }]);
      await world.clock.advance(10_000);
      expect(world.disk.get('n.ipynb')).toBe(changed);
      ({ world, session } = await openAgain(world, changed));
    }
    session.disk.keepMine();
    await world.clock.advance(3_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine', 'B', 'C'));
    expect(world.edits.kept.size).toBe(0);
  });

  it('wait for their choice also when the file was changed before the reload, but what is chosen stays so', async () => {
    const world = createFakeWorld({ 'n.ipynb': WITHOUT_IDS });
    const session = await world.open();
    const [top, middle] = session.store.getState().order;
    session.editing.setSource(top ?? first, 'mine');
    session.editing.setSource(middle ?? first, 'mine too');
    const changed = WITHOUT_IDS.replace('"a"', '"theirs"').replace('"a"', '"theirs too"');
    world.disk.set('n.ipynb', changed);
    await world.clock.advance(3_000);
    expect(session.disk.choices).toHaveLength(2);
    session.disk.keepMine([top ?? first]);
    await world.clock.advance(300);
    const again = await openAgain(world, changed);
    expect(sourcesOf(again.session)).toEqual(['mine', 'mine too', 'b']);
    expect(again.session.disk.choices).toMatchObject([
      { mine: { source: 'mine too' }, theirs: { source: 'theirs too' } },
    ]);
  });

  it('wait for no choice that was made before they were discarded', async () => {
    const before = await lost(notebookFile('a'), ({ editing }) => editing.setSource(first, 'mine'));
    const { world, session } = await openAgain(before, notebookFile('theirs'));
    session.disk.keepMine();
    session.recovery.turn();
    session.recovery.turn();
    expect(session.disk.choices).toEqual([]);
    await world.clock.advance(3_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine'));
  });

  it('that are in the file already are forgotten without a word', async () => {
    const before = await lost(WITHOUT_IDS, ({ editing, store }) =>
      editing.setSource(store.getState().order[2] ?? first, 'saved just then'),
    );
    const { world, session } = await openAgain(before, WITHOUT_IDS.replace('"b"', '"saved just then"'));
    expect(session.recovery.store.getState().note).toBeNull();
    expect(session.saver.isDirty).toBe(false);
    await world.clock.advance(300);
    expect(world.edits.kept.size).toBe(0);
  });

  it('are offered as a new file where the file is gone', async () => {
    const before = await lost(notebookFile('a', 'b'), ({ editing }) => editing.setSource(first, 'typed'));
    const { world, session } = await openAgain(before);
    expect(session.store.getState().status.kind).toBe('problem');
    expect(session.recovery.store.getState().note).toMatchObject({ kind: 'gone' });
    await world.clock.advance(5_000);
    expect(world.edits.kept.size).toBe(1);
    world.disk.set('n.ipynb', session.recovery.text());
    await session.recovery.forget();
    await session.open();
    expect(sourcesOf(session)).toEqual(['typed', 'b']);
    expect(world.edits.kept.size).toBe(0);
  });

  it('stay in a journal that does not answer', async () => {
    const text = notebookFile('a');
    const world = createFakeWorld({ 'n.ipynb': text });
    const before = await lost(text, ({ editing }) => editing.setSource(first, 'typed'));
    world.edits.kept.set('n.ipynb', before.edits.kept.get('n.ipynb') as never);
    world.edits.read = () => Promise.reject(new Error('no answer'));
    const session = await world.open();
    expect(sourcesOf(session)).toEqual(['a']);
    session.editing.setSource(first, 'other');
    await world.clock.advance(300);
    expect(world.edits.kept.get('n.ipynb')?.changes).toMatchObject({ cells: [{ source: 'typed' }] });
  });
});
