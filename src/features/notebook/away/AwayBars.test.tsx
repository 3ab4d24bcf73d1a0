import type { Execution } from '@atelier-ide/contract';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import { ColorCache } from '../view/color-cache.ts';
import { FocusKeeper } from '../view/focus-keeper.ts';
import { NotebookContext, type NotebookView } from '../view/use-notebook.ts';
import { AwayBars } from './AwayBars.tsx';

afterEach(cleanup);

const ended: Partial<Execution> = {
  sourceHash: 'h',
  state: 'done',
  startedAt: '2026-11-23T13:00:00.000Z',
  endedAt: '2026-11-23T14:32:00.000Z',
  recorded: true,
};

const result = (source: string, text: string) =>
  notebookFile(source).replace(
    '"outputs": []',
    `"outputs": [{"name": "stdout", "output_type": "stream", "text": ${JSON.stringify(text)}}]`,
  );

async function setUp(told: Record<string, Partial<Execution>>) {
  const world = createFakeWorld({ 'n.ipynb': notebookFile('a', 'b', 'c') });
  for (const [id, change] of Object.entries(told)) {
    world.tellExecution(id, { ...ended, ...change });
    world.results.set(id, result(`source of ${id}`, `text of ${id}\n`));
  }
  const session = await world.open();
  const colors = new ColorCache();
  const view = { session, colors, services: {}, focus: new FocusKeeper() } as unknown as NotebookView;
  render(
    <NotebookContext value={view}>
      <AwayBars />
    </NotebookContext>,
  );
  const revealed: string[] = [];
  session.onWillReveal((id) => revealed.push(id));
  return { world, session, revealed };
}

const button = (name: string) => screen.getByRole('button', { name });
const press = async (element: HTMLElement) => act(async () => void fireEvent.click(element));

it('says what ran, goes through the cells with the failed one first, and is put away [F8]', async () => {
  const { world, revealed } = await setUp({
    'execution-001': { cellId: 'cell-0', unseen: true },
    'execution-002': { cellId: 'cell-2', unseen: true, state: 'error' },
  });
  const note = screen.getByRole('status', { name: 'While you were away' });
  expect(note.textContent).toMatch(
    /^2 cells ran while this notebook was closed, until .*\d\d:\d\d\. 1 failed\./,
  );
  await press(button('Show cell 3'));
  await press(button('Show cell 1'));
  expect(revealed).toEqual(['cell-2', 'cell-0']);
  await press(button('Dismiss'));
  expect(screen.queryByRole('status', { name: 'While you were away' })).toBeNull();
  expect(world.seen).toEqual(['execution-001', 'execution-002']);
});

it('shows nothing when there is nothing to tell', async () => {
  await setUp({ 'execution-001': { cellId: 'cell-0' } });
  expect(screen.queryByRole('status')).toBeNull();
});

it('shows source and outputs without a place, and puts one into a cell while the other one is discarded [F7]', async () => {
  const { world, session } = await setUp({
    'execution-001': { cellId: 'gone', recorded: false, unplaced: 'no-cell' },
    'execution-002': { cellId: 'gone too', recorded: false, unplaced: 'no-cell' },
  });
  const bar = screen.getByRole('region', { name: 'Outputs without a place' });
  expect(bar.textContent).toContain('Outputs of 2 cells have no place in the file. They are kept');
  // Nothing is thrown away unseen.
  expect(within(bar).queryByRole('button', { name: /Discard/ })).toBeNull();
  await press(button('Show'));
  const [one, two] = within(bar).getAllByRole('region', { name: /^Ran at/ });
  if (!one || !two) throw new Error('Two are to be shown');
  expect(one.textContent).toContain('source of execution-001');
  expect(one.textContent).toContain('text of execution-001');
  await press(within(one).getByRole('button', { name: 'Put in a new cell' }));
  expect(session.store.getState().order).toHaveLength(4);
  expect(bar.textContent).toContain('Outputs of 1 cell');
  expect(bar.textContent).not.toContain('execution-001');
  await press(within(bar).getByRole('button', { name: 'Discard' }));
  expect(screen.queryByRole('region', { name: 'Outputs without a place' })).toBeNull();
  expect(world.recorded).toEqual(['execution-002']);
  await act(() => world.clock.advance(3_000));
  expect(world.disk.get('n.ipynb')).toContain('text of execution-001');
  expect(world.recorded).toEqual(['execution-002', 'execution-001']);
});
