import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { attachmentProblem } from '../document/attachments.ts';
import { createFakeWorld } from './fake-notebook-services.ts';

const id = asCellId('t');
const file = (metadata: object = {}, source = 'one two') =>
  `${JSON.stringify({ cells: [{ cell_type: 'markdown', id: 't', metadata, source: [source] }], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
const image = { name: 'p.png', mime: 'image/png', base64: 'iVBORw0KGgo=' };

async function open(text = file()) {
  const session = await createFakeWorld({ 'n.ipynb': text }).open();
  return { session, source: () => session.store.getState().cells[id]?.source };
}

describe('images into a text cell', () => {
  it('go where the cursor is, in one step that undo takes back [E5]', async () => {
    const { session, source } = await open();
    session.editing.enterEdit(id);
    session.editing.followCursor(id, () => ({ line: 1, column: 5 }));
    session.properties.attach(id, [image, image]);
    expect(source()).toBe('one ![p.png](attachment:p.png)\n![p-1.png](attachment:p-1.png)two');
    expect(session.store.getState().cells[id]?.attachments).toEqual({
      'p.png': { 'image/png': image.base64 },
      'p-1.png': { 'image/png': image.base64 },
    });
    session.editing.undo();
    expect(session.saver.currentText()).toBe(file());
  });

  it('go below the text of a cell that is not being edited', async () => {
    const { session, source } = await open();
    session.properties.attach(id, [image]);
    expect(source()).toBe('one two\n\n![p.png](attachment:p.png)');
  });

  it('are refused with a sentence: too large, of a type not shown, a cell that is fixed', async () => {
    expect(attachmentProblem({ name: 'p.png', type: 'image/png', size: 5_000_000 })).toBeNull();
    expect(attachmentProblem({ name: 'p.png', type: 'image/png', size: 7_240_000 })).toContain(
      'it has 7.2 MB',
    );
    expect(attachmentProblem({ name: 'p.tif', type: 'image/tiff', size: 1 })).toContain('image/tiff');
    const { session, source } = await open(file({ editable: false }));
    session.properties.attach(id, [image]);
    expect(source()).toBe('one two');
    expect(session.store.getState().refusal?.words).toContain('not editable');
  });

  it('that were refused stay told when the loaded editor takes the place of the plain one', async () => {
    const { session } = await open();
    session.editing.enterEdit(id);
    session.properties.refuse(id, 'Too large.');
    session.editing.enterEdit(id);
    expect(session.store.getState().refusal).toEqual({ id, words: 'Too large.' });
    session.editing.leaveEdit();
    session.editing.enterEdit(id);
    expect(session.store.getState().refusal).toBeNull();
  });
});

describe('splitting while an editor is loading', () => {
  it('cuts where the editor says the cursor is, not where it last was told [E1]', async () => {
    const { session } = await open();
    session.editing.enterEdit(id);
    // What an editor of another cell said before.
    session.store.setState({ cursor: { line: 1, column: 2 } });
    const follower = session.editing.followCursor(id, () => ({ line: 1, column: 5 }));
    session.cells.split();
    const { order, cells } = session.store.getState();
    expect(order.map((one) => cells[one]?.source)).toEqual(['one ', 'two']);
    follower.dispose();
  });

  it('forgets where the cursor was in another cell', async () => {
    const two = JSON.parse(file()) as { cells: object[] };
    two.cells.push({
      cell_type: 'code',
      execution_count: null,
      id: 'u',
      metadata: {},
      outputs: [],
      source: ['a'],
    });
    const { session } = await open(JSON.stringify(two));
    session.editing.enterEdit(asCellId('u'));
    session.store.setState({ cursor: { line: 1, column: 2 } });
    session.editing.enterEdit(id);
    expect(session.store.getState().cursor).toBeNull();
  });

  it('leaving text shows it as it reads', async () => {
    const { session } = await open();
    session.editing.enterEdit(id);
    expect(session.store.getState().unrendered.has(id)).toBe(true);
    session.editing.leaveAndRender();
    expect(session.store.getState()).toMatchObject({ mode: 'command' });
    expect(session.store.getState().unrendered.has(id)).toBe(false);
  });
});
