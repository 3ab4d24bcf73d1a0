import { act, cleanup, render, screen } from '@testing-library/react';
import { problem, ProblemError } from '@atelier-ide/contract';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { afterEach, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import { NotebookContext, type NotebookView } from '../view/use-notebook.ts';
import { FailedBar } from './FailedBar.tsx';

afterEach(cleanup);

type World = ReturnType<typeof createFakeWorld>;

/** A notebook whose edit was refused. */
async function setUp(error: Error, prepare: (world: World) => void = () => undefined) {
  const world = createFakeWorld({ 'n.ipynb': notebookFile('a') });
  prepare(world);
  const session = await world.open();
  world.failures.push(error, error, error, error);
  render(
    <NotebookContext value={{ session } as unknown as NotebookView}>
      <FailedBar />
    </NotebookContext>,
  );
  const type = (source: string) =>
    act(async () => {
      session.editing.setSource(asCellId('cell-0'), source);
      await world.clock.advance(2_000);
    });
  await type('mine');
  return { world, session, type, words: () => screen.getByRole('alert').textContent };
}

const KEPT = 'Your edits are kept in this browser.';
const UNKEPT = 'Your edits are only on this page, so keep it open.';

it('says that the edits are kept, and no longer so when the storage of the browser fails', async () => {
  const { world, type, words } = await setUp(new TypeError('Failed to fetch'));
  expect(words()).toContain(
    `The server did not answer. ${KEPT} They are saved as soon as the server answers.`,
  );
  world.edits.break();
  await type('more');
  expect(words()).toContain(`The server did not answer. ${UNKEPT} They are saved as soon as`);
});

it('never says that edits are kept where the journal of edits did not answer', async () => {
  const { words } = await setUp(new TypeError('Failed to fetch'), ({ edits }) => {
    edits.read = () => Promise.reject(new Error('The storage of the browser did not answer.'));
  });
  expect(words()).toContain(UNKEPT);
});

it('says what to do about a file that may not be written', async () => {
  const { words } = await setUp(
    new ProblemError({ ...problem('forbidden', 'It is read-only.'), status: 403, code: 'read-only' }),
  );
  expect(words()).toContain(
    `It is read-only. ${KEPT} Retry once the file may be written, or download your edits.`,
  );
});

it('says nothing of edits when the page lost its cells, and goes when a save succeeds', async () => {
  const { world, session, words } = await setUp(new TypeError('Failed to fetch'));
  const { order, cells } = session.store.getState();
  session.store.setState({ order: [], cells: {} });
  await act(() => session.saver.flush());
  expect(words()).toContain('The page lost the cells of this notebook.');
  expect(words()).not.toContain('Your edits');
  world.failures.length = 0;
  session.store.setState({ order, cells });
  await act(() => session.saver.flush());
  expect(screen.queryByRole('alert')).toBeNull();
});
