import { expect, it } from 'vitest';
import { FileFinder } from './file-finder.ts';

it('finds files down the folders, over pages, asking each folder once', async () => {
  const asked: string[] = [];
  const tree: Record<string, [string, 'file' | 'directory'][]> = {
    '': [
      ['a', 'directory'],
      ['x.png', 'file'],
    ],
    a: [['b.png', 'file']],
  };
  const list = async (path: string, { cursor }: { cursor?: string } = {}) => {
    asked.push(`${path}@${cursor ?? '0'}`);
    const items = (tree[path] ?? []).map(([name, type]) => ({
      name,
      type,
      path: name,
      size: 0,
      modifiedAt: '',
      writable: true,
    }));
    const at = Number(cursor ?? 0);
    return {
      path,
      total: items.length,
      items: items.slice(at, at + 1),
      ...(at + 1 < items.length ? { nextCursor: String(at + 1) } : {}),
    };
  };
  const finder = new FileFinder({ list }, () => 0);
  const found = await Promise.all(
    ['a/b.png', 'a/c.png', 'x.png', 'a', 'x.png/y', 'nowhere/z.png'].map((path) => finder.has(path)),
  );
  expect(found).toEqual([true, false, true, false, false, false]);
  expect(asked.toSorted()).toEqual(['@0', '@1', 'a@0']);
});
