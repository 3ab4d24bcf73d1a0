import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { createDialogService } from '@/platform/dialogs/create-dialog-service.ts';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { Dialog } from '@/ui/Dialog.tsx';
import { createFakeStudio } from '../fake-studio.ts';
import { StudioContext } from '../use-studio.ts';
import { DialogHost } from './DialogHost.tsx';

afterEach(cleanup);

function open() {
  const { studio, services } = createFakeStudio();
  const dialogs = createDialogService();
  render(
    <ServicesContext value={services}>
      <StudioContext value={{ ...studio, dialogs }}>
        <button type="button">Opener</button>
        <DialogHost />
      </StudioContext>
    </ServicesContext>,
  );
  screen.getByRole('button', { name: 'Opener' }).focus();
  return dialogs;
}

async function ask<T>(start: () => Promise<T>): Promise<Promise<T>[]> {
  const asked: Promise<T>[] = [];
  await act(async () => void asked.push(start()));
  return asked;
}

it('asks with the number of things in the button, and starts on Cancel where it is dangerous', async () => {
  const dialogs = open();
  const [asked] = await ask(() =>
    dialogs.confirm({
      title: 'Delete 2 files?',
      detail: 'They go to the trash.',
      confirmLabel: 'Delete 2 files',
      danger: true,
      items: ['a.py', 'b.py'],
    }),
  );
  const dialog = screen.getByRole('alertdialog', { name: 'Delete 2 files?' });
  expect(dialog.textContent).toContain('b.py');
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' }));
  fireEvent.click(screen.getByRole('button', { name: 'Delete 2 files' }));
  await expect(asked).resolves.toBe(true);
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Opener' }));
});

it('takes Escape for no', async () => {
  const dialogs = open();
  const [asked] = await ask(() => dialogs.confirm({ title: 'Sure?', detail: '', confirmLabel: 'Stop' }));
  fireEvent.keyDown(screen.getByRole('alertdialog'), { key: 'Escape' });
  await expect(asked).resolves.toBe(false);
});

it('does not take a value that cannot be used, and says why once something was typed', async () => {
  const dialogs = open();
  const [asked] = await ask(() =>
    dialogs.prompt({
      title: 'Rename',
      label: 'Name',
      initial: 'a.py',
      confirmLabel: 'Rename',
      validate: (value) => (value.includes('/') ? 'A name has no slash.' : null),
    }),
  );
  const field = screen.getByRole('textbox', { name: 'Name' });
  expect(document.activeElement).toBe(field);
  fireEvent.change(field, { target: { value: 'a/b' } });
  expect(screen.getByText('A name has no slash.')).toBeTruthy();
  fireEvent.submit(field);
  expect(screen.getByRole('dialog', { name: 'Rename' })).toBeTruthy();
  fireEvent.change(field, { target: { value: 'b.py' } });
  fireEvent.submit(field);
  await expect(asked).resolves.toBe('b.py');
});

it('shows a feature’s own dialog and hands back its answer', async () => {
  const dialogs = open();
  function Pick(props: DialogProps<string, number>) {
    return (
      <Dialog title="Pick" onClose={() => props.close(null)}>
        <button type="button" onClick={() => props.close(props.args.length)}>
          Take {props.args}
        </button>
      </Dialog>
    );
  }
  const [asked] = await ask(() => dialogs.show(async () => ({ View: Pick }), 'ml.t3'));
  fireEvent.click(await screen.findByRole('button', { name: 'Take ml.t3' }));
  await expect(asked).resolves.toBe(5);
});

it('tells the asker when a dialog cannot be loaded', async () => {
  const dialogs = open();
  const [asked] = await ask(() =>
    dialogs.show<null, null>(() => Promise.reject(new Error('offline')), null).catch(String),
  );
  await expect(asked).resolves.toBe('Error: offline');
});
