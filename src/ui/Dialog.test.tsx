import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { TextField } from './Field.tsx';
import { RootElementContext } from './use-root-element.ts';

afterEach(cleanup);

function Opener({ withField = true, canClose = true }: { withField?: boolean; canClose?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  return (
    <div className="at-root" ref={setRoot}>
      <RootElementContext value={root}>
        <Button onClick={() => setOpen(true)}>Rename</Button>
        {isOpen && (
          <Dialog
            title="Rename report.ipynb"
            {...(canClose ? { onClose: () => setOpen(false) } : { role: 'alertdialog' as const })}
            actions={
              <>
                <Button onClick={() => setOpen(false)}>Cancel</Button>
                <Button variant="primary">Rename file</Button>
              </>
            }
          >
            {withField && <TextField label="Name" value="report.ipynb" onChange={() => undefined} />}
          </Dialog>
        )}
      </RootElementContext>
    </div>
  );
}

const open = (props: Parameters<typeof Opener>[0] = {}) => {
  render(<Opener {...props} />);
  const opener = screen.getByRole('button', { name: 'Rename' });
  opener.focus();
  fireEvent.click(opener);
  return opener;
};

it('is named by its title, stands in the root and starts on the first field [B7]', async () => {
  open();
  const dialog = await screen.findByRole('dialog', { name: 'Rename report.ipynb' });
  expect(dialog.closest('.at-root')).not.toBeNull();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Name')));
});

it('without a field starts on the last button, not on the close button', async () => {
  open({ withField: false });
  const primary = await screen.findByRole('button', { name: 'Rename file' });
  await waitFor(() => expect(document.activeElement).toBe(primary));
});

it('Escape closes it and focus returns to its opener', async () => {
  const opener = open();
  fireEvent.keyDown(await screen.findByRole('dialog'), { key: 'Escape' });
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(opener));
});

it('one that has to be answered ignores Escape and has no close button', async () => {
  open({ canClose: false });
  fireEvent.keyDown(await screen.findByRole('alertdialog'), { key: 'Escape' });
  expect(screen.queryByRole('alertdialog')).not.toBeNull();
  expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
});
