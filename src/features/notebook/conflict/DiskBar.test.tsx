import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import { FocusKeeper } from '../view/focus-keeper.ts';
import { NotebookContext, type NotebookView } from '../view/use-notebook.ts';
import { CellNotes } from './CellNotes.tsx';
import { DiskBar } from './DiskBar.tsx';

afterEach(cleanup);

async function setUp() {
  const world = createFakeWorld({ 'n.ipynb': notebookFile('a', 'b', 'c') });
  const session = await world.open();
  session.editing.setSource(asCellId('cell-0'), 'mine a');
  session.editing.setSource(asCellId('cell-1'), 'mine b');
  world.disk.set('n.ipynb', notebookFile('their a', 'their b', 'their c'));
  await world.clock.advance(2_000);
  const view = { session, focus: new FocusKeeper() } as unknown as NotebookView;
  render(
    <NotebookContext value={view}>
      <DiskBar />
    </NotebookContext>,
  );
  return { world, session, bar: screen.getByRole('region', { name: 'Changes on disk' }) };
}

it('shows both versions of each cell side by side, and is put away when all are chosen [D5]', async () => {
  const { world, session, bar } = await setUp();
  expect(bar.textContent).toContain('1 cell merged. 2 cells were edited on both sides');
  expect(screen.queryByRole('dialog')).toBeNull();
  const show = within(bar).getByRole('button', { name: 'Show cells' });
  expect(show.getAttribute('aria-expanded')).toBe('false');
  fireEvent.click(show);
  const first = within(bar).getByRole('group', { name: 'Cell 1: two versions' });
  expect(within(first).getByRole('region', { name: 'Cell 1, yours' }).textContent).toContain('mine a');
  expect(within(first).getByRole('region', { name: 'Cell 1, on disk' }).textContent).toContain('their a');
  // What is typed while it waits shows at once.
  act(() => session.editing.setSource(asCellId('cell-0'), 'mine a, and more'));
  expect(within(first).getByRole('region', { name: 'Cell 1, yours' }).textContent).toContain('and more');
  const take = within(first).getByRole('button', { name: 'Take this' });
  take.focus();
  fireEvent.click(take);
  // The keyboard goes on to what is left to choose.
  expect(bar.contains(document.activeElement)).toBe(true);
  fireEvent.click(within(bar).getByRole('button', { name: 'Keep all mine' }));
  // What came in besides goes on being told, until it is put away.
  expect(bar.textContent).toContain('1 cell merged.');
  expect(bar.textContent).not.toContain('both sides');
  fireEvent.click(within(bar).getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByRole('region', { name: 'Changes on disk' })).toBeNull();
  await act(() => world.clock.advance(2_000));
  expect(world.disk.get('n.ipynb')).toBe(notebookFile('their a', 'mine b', 'their c'));
  expect(session.store.getState().save.kind).toBe('saved');
});

it('says that the file is gone, and saves it again [D5]', async () => {
  const { world, session } = await setUp();
  act(() => session.disk.keepMine());
  world.disk.delete('n.ipynb');
  await act(() => world.clock.advance(2_000));
  const bar = screen.getByRole('region', { name: 'Changes on disk' });
  expect(bar.textContent).toContain('Removed on disk.');
  fireEvent.click(within(bar).getByRole('button', { name: 'Save again' }));
  await act(() => world.clock.settle());
  expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine a', 'mine b', 'their c'));
});

it('tells at each cell what came into it, and takes that back alone [D5]', async () => {
  const { world, session } = await setUp();
  const ids = ['cell-0', 'cell-1', 'cell-2'].map(asCellId);
  const view = { session, focus: new FocusKeeper() } as unknown as NotebookView;
  render(
    <NotebookContext value={view}>
      {ids.map((id, at) => (
        <CellNotes key={id} id={id} n={at + 1} />
      ))}
    </NotebookContext>,
  );
  // Cells that wait for a choice have that instead.
  const notes = screen.getAllByRole('note').map((note) => note.textContent);
  expect(notes).toEqual(['Taken from disk: their is new.Undo']);
  const note = screen.getByRole('note', { name: 'Cell 3, from disk' });
  fireEvent.click(within(note).getByRole('button', { name: 'Undo' }));
  expect(screen.queryByRole('note')).toBeNull();
  expect(session.store.getState().cells[asCellId('cell-2')]?.source).toBe('c');
  act(() => session.disk.takeTheirs());
  await act(() => world.clock.advance(2_000));
  expect(world.disk.get('n.ipynb')).toBe(notebookFile('their a', 'their b', 'c'));
});
