import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { TextField } from './Field.tsx';
import { DropdownMenu, type MenuEntry } from './Menu.tsx';

afterEach(cleanup);

function FileMenu({ entries }: { entries: (open: () => void) => readonly MenuEntry[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <DropdownMenu label="File actions" entries={entries(() => setOpen(true))}>
        <Button>More</Button>
      </DropdownMenu>
      {isOpen && (
        <Dialog title="Rename" onClose={() => setOpen(false)}>
          <TextField label="Name" value="a" onChange={() => undefined} />
        </Dialog>
      )}
    </>
  );
}

const openMenu = async () => {
  const button = screen.getByRole('button', { name: 'More' });
  button.focus();
  fireEvent.keyDown(button, { key: 'Enter' });
  await screen.findByRole('menu', { name: 'File actions' });
  return button;
};

it('a dialog opened from a menu starts on its field and gives focus back to the menu button [B7]', async () => {
  render(<FileMenu entries={(open) => [{ id: 'rename', label: 'Rename', onSelect: open }]} />);
  const button = await openMenu();
  fireEvent.click(screen.getByRole('menuitem', { name: 'Rename' }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Name')));
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(button));
});

it('an entry that cannot be chosen says why, stays reachable and does nothing', async () => {
  const onSelect = vi.fn();
  render(
    <FileMenu entries={() => [{ id: 'paste', label: 'Paste', reason: 'Nothing is copied', onSelect }]} />,
  );
  await openMenu();
  const item = screen.getByRole('menuitem', { name: 'Paste' });
  expect(item.getAttribute('aria-disabled')).toBe('true');
  expect(item.getAttribute('aria-description')).toBe('Nothing is copied');
  await waitFor(() => expect(document.activeElement).toBe(item));
  fireEvent.click(item);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(onSelect).not.toHaveBeenCalled();
  expect(screen.queryByRole('menu')).not.toBeNull();
});

it('choices that are on are ticked', async () => {
  render(
    <FileMenu
      entries={() => [{ id: 'h', label: 'Hidden files', isChecked: true, onSelect: () => undefined }]}
    />,
  );
  await openMenu();
  expect(screen.getByRole('menuitemcheckbox', { name: 'Hidden files' }).getAttribute('aria-checked')).toBe(
    'true',
  );
});
