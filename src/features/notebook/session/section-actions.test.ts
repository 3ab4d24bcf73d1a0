import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { headingLevel } from '../document/headings.ts';
import { emptyCell } from '../document/notebook-model.ts';
import { createFakeWorld } from './fake-notebook-services.ts';
import type { NotebookSession } from './notebook-session.ts';

const id = asCellId;
const code = (name: string, metadata: object = {}) => ({
  cell_type: 'code',
  execution_count: null,
  id: name,
  metadata,
  outputs: [],
  source: [`${name} = 1`],
});
const text = (name: string, source: string, metadata: object = {}) => ({
  cell_type: 'markdown',
  id: name,
  metadata,
  source: [source],
});
const fileOf = (...cells: object[]) =>
  `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
const file = fileOf(
  code('a'),
  text('one', '# One'),
  code('b'),
  text('sub', '## Sub'),
  code('c'),
  text('two', '# Two'),
  code('d'),
);

async function open(content = file) {
  const world = createFakeWorld({ 'n.ipynb': content });
  const session = await world.open();
  return { world, session };
}
const shown = ({ sections, store }: NotebookSession) =>
  sections.shown(store.getState()).map((cell) => String(cell.id));
const active = ({ store }: NotebookSession) => store.getState().active;
const isDirty = ({ saver }: NotebookSession) => saver.isDirty;

describe('folding a section', () => {
  it('writes the flag of JupyterLab into this cell only, and is taken back without a trace [E6]', async () => {
    const { world, session } = await open();
    session.editing.select(id('one'));
    session.sections.foldOrGoUp();
    expect(shown(session)).toEqual(['a', 'one', 'two', 'd']);
    await session.saver.flush();
    const flag = { 'jp-MarkdownHeadingCollapsed': true };
    expect(world.disk.get('n.ipynb')).toBe(file.replace(metadataOf('one'), metadataOf('one', flag)));
    session.editing.undo();
    expect(shown(session)).toHaveLength(7);
    await session.saver.flush();
    expect(world.disk.get('n.ipynb')).toBe(file);
  });

  it('goes up by Left and down by Right between headings, and folds by Left [E6]', async () => {
    const { session } = await open();
    session.editing.select(id('c'));
    const seen: unknown[] = [];
    for (const step of ['foldOrGoUp', 'foldOrGoUp', 'foldOrGoUp', 'foldOrGoUp', 'unfoldOrGoDown'] as const) {
      session.sections[step]();
      seen.push([active(session), shown(session).length]);
    }
    expect(seen).toEqual([
      ['sub', 7],
      ['sub', 6],
      ['one', 6],
      ['one', 4],
      ['one', 6],
    ]);
    session.sections.unfoldOrGoDown();
    expect(active(session)).toBe('sub');
  });

  it('acts on the whole section: select, move, copy, delete [E6]', async () => {
    const { session } = await open();
    session.sections.fold([id('one')], true);
    session.editing.select(id('one'));
    expect(session.editing.copies().map((cell) => cell.id)).toEqual(['one', 'b', 'sub', 'c']);
    session.editing.move('up');
    expect(session.store.getState().order).toEqual(['one', 'b', 'sub', 'c', 'a', 'two', 'd']);
    session.editing.undo();
    session.cells.duplicate();
    expect(shown(session)).toHaveLength(5);
    expect(session.store.getState().order).toHaveLength(11);
    session.editing.undo();
    session.editing.select(id('one'));
    session.editing.deleteSelected();
    expect(session.store.getState().order).toEqual(['a', 'two', 'd']);
    session.editing.undo();
    expect(shown(session)).toEqual(['a', 'one', 'two', 'd']);
  });

  it('changes the type of the heading only, and merges nothing that is not in sight', async () => {
    const { session } = await open();
    session.sections.fold([id('one')], true);
    session.editing.select(id('one'));
    session.cells.merge();
    expect(session.store.getState().order).toHaveLength(7);
    expect(session.store.getState().refusal).toMatchObject({ id: 'one' });
    session.editing.changeType('code');
    expect(shown(session)).toHaveLength(7);
    const { cells } = session.store.getState();
    expect(cells[id('sub')]?.type).toBe('markdown');
  });

  it('opens for what is gone to, and looking changes no file [E6]', async () => {
    const folded = file
      .replace(metadataOf('one'), metadataOf('one', { 'jp-MarkdownHeadingCollapsed': true }))
      .replace(metadataOf('sub'), metadataOf('sub', { heading_collapsed: true }));
    const { session } = await open(folded);
    expect(shown(session)).toEqual(['a', 'one', 'two', 'd']);
    session.reveal(id('c'));
    expect(shown(session)).toHaveLength(7);
    expect(isDirty(session)).toBe(false);
    session.editing.select(id('sub'));
    session.sections.foldOrGoUp();
    expect(shown(session)).toEqual(['a', 'one', 'b', 'sub', 'two', 'd']);
    expect(isDirty(session)).toBe(false);
    session.sections.foldAll(false);
    expect(session.saver.currentText()).toBe(file);
  });

  it('passes a folded section in one step, by arrow and by moving', async () => {
    const { session } = await open();
    session.sections.foldAll(true);
    expect(shown(session)).toEqual(['a', 'one', 'two']);
    session.editing.select(id('one'));
    session.editing.selectBy(1);
    expect(active(session)).toBe('two');
    session.editing.move('up');
    expect(session.store.getState().order).toEqual(['a', 'two', 'd', 'one', 'b', 'sub', 'c']);
    session.editing.select(id('one'));
    session.editing.selectAll();
    expect(active(session)).toBe('one');
    expect(session.editing.copies()).toHaveLength(7);
  });

  it('gives the same list as long as nothing comes, goes or folds', async () => {
    const { session } = await open();
    const first = session.sections.shown(session.store.getState());
    session.editing.setSource(id('b'), 'other');
    expect(session.sections.shown(session.store.getState())).toBe(first);
    session.sections.fold([id('two')], true);
    expect(session.sections.shown(session.store.getState())).not.toBe(first);
  });
});

function metadataOf(name: string, metadata: object = {}): string {
  const cell = JSON.stringify({ id: name, metadata }, null, 1).replaceAll('\n', '\n  ');
  return cell.slice(1, cell.lastIndexOf('}')).trimEnd();
}

describe('the level of a heading cell', () => {
  it.each([
    ['# a', 1],
    ['text\n\n### b', 3],
    ['### b\n# a', 1],
    ['Title\n=====', 1],
    ['Title\n---', 2],
    ['text\n\n---', 0],
    ['- item\n---', 0],
    ['```\n# no\n```', 0],
    ['~~~\n# no\n```\n~~~\n## yes', 2],
    ['<h2 id="x">y</h2>', 2],
    ['#no', 0],
  ])('%j is %i', (source, level) => {
    expect(headingLevel(emptyCell(id('x'), 'markdown', source))).toBe(level);
    expect(headingLevel(emptyCell(id('x'), 'code', source))).toBe(0);
  });
});
