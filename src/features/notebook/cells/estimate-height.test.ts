import { expect, it } from 'vitest';
import { asCellId, type NotebookCell, type Output } from '@atelier-ide/core/notebook/model.ts';
import { emptyCell } from '../document/notebook-model.ts';
import { estimateHeight } from './estimate-height.ts';

const chart: Output = {
  output_type: 'display_data',
  data: { 'text/html': '<div></div><script></script>', 'text/plain': 'Figure' },
  metadata: {},
};

it('gives an output in a frame the room that it had, unless outputs are collapsed [J2]', () => {
  const cell: NotebookCell = { ...emptyCell(asCellId('a'), 'code'), source: 'x', outputs: [chart] };
  const none = () => undefined;
  const kept = (output: Output) => (output === chart ? 700 : undefined);
  const bare = estimateHeight({ ...cell, outputs: [] }, false, kept);
  expect(estimateHeight(cell, false, kept) - bare).toBe(716);
  expect(estimateHeight(cell, false, none)).toBeLessThan(300);
  const collapsed = { ...cell, metadata: { collapsed: true } };
  expect(estimateHeight(collapsed, false, kept)).toBeLessThan(100);
});
