import { describe, expect, it } from 'vitest';
import { createDialogService } from './create-dialog-service.ts';

describe('dialog service', () => {
  it('answers the asker and takes the dialog away first', async () => {
    const dialogs = createDialogService();
    const asked = dialogs.confirm({
      title: 'Delete 2 files?',
      detail: 'They go.',
      confirmLabel: 'Delete 2 files',
    });
    const [open] = dialogs.store.getState().open;
    if (open?.kind !== 'confirm') throw new Error('no dialog');
    open.answer(true);
    expect(dialogs.store.getState().open).toEqual([]);
    await expect(asked).resolves.toBe(true);
  });

  it('keeps several dialogs apart', async () => {
    const dialogs = createDialogService();
    const first = dialogs.prompt({ title: 'Name', label: 'Name', confirmLabel: 'Rename' });
    const second = dialogs.prompt({ title: 'Other', label: 'Other', confirmLabel: 'Rename' });
    const open = dialogs.store.getState().open;
    for (const [index, dialog] of open.entries()) {
      if (dialog.kind === 'prompt') dialog.answer(index === 0 ? null : 'b');
    }
    await expect(first).resolves.toBeNull();
    await expect(second).resolves.toBe('b');
  });

  it('rejects when the dialog itself could not be shown', async () => {
    const dialogs = createDialogService();
    const asked = dialogs.show<number, string>(() => Promise.reject(new Error('offline')), 1);
    const [open] = dialogs.store.getState().open;
    if (open?.kind !== 'custom') throw new Error('no dialog');
    open.fail(new Error('offline'));
    await expect(asked).rejects.toThrow('offline');
    expect(dialogs.store.getState().open).toEqual([]);
  });
});
