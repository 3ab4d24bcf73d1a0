import fc from 'fast-check';
import { asCellId, type JsonObject, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import {
  hasFlag,
  rawFormatOf,
  readTags,
  slideTypeOf,
  suggestedTags,
  tagsOf,
  withFlag,
  withoutTag,
  withRawFormat,
  withSlideType,
  withTag,
} from '../document/cell-properties.ts';
import { attachedImages, attachmentMarkdown, freeName } from '../document/attachments.ts';
import { emptyCell } from '../document/notebook-model.ts';
import { createFakeWorld } from './fake-notebook-services.ts';

const png = 'iVBORw0KGgo=';
const file = `${JSON.stringify(
  {
    cells: [
      {
        cell_type: 'code',
        execution_count: null,
        id: 'a',
        metadata: { tags: ['x'] },
        outputs: [],
        source: ['1'],
      },
      {
        attachments: { 'p.png': { 'image/png': png }, 'old.png': { 'image/png': png } },
        cell_type: 'markdown',
        id: 'b',
        metadata: {},
        source: ['![p](attachment:p.png)'],
      },
      { cell_type: 'raw', id: 'c', metadata: { mine: 1.0 }, source: ['r'] },
    ],
    metadata: { big: 1 },
    nbformat: 4,
    nbformat_minor: 5,
  },
  null,
  1,
)}\n`.replace('"big": 1', '"big": 12345678901234567890');

async function open() {
  const world = createFakeWorld({ 'n.ipynb': file });
  const session = await world.open();
  const cells = (): readonly NotebookCell[] => Object.values(session.store.getState().cells);
  return { world, session, cells };
}
const metadataArbitrary = fc
  .dictionary(
    fc.constantFrom('tags', 'slideshow', 'jupyter', 'collapsed', 'editable', 'mine'),
    fc.jsonValue(),
  )
  .map((made) => JSON.parse(JSON.stringify(made)) as JsonObject);

describe('properties of cells', () => {
  it('of all selected change in one step, and only their lines of the file [B9, E8]', async () => {
    const { world, session, cells } = await open();
    session.properties.change(cells(), (metadata) => withTag(metadata, 'keep'));
    await session.saver.flush();
    const text = world.disk.get('n.ipynb') ?? '';
    expect(text).toContain('"big": 12345678901234567890');
    expect(JSON.parse(text).cells.map((cell: { metadata: object }) => cell.metadata)).toEqual([
      { tags: ['x', 'keep'] },
      { tags: ['keep'] },
      { mine: 1, tags: ['keep'] },
    ]);
    session.editing.undo();
    expect(session.saver.currentText()).toBe(file);
    session.properties.change(cells(), (metadata) => metadata);
    expect(session.editing.canUndo).toBe(false);
  });

  it('are taken off again without a trace, whatever else is there [E8]', () => {
    const tag = fc.constantFrom('a', 'b');
    fc.assert(
      fc.property(metadataArbitrary, tag, (metadata, name) => {
        const cell = (next: JsonObject) => ({ ...emptyCell(asCellId('x'), 'code'), metadata: next });
        expect(tagsOf(cell(withTag(metadata, name)))).toContain(name);
        expect(tagsOf(cell(withoutTag(withTag(metadata, name), name)))).not.toContain(name);
        for (const flag of ['hideSource', 'hideOutputs', 'editable', 'deletable'] as const) {
          for (const isOn of [true, false]) {
            expect(hasFlag(cell(withFlag(metadata, flag, isOn)), flag)).toBe(isOn);
            expect(withFlag(metadata, flag, isOn)['mine']).toEqual(metadata['mine']);
          }
        }
        for (const type of ['slide', '']) expect(slideTypeOf(cell(withSlideType(metadata, type)))).toBe(type);
      }),
    );
    expect(withSlideType(withSlideType({}, 'skip'), '')).toEqual({});
    expect(withoutTag(withTag({}, 'a'), 'a')).toEqual({});
    expect(withFlag(withFlag({}, 'editable', false), 'editable', true)).toEqual({});
    expect(withRawFormat({ format: 'text/html' }, 'text/latex')).toEqual({ raw_mimetype: 'text/latex' });
    expect(rawFormatOf({ metadata: { format: 'text/html' } })).toBe('text/html');
  });

  it('suggest tags of the notebook first, and none that is there', async () => {
    const { cells } = await open();
    const [first] = cells();
    if (!first) throw new Error('no cell');
    expect(suggestedTags(cells(), cells().slice(1))[0]).toBe('x');
    expect(suggestedTags(cells(), [first])).not.toContain('x');
    expect(readTags(' a, b ,,a')).toEqual(['a', 'b']);
  });

  it('of the notebook keep the numbers that nobody touched [B9]', async () => {
    const { session } = await open();
    session.properties.setNotebookMetadata({ ...session.store.getState().metadata, title: 'T' });
    expect(session.saver.currentText()).toBe(
      file.replace('"big": 12345678901234567890', '"big": 12345678901234567890,\n  "title": "T"'),
    );
  });
});

describe('attachments', () => {
  it('stay until somebody removes one, which is undone like anything else [E5]', async () => {
    const { session, cells } = await open();
    const cell = cells()[1];
    if (!cell) throw new Error('no cell');
    expect(attachedImages(cell)).toEqual([
      { name: 'p.png', mime: 'image/png', bytes: 8, isUsed: true },
      { name: 'old.png', mime: 'image/png', bytes: 8, isUsed: false },
    ]);
    session.editing.setSource(cell.id, 'other');
    expect(session.saver.currentText()).toContain('"old.png"');
    session.properties.removeAttachment(cell, 'old.png');
    expect(session.saver.currentText()).not.toContain('"old.png"');
    session.editing.undo();
    session.editing.undo();
    expect(session.saver.currentText()).toBe(file);
  });

  it('get names that are free, and text that finds them', () => {
    expect(freeName({ 'a.png': {}, 'a-1.png': {} }, 'a.png')).toBe('a-2.png');
    const cell = { ...emptyCell(asCellId('x'), 'markdown'), source: attachmentMarkdown('my [x] (1).png') };
    expect(cell.source).toBe('![my x (1).png](attachment:my%20%5Bx%5D%20%281%29.png)');
    const used = attachedImages({ ...cell, attachments: { 'my [x] (1).png': { 'image/png': png } } });
    expect(used[0]?.isUsed).toBe(true);
  });
});
