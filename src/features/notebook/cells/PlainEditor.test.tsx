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
