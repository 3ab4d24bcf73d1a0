import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { AnyCommand } from '@/platform/contributions/contribution.ts';
import type { Services } from '@/services/services.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { createFakeStudio } from '../fake-studio.ts';
import { StudioContext, useStudio } from '../use-studio.ts';
import { Palette } from './Palette.tsx';

afterEach(cleanup);

function Frame() {
  const { shell } = useStudio();
  const isOpen = useStore(shell.store, (state) => state.isPaletteOpen);
  return (
    <>
      <button type="button" onClick={() => shell.setPalette(true)}>
        Cell
      </button>
      {isOpen && <Palette />}
    </>
  );
}

function open() {
  const focusWhenRun: string[] = [];
  const command = (id: string, title: string, more: object = {}) =>
    ({
      id,
      title,
      group: 'Run',
      run: () => void focusWhenRun.push(`${id} at ${document.activeElement?.textContent}`),
      ...more,
    }) as unknown as AnyCommand<Services>;
  const fake = createFakeStudio([
    command('all', 'Run all cells'),
    command('again', 'Restart and run all', {
      enabled: ({ activeTabKind }: { activeTabKind: string | null }) =>
        activeTabKind === 'notebook' ? true : { reason: 'Open a notebook first' },
    }),
    command('secret', 'Run hidden thing', { hidden: true }),
  ]);
  render(
    <ServicesContext value={fake.services}>
      <StudioContext value={fake.studio}>
        <Frame />
      </StudioContext>
    </ServicesContext>,
  );
  const cell = screen.getByRole('button', { name: 'Cell' });
  cell.focus();
  fireEvent.click(cell);
  return { ...fake, cell, focusWhenRun };
}

const field = () => screen.findByRole('combobox', { name: 'Command' });
const option = (name: RegExp) => screen.getByRole('option', { name });

it('is a dialog with a combobox, and lists commands that are not hidden', async () => {
  open();
  expect(await screen.findByRole('dialog', { name: 'Command palette' })).toBeTruthy();
  await waitFor(async () => expect(document.activeElement).toBe(await field()));
  expect(screen.getAllByRole('option').map((each) => each.textContent)).toEqual([
    'Run all cells',
    'Restart and run allOpen a notebook first',
  ]);
});

it('runs the chosen command after it is closed and the focus is back', async () => {
  const { focusWhenRun, cell } = open();
  fireEvent.change(await field(), { target: { value: 'all cells' } });
  fireEvent.keyDown(await field(), { key: 'Enter' });
  await waitFor(() => expect(focusWhenRun).toEqual(['all at Cell']));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(cell);
});

it('a command that cannot run stays with its reason, and can when the facts change', async () => {
  const { services, focusWhenRun } = open();
  const restart = option(/Restart and run all/);
  expect(restart.getAttribute('aria-disabled')).toBe('true');
  fireEvent.click(restart);
  expect(screen.queryByRole('dialog')).not.toBeNull();
  act(() => services.context.set({ activeTabKind: 'notebook' }));
  expect(option(/Restart and run all/).getAttribute('aria-disabled')).toBe('false');
  fireEvent.click(option(/Restart and run all/));
  await waitFor(() => expect(focusWhenRun).toEqual(['again at Cell']));
});

it('what was used last stands first the next time', async () => {
  const { shell, cell, focusWhenRun } = open();
  fireEvent.click(option(/Run all cells/));
  await waitFor(() => expect(focusWhenRun).toHaveLength(1));
  expect(shell.store.getState().isPaletteOpen).toBe(false);
  fireEvent.click(cell);
  await field();
  const recent = screen.getByRole('group', { name: 'Recent' });
  expect(recent.textContent).toBe('Run all cells');
});

it('says when nothing has that name', async () => {
  open();
  fireEvent.change(await field(), { target: { value: 'zzz' } });
  await screen.findByText(/No command is named “zzz”/);
  expect(screen.getByRole('status').textContent).toBe('0 results');
});

it('says the reason when all that is found cannot run', async () => {
  open();
  fireEvent.change(await field(), { target: { value: 'restart' } });
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('1 result. Open a notebook first'));
});

it('after a slash it lists files: a folder goes on, a file opens', async () => {
  const fake = open();
  const opened: string[] = [];
  const tree: Record<string, object[]> = {
    '': [{ name: 'projects', path: 'projects', type: 'directory' }],
    projects: [
      { name: 'churn.ipynb', path: 'projects/churn.ipynb', type: 'notebook' },
      { name: 'notes.md', path: 'projects/notes.md', type: 'file' },
    ],
  };
  Object.assign(fake.services, {
    files: { list: async (path: string) => ({ path, items: tree[path] ?? [], total: 0 }) },
  });
  Object.assign(fake.services.tabs, { openPath: (path: string) => opened.push(path) });
  fireEvent.change(await field(), { target: { value: '/pro' } });
  fireEvent.click(await screen.findByRole('option', { name: /jects/ }));
  await waitFor(async () => expect(((await field()) as HTMLInputElement).value).toBe('/projects/'));
  fireEvent.change(await field(), { target: { value: '/projects/chu' } });
  const file = await screen.findByRole('option', { name: /rn\.ipynb/ });
  expect(screen.queryByRole('option', { name: /notes/ })).toBeNull();
  fireEvent.click(file);
  await waitFor(() => expect(opened).toEqual(['projects/churn.ipynb']));
  expect(screen.queryByRole('dialog')).toBeNull();
});
