import { describe, expect, it } from 'vitest';
import { treeMove } from './tree-keys.ts';

const rows = [
  { level: 1, isExpanded: true },
  { level: 2, isExpanded: false },
  { level: 2, isExpanded: true },
  { level: 3, isExpanded: null },
  { level: 1, isExpanded: null },
];
const focus = (index: number) => ({ kind: 'focus', index });

describe('keys of a tree', () => {
  it('move among the visible rows and stop at both ends', () => {
    expect(treeMove('ArrowDown', rows, 0)).toEqual(focus(1));
    expect(treeMove('ArrowDown', rows, 4)).toEqual(focus(4));
    expect(treeMove('ArrowUp', rows, 0)).toEqual(focus(0));
    expect(treeMove('Home', rows, 3)).toEqual(focus(0));
    expect(treeMove('End', rows, 0)).toEqual(focus(4));
  });

  it('right unfolds, then goes in; left folds, then goes out', () => {
    expect(treeMove('ArrowRight', rows, 1)).toEqual({ kind: 'expand', index: 1 });
    expect(treeMove('ArrowRight', rows, 2)).toEqual(focus(3));
    expect(treeMove('ArrowRight', rows, 3)).toBeNull();
    expect(treeMove('ArrowLeft', rows, 3)).toEqual(focus(2));
    expect(treeMove('ArrowLeft', rows, 2)).toEqual({ kind: 'collapse', index: 2 });
    expect(treeMove('ArrowLeft', rows, 1)).toEqual(focus(0));
    expect(treeMove('ArrowLeft', rows, 4)).toBeNull();
  });

  it('leave other keys alone', () => {
    expect(treeMove('Enter', rows, 0)).toBeNull();
    expect(treeMove('ArrowRight', [], 0)).toBeNull();
  });
});
