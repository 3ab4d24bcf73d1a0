import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { IconButton } from './Button.tsx';
import { Toolbar, ToolbarSeparator } from './Toolbar.tsx';

afterEach(cleanup);

function Tools() {
  const [hasMore, setMore] = useState(false);
  return (
    <Toolbar label="Notebook toolbar">
      <IconButton icon="save" label="Save" onClick={() => setMore(true)} />
      <ToolbarSeparator />
      <IconButton icon="play" label="Run" disabledReason="Choose a kernel first." />
      <select aria-label="Cell type">
        <option>Code</option>
      </select>
      {hasMore && <IconButton icon="square" label="Interrupt kernel" />}
    </Toolbar>
  );
}

const tool = (name: string) => screen.getByLabelText(name);
const stops = () => [...screen.getByRole('toolbar').querySelectorAll('[tabindex="0"]')];

it('is one tab stop; arrows move and the last used tool keeps the stop [B7]', () => {
  render(<Tools />);
  expect(stops()).toEqual([tool('Save')]);
  tool('Save').focus();
  fireEvent.keyDown(tool('Save'), { key: 'ArrowRight' });
  expect(document.activeElement).toBe(tool('Run'));
  expect(stops()).toEqual([tool('Run')]);
  fireEvent.keyDown(tool('Run'), { key: 'End' });
  expect(document.activeElement).toBe(tool('Cell type'));
  fireEvent.keyDown(tool('Cell type'), { key: 'ArrowRight' });
  expect(document.activeElement).toBe(tool('Save'));
  fireEvent.keyDown(tool('Save'), { key: 'ArrowLeft' });
  expect(document.activeElement).toBe(tool('Cell type'));
});

it('a tool that cannot be used stays reachable, says why and does nothing', () => {
  render(<Tools />);
  expect(tool('Run').getAttribute('aria-disabled')).toBe('true');
  expect(tool('Run').hasAttribute('disabled')).toBe(false);
});

it('a tool that comes later joins the one tab stop', async () => {
  render(<Tools />);
  await act(async () => {
    fireEvent.click(tool('Save'));
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
  });
  expect(tool('Interrupt kernel').tabIndex).toBe(-1);
});
