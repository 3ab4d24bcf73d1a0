import { problem, ProblemError } from '@atelier-ide/contract';
import { asCellId, type CellId } from '@atelier-ide/core/notebook/model.ts';
import { readNotebook } from '@atelier-ide/core/notebook/read.ts';
import { describe, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import type { CellNote } from './cell-notes.ts';
import { newsWords } from './disk-words.ts';
import { noteWords } from './note-words.ts';

const first = asCellId('cell-0');
const second = asCellId('cell-1');
type World = ReturnType<typeof createFakeWorld>;

async function open(...sources: string[]) {
  const world = createFakeWorld({ 'n.ipynb': notebookFile(...sources) });
  return { world, session: await world.open() };
}
const save = (session: NotebookSession) => session.store.getState().save;
const shown = (session: NotebookSession) => {
  const { order, cells } = session.store.getState();
  return order.map((id) => cells[id]?.source);
};
const inFile = (world: World) => {
  const result = readNotebook(world.disk.get('n.ipynb') ?? '');
  return result.ok ? result.notebook.document.cells.map(({ source }) => source) : null;
};
const words = (session: NotebookSession) => {
  const { news } = session.disk.store.getState();
  return news ? newsWords(news) : null;
};
const writeOutside = (world: World, change: (text: string) => string) =>
  world.disk.set('n.ipynb', change(world.disk.get('n.ipynb') ?? ''));
/** A file with these cells, sources under their ids. */
const fileOf = (cells: Readonly<Record<string, string>>) => {
  const file = JSON.parse(notebookFile(...Object.values(cells))) as { cells: { id: string }[] };
  for (const [index, id] of Object.keys(cells).entries()) Object.assign(file.cells[index] ?? {}, { id });
  return `${JSON.stringify(file, null, 1)}\n`;
};
const told = (session: NotebookSession) => {
  const notes = [...(session.disk.store.getState().news?.notes ?? [])];
  return Object.fromEntries(notes.map(([id, all]) => [id, all.map((note) => noteWords(note).words)]));
};
const undoNote = (session: NotebookSession, id: CellId, kind: CellNote['kind']) => {
  const notes = session.disk.store.getState().news?.notes.get(id) ?? [];
  const note = notes.find((one) => one.kind === kind);
  expect(note).toBeDefined();
  if (note) session.disk.undoNote(id, note);
};
const edit = (session: NotebookSession, source: string, id: CellId = first) =>
  session.editing.setSource(id, source);

describe('a file that was written outside', () => {
  it('comes in at a save, beside the edits of other cells, and both are in the file [D5]', async () => {
    const { world, session } = await open('a', 'b', 'c');
    const before = session.store.getState();
    edit(session, 'mine');
    writeOutside(world, (text) => text.replace('"b"', '"theirs"'));
    await world.clock.advance(2_000);
    expect(shown(session)).toEqual(['mine', 'theirs', 'c']);
    expect(inFile(world)).toEqual(['mine', 'theirs', 'c']);
    expect(save(session).kind).toBe('saved');
    expect(words(session)).toBe('1 cell merged.');
    const after = session.store.getState();
    // What did not change is the same to whoever draws it; selection and mode stay.
    expect(after.cells[asCellId('cell-2')]).toBe(before.cells[asCellId('cell-2')]);
    expect([after.active, after.mode]).toEqual([before.active, before.mode]);
  });

  it('comes in when the person looks, and is one step that can be taken back', async () => {
    const { world, session } = await open('a', 'b');
    session.editing.enterEdit(second);
    writeOutside(world, () => notebookFile('A', 'b', 'new'));
    await session.saver.look();
    expect(shown(session)).toEqual(['A', 'b', 'new']);
    expect(session.isDirty).toBe(false);
    expect(session.store.getState()).toMatchObject({ active: second, mode: 'edit' });
    session.disk.undo();
    expect(shown(session)).toEqual(['a', 'b']);
    await world.clock.advance(2_000);
    expect(inFile(world)).toEqual(['a', 'b']);
  });

  it('mends a cell that could not be understood in its place, with its results, and takes it back', async () => {
    const odd = notebookFile('a', 'b', 'c').replace(
      /"cell_type": "code"(?=,\s+"execution_count": null,\s+"id": "cell-1")/,
      '"cell_type": "odd"',
    );
    const world = createFakeWorld({ 'n.ipynb': odd });
    const session = await world.open();
    const before = shown(session);
    expect(session.store.getState().cells[second]?.problem).toBeDefined();
    writeOutside(world, () =>
      notebookFile('a', 'b', 'c').replace(
        /"execution_count": null(?=,\s+"id": "cell-1")/,
        '"execution_count": 7',
      ),
    );
    await session.saver.look();
    expect(shown(session)).toEqual(['a', 'b', 'c']);
    expect(session.store.getState().cells[second]).toMatchObject({ type: 'code', executionCount: 7 });
    expect(session.isDirty).toBe(false);
    session.disk.undo();
    expect(shown(session)).toEqual(before);
  });

  it('says nothing of results alone, and takes them', async () => {
    const { world, session } = await open('a');
    writeOutside(world, (text) => text.replace('"execution_count": null', '"execution_count": 7'));
    await session.saver.look();
    expect(session.store.getState().cells[first]?.executionCount).toBe(7);
    expect(words(session)).toBeNull();
  });

  it('leaves results out of the history: no step back takes them away, and redo stays', async () => {
    const { world, session } = await open('a', 'b');
    edit(session, 'typed');
    await world.clock.advance(2_000);
    edit(session, 'more', second);
    session.editing.undo();
    await world.clock.advance(2_000);
    writeOutside(world, (text) =>
      text
        .replace('"execution_count": null', '"execution_count": 7')
        .replace(
          '"metadata": {}',
          '"metadata": {"execution": {"iopub.status.busy": "2026-11-23T00:00:00Z"}}',
        ),
    );
    await session.saver.look();
    const result = () => {
      const cell = session.store.getState().cells[first];
      return [cell?.executionCount, Object.keys(cell?.metadata ?? {})];
    };
    expect(result()).toEqual([7, ['execution']]);
    expect(session.isDirty).toBe(false);
    session.editing.redo();
    expect(shown(session)).toEqual(['typed', 'more']);
    session.editing.undo();
    session.editing.undo();
    expect(shown(session)).toEqual(['a', 'b']);
    expect(result()).toEqual([7, ['execution']]);
    await world.clock.advance(2_000);
    expect(world.disk.get('n.ipynb')).toContain('"execution_count": 7');
  });

  it('offers to undo what was edited there, and not the results that came in with it or after it', async () => {
    const { world, session } = await open('a', 'b');
    writeOutside(world, (text) =>
      text.replace('"b"', '"theirs"').replace('"execution_count": null', '"execution_count": 7'),
    );
    await session.saver.look();
    writeOutside(world, (text) => text.replace('"execution_count": null', '"execution_count": 8'));
    await session.saver.look();
    session.disk.undo();
    expect(shown(session)).toEqual(['a', 'b']);
    const { cells } = session.store.getState();
    expect([cells[first]?.executionCount, cells[second]?.executionCount]).toEqual([7, 8]);
  });

  it('is told cell by cell, and each note takes back its own cell alone [D5]', async () => {
    const { world, session } = await open('a', 'b', 'c', 'd');
    world.disk.set('n.ipynb', fileOf({ 'cell-0': 'A', 'cell-3': 'd', new: 'n' }));
    await session.saver.look();
    expect(shown(session)).toEqual(['A', 'd', 'n']);
    const added = asCellId('new');
    expect(told(session)).toEqual({
      [first]: ['Taken from disk: a is now A.', 'The 2 cells below this one were deleted on disk.'],
      [added]: ['New cell from disk.'],
    });
    undoNote(session, first, 'removed');
    expect(shown(session)).toEqual(['A', 'b', 'c', 'd', 'n']);
    undoNote(session, added, 'added');
    undoNote(session, first, 'edited');
    expect(shown(session)).toEqual(['a', 'b', 'c', 'd']);
    expect(told(session)).toEqual({});
    // Each is a step of the person: it is saved, and taken back as a step.
    await world.clock.advance(2_000);
    expect(inFile(world)).toEqual(['a', 'b', 'c', 'd']);
    session.editing.undo();
    session.editing.undo();
    expect(shown(session)).toEqual(['A', 'b', 'c', 'd', 'n']);
  });

  it('is told where cells went that stood first, and where cells moved', async () => {
    const { world, session } = await open('a', 'b', 'c', 'd');
    world.disk.set('n.ipynb', fileOf({ 'cell-3': 'd', 'cell-1': 'b', 'cell-2': 'c' }));
    await session.saver.look();
    expect(told(session)).toEqual({
      'cell-1': ['The cell above this one was deleted on disk.'],
      'cell-3': ['Moved on disk.'],
    });
    undoNote(session, second, 'removed');
    expect(shown(session)).toEqual(['d', 'a', 'b', 'c']);
  });

  it('is told no longer at a cell that was edited since: taking it back would take that too', async () => {
    const { world, session } = await open('a', 'b', 'c');
    writeOutside(world, (text) => text.replace('"a"', '"A"').replace('"b"', '"B"'));
    await session.saver.look();
    expect(Object.keys(told(session))).toEqual([first, second]);
    edit(session, 'A and more');
    expect(Object.keys(told(session))).toEqual([second]);
    session.disk.dismiss();
    expect(told(session)).toEqual({});
  });

  it('leaves a cell that it kept to be deleted at its note, also the only one', async () => {
    const { world, session } = await open('a', 'b');
    edit(session, 'mine');
    world.disk.set('n.ipynb', fileOf({ 'cell-1': 'b' }));
    await world.clock.advance(2_000);
    expect(told(session)).toEqual({ [first]: ['Deleted on disk, and kept because of your edits.'] });
    undoNote(session, first, 'kept');
    expect(shown(session)).toEqual(['b']);
    edit(session, 'mine', second);
    world.disk.set('n.ipynb', fileOf({}));
    await world.clock.advance(2_000);
    undoNote(session, second, 'kept');
    expect(shown(session)).toEqual(['']);
    expect(second in session.store.getState().cells).toBe(false);
  });

  it('keeps a cell that was edited here and deleted there, and one deleted here and edited there [D5]', async () => {
    const { world, session } = await open('a', 'b', 'c');
    edit(session, 'mine');
    session.editing.remove([second]);
    world.disk.set('n.ipynb', notebookFile('x').replace('"x"', '"B"').replace('cell-0', 'cell-1'));
    await world.clock.advance(2_000);
    expect(shown(session)).toEqual(['mine', 'B']);
    expect(inFile(world)).toEqual(['mine', 'B']);
    expect(words(session)).toContain('1 cell deleted there was kept, because of your edits.');
    expect(words(session)).toContain('1 cell you deleted was edited there, and is back.');
  });

  it('is not followed when it was emptied, and never emptied from here without a deletion [Q2]', async () => {
    const { world, session } = await open('a', 'b');
    world.disk.set('n.ipynb', '');
    await session.saver.look();
    expect(shown(session)).toEqual(['a', 'b']);
    expect(save(session)).toMatchObject({ kind: 'conflict', disk: { text: '' } });
    await session.saver.keepMine();
    expect(inFile(world)).toEqual(['a', 'b']);

    // As a fault of the program would: the cells are gone, and nobody deleted them.
    session.store.setState({ order: [], cells: {} });
    await session.saver.flush();
    expect(save(session)).toMatchObject({ kind: 'failed', title: 'n.ipynb was not saved' });
    expect(inFile(world)).toEqual(['a', 'b']);
  });

  it('is not emptied by an edit that leaves a page without cells as blank as it was', async () => {
    const { world, session } = await open('a', 'b');
    // As a fault of the program would.
    session.store.setState({ order: [], cells: {}, active: null, anchor: null });
    session.editing.insert('below');
    await world.clock.advance(10_000);
    expect(save(session)).toMatchObject({ kind: 'failed', title: 'n.ipynb was not saved' });
    session.editing.undo();
    await world.clock.advance(10_000);
    expect(inFile(world)).toEqual(['a', 'b']);
  });

  it('is emptied also when the person goes on after that with cells that are blank', async () => {
    const { world, session } = await open('a', 'b');
    session.editing.remove([first, second]);
    session.editing.insert('below');
    await world.clock.advance(2_000);
    expect(inFile(world)?.join('')).toBe('');
  });

  it('is emptied when the person deletes all', async () => {
    const { world, session } = await open('a', 'b');
    session.editing.selectAll();
    session.editing.deleteSelected();
    await world.clock.advance(2_000);
    expect(inFile(world)?.join('')).toBe('');
  });

  it('does not conflict with a save whose answer was lost', async () => {
    const { world, session } = await open('a', 'b');
    edit(session, 'mine');
    const { files } = world.services;
    const real = files.writeText.bind(files);
    files.writeText = async (...given) => {
      await real(...given);
      throw new TypeError('Failed to fetch');
    };
    await world.clock.advance(2_000);
    expect(save(session).kind).toBe('failed');
    files.writeText = real;
    edit(session, 'mine, and more');
    await world.clock.advance(4_000);
    expect(inFile(world)).toEqual(['mine, and more', 'b']);
    expect(save(session).kind).toBe('saved');
    expect(words(session)).toBeNull();
  });

  it('meets two pages that save in turns: what both wrote is in both', async () => {
    const { world, session } = await open('a', 'b');
    for (let round = 0; round < 5; round++) {
      edit(session, `mine ${round}`);
      writeOutside(world, (text) => text.replace(/"(b|theirs \d)"/, `"theirs ${round}"`));
      await world.clock.advance(2_000);
      expect(inFile(world)).toEqual([`mine ${round}`, `theirs ${round}`]);
    }
    expect(shown(session)).toEqual(['mine 4', 'theirs 4']);
  });
});

describe('a cell that was edited on both sides', () => {
  async function both() {
    const { world, session } = await open('a', 'b');
    edit(session, 'mine');
    writeOutside(world, () => notebookFile('theirs', 'B'));
    await world.clock.advance(2_000);
    expect(shown(session)).toEqual(['mine', 'B']);
    expect(inFile(world)).toEqual(['theirs', 'B']);
    expect(save(session)).toEqual({ kind: 'choices', count: 1 });
    expect(session.isDirty).toBe(true);
    return { world, session };
  }

  it('is theirs when that is taken, which can be undone [D5]', async () => {
    const { world, session } = await both();
    session.disk.takeTheirs();
    await world.clock.advance(2_000);
    expect(shown(session)).toEqual(['theirs', 'B']);
    expect(save(session).kind).toBe('saved');
    session.editing.undo();
    expect(shown(session)).toEqual(['mine', 'B']);
  });

  it('is two cells when both are kept', async () => {
    const { world, session } = await both();
    session.disk.keepBoth(first);
    await world.clock.advance(2_000);
    expect(inFile(world)).toEqual(['mine', 'theirs', 'B']);
  });

  it('goes on waiting when the file changes again, with its newest version', async () => {
    const { world, session } = await both();
    writeOutside(world, () => notebookFile('theirs', 'B again'));
    await session.saver.look();
    writeOutside(world, () => notebookFile('theirs newer', 'B again'));
    await session.saver.look();
    expect(shown(session)).toEqual(['mine', 'B again']);
    expect(session.disk.choices).toMatchObject([
      { mine: { source: 'mine' }, theirs: { source: 'theirs newer' } },
    ]);
    session.disk.keepMine();
    await world.clock.advance(2_000);
    expect(inFile(world)).toEqual(['mine', 'B again']);
  });

  it('is chosen when it is made the same by hand, or deleted', async () => {
    const one = await both();
    edit(one.session, 'theirs');
    await one.world.clock.advance(2_000);
    expect(save(one.session).kind).toBe('saved');
    const other = await both();
    other.session.editing.remove([first]);
    await other.world.clock.advance(2_000);
    expect(inFile(other.world)).toEqual(['B']);
  });
});

describe('a cell of which both sides edited more than its text', () => {
  const asMarkdown = (text: string) =>
    text
      .replace('"cell_type": "code",\n   "execution_count": null', '"cell_type": "markdown"')
      .replace('\n   "outputs": [],', '');

  it('goes on waiting while its type or metadata differ, and is chosen when they are the same too', async () => {
    const { world, session } = await open('a', 'b');
    edit(session, 'mine');
    writeOutside(world, () => asMarkdown(notebookFile('theirs', 'b')).replace('{}', '{"tags": ["x"]}'));
    await world.clock.advance(2_000);
    expect(session.disk.choices).toMatchObject([{ theirs: { source: 'theirs', type: 'markdown' } }]);
    session.editing.apply({
      type: 'kind',
      id: first,
      shape: { type: 'code', outputs: [], executionCount: null },
    });
    session.editing.apply({ type: 'cellMetadata', id: first, metadata: { tags: ['mine'] } });
    edit(session, 'theirs');
    expect(session.disk.choices).toHaveLength(1);
    session.editing.apply({
      type: 'kind',
      id: first,
      shape: { type: 'markdown', outputs: [], executionCount: null },
    });
    expect(session.disk.choices).toHaveLength(1);
    writeOutside(world, (text) => text.replace('"b"', '"B"'));
    await session.saver.look();
    await session.saver.flush();
    expect(save(session)).toEqual({ kind: 'choices', count: 1 });
    session.editing.apply({ type: 'cellMetadata', id: first, metadata: { tags: ['x'] } });
    expect(session.disk.choices).toEqual([]);
    await world.clock.advance(2_000);
    expect(save(session).kind).toBe('saved');
  });
});

describe('a save that fails', () => {
  it.each([
    [new TypeError('Failed to fetch'), 'The server did not answer.', true],
    [new ProblemError({ ...problem('forbidden', ''), status: 401 }), 'The session expired.', true],
    [
      new ProblemError({ ...problem('internal', 'No space.'), status: 507, code: 'disk-full' }),
      'The disk is full.',
      true,
    ],
    [
      new ProblemError({ ...problem('forbidden', 'It is read-only.'), status: 403, code: 'read-only' }),
      'It is read-only.',
      false,
    ],
    [
      new ProblemError({ ...problem('internal', ''), status: 413, code: 'too-large' }),
      'The file is larger than the server or a proxy takes.',
      false,
    ],
  ])(
    'says why until it is solved, and tries again where that can help: %s [Q2]',
    async (error, why, again) => {
      const { world, session } = await open('a');
      world.failures.push(...Array.from({ length: 3 }, () => error));
      const kinds = new Set<string>();
      edit(session, 'mine');
      await world.clock.advance(2_000);
      const end = session.store.subscribe(({ save: { kind } }) => kinds.add(kind));
      expect(save(session)).toMatchObject({ kind: 'failed', title: 'n.ipynb was not saved' });
      expect(save(session)).toMatchObject({ fact: why });
      await world.clock.advance(9_500);
      expect([...kinds].filter((kind) => kind !== 'failed')).toEqual([]);
      await world.clock.advance(60_000);
      expect(save(session).kind).toBe(again ? 'saved' : 'failed');
      world.failures.length = 0;
      await session.saver.flush();
      expect(inFile(world)).toEqual(['mine']);
      end();
    },
  );
});
