import type { StudioDocument } from '@atelier-ide/contract';
import { expect, it } from 'vitest';
import { kernelStateOf } from './kernel-mark.ts';

const document = (id: string, path: string, state: StudioDocument['binding']['state']) =>
  ({ id, path, binding: { generation: 1, state } }) as unknown as StudioDocument;

const documents = {
  a: document('a', 'work/a.ipynb', 'bound'),
  b: document('b', 'b.ipynb', 'starting'),
  c: document('c', 'c.ipynb', 'none'),
};
const kernels = [{ documentId: 'a', state: 'busy' as const }];

it('a notebook has the mark of its kernel, also while that starts', () => {
  expect(kernelStateOf('work/a.ipynb', { documents, kernels })).toBe('busy');
  expect(kernelStateOf('b.ipynb', { documents, kernels })).toBe('starting');
});

it('a notebook without a kernel, and one that this page has not opened, has none', () => {
  expect(kernelStateOf('c.ipynb', { documents, kernels })).toBeNull();
  expect(kernelStateOf('other.ipynb', { documents, kernels })).toBeNull();
});
