import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { PlainEditor } from './PlainEditor.tsx';

afterEach(cleanup);

function Cell({ onSelect }: { onSelect: (start: number, end: number) => void }) {
  const [text, setText] = useState('');
  return (
    <PlainEditor
      label="Cell 1 source"
      value={text}
      isReadOnly={false}
      takePlace={() => null}
      onChange={setText}
      onSelect={onSelect}
    />
  );
}

it('tells the editor that takes over where the cursor is behind what was typed last [E1]', () => {
  const told: [number, number][] = [];
  const { unmount } = render(<Cell onSelect={(start, end) => told.push([start, end])} />);
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Cell 1 source' });
  fireEvent.input(field, { target: { value: '1' } });
  field.setSelectionRange(1, 1);
  // The browser tells of the selection only later; by then the field may be gone.
  told.length = 0;
  unmount();
  expect(told).toEqual([[1, 1]]);
});

it('Tab indents where a line begins, and never leads away', () => {
  render(<Cell onSelect={() => undefined} />);
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Cell 1 source' });
  fireEvent.input(field, { target: { value: 'if x:\n' } });
  field.setSelectionRange(6, 6);
  // False: the browser is kept from moving the focus.
  expect(fireEvent.keyDown(field, { key: 'Tab' })).toBe(false);
  expect(field.value).toBe('if x:\n    ');
  field.setSelectionRange(4, 4);
  expect(fireEvent.keyDown(field, { key: 'Tab' })).toBe(false);
  expect(fireEvent.keyDown(field, { key: 'Tab', shiftKey: true })).toBe(false);
  expect(field.value).toBe('if x:\n    ');
});
