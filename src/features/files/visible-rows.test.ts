import { expect, it } from 'vitest';
import type { FileEntry } from '@/services/files/files-service.ts';
import { createFilesStore, type FolderState } from './files-store.ts';
import { shortAge, sizeText } from './file-icon.ts';
import { visibleRows } from './visible-rows.ts';

const entry = (path: string, type: FileEntry['type'] = 'file'): FileEntry => ({
  name: path.split('/').at(-1) ?? '',
  path,
  type,
  size: 1,
  modifiedAt: '2026-01-01T00:00:00.000Z',
  writable: true,
});
const ready = (...children: string[]): FolderState => ({
  status: 'ready',
  children,
  total: children.length,
  nextCursor: null,
  reason: null,
});

function state(change: object) {
  const entries = {
    data: entry('data', 'directory'),
    'data/a.csv': entry('data/a.csv'),
    'b.py': entry('b.py'),
  };
  return {
    ...createFilesStore().getState(),
    entries,
    folders: { '': ready('data', 'b.py'), data: ready('data/a.csv') },
    ...change,
  };
}

const names = (rows: ReturnType<typeof visibleRows>) =>
  rows.map((row) => (row.kind === 'entry' ? row.entry.path : row.kind));

it('shows the content of expanded folders below them', () => {
  expect(names(visibleRows(state({})))).toEqual(['data', 'b.py']);
  expect(names(visibleRows(state({ expanded: ['data'] })))).toEqual(['data', 'data/a.csv', 'b.py']);
});

it('filters by a part of the name, whatever its case', () => {
  expect(names(visibleRows(state({ filter: 'B.P' })))).toEqual(['b.py']);
});

it('says when a folder is not read, cannot be read, or has more', () => {
  expect(names(visibleRows(state({ folder: 'elsewhere' })))).toEqual(['loading']);
  const failed = { '': { ...ready(), status: 'failed', reason: 'No permission.' } };
  expect(visibleRows(state({ folders: failed }))).toMatchObject([
    { kind: 'failed', reason: 'No permission.' },
  ]);
  const more = { '': { ...ready('b.py'), nextCursor: 'x' } };
  expect(names(visibleRows(state({ folders: more })))).toEqual(['b.py', 'more']);
});

it('words ages and sizes', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(shortAge('2026-11-23T11:59:40Z', now)).toBe('now');
  expect(shortAge('2026-11-23T10:00:00Z', now)).toBe('2 h');
  expect(shortAge('2026-11-20T10:00:00Z', now)).toBe('3 d');
  expect([812, 18_200, 412_000_000, 1_200_000_000].map(sizeText)).toEqual([
    '812 B',
    '18 KB',
    '412 MB',
    '1.2 GB',
  ]);
});
