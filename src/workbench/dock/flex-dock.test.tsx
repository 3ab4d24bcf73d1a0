import { describe, expect, it } from 'vitest';
import { Actions } from 'flexlayout-react';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { createFlexDock, type FlexDock } from './flex-dock.ts';

type Row = { type: string; id?: string; children?: Row[]; classNameTabStrip?: string };

/** The layout as nested lists of tab ids; a group is a list of ids, a row a list of lists. */
function shapeOf(dock: FlexDock): unknown {
  const shape = (row: Row): unknown =>
    row.type === 'tab' ? row.id : (row.children ?? []).map((child) => shape(child));
  return shape(dock.toJson() as unknown as Row);
}

function open(dock: FlexDock, id: string, area: 'main' | 'bottom' = 'main') {
  dock.add({ id, title: id, area });
}

describe('dock on flexlayout', () => {
  it('puts tabs of the main area into one group and chooses the newest', () => {
    const dock = createFlexDock();
    open(dock, 'a');
    open(dock, 'b');
    expect(shapeOf(dock)).toEqual([['a', 'b']]);
    expect(dock.state()).toEqual({ ids: ['a', 'b'], activeId: 'b', visibleIds: ['b'] });
  });

  it('makes a bottom group on demand and removes it with its last tab', () => {
    const dock = createFlexDock();
    open(dock, 'a');
    open(dock, 't1', 'bottom');
    open(dock, 't2', 'bottom');
    expect(shapeOf(dock)).toEqual([['a'], ['t1', 't2']]);
    expect(dock.state()).toMatchObject({ activeId: 't2', visibleIds: ['a', 't2'] });
    // A new document goes to the main area even while a terminal is active.
    open(dock, 'b');
    expect(shapeOf(dock)).toEqual([
      ['a', 'b'],
      ['t1', 't2'],
    ]);
    dock.remove('t1');
    dock.remove('t2');
    expect(shapeOf(dock)).toEqual([['a', 'b']]);
  });

  it('puts the main area above a bottom group that is alone', () => {
    const dock = createFlexDock();
    open(dock, 't', 'bottom');
    dock.remove('t');
    open(dock, 'a');
    open(dock, 't', 'bottom');
    dock.remove('a');
    open(dock, 'b');
    expect(shapeOf(dock)).toEqual([['b'], ['t']]);
  });

  it('splits to the right and below, and moves between groups', () => {
    const dock = createFlexDock();
    for (const id of ['a', 'b', 'c']) open(dock, id);
    dock.move('c', 'right');
    expect(shapeOf(dock)).toEqual([[['a', 'b'], ['c']]]);
    expect(dock.state().activeId).toBe('c');
    dock.move('b', 'below');
    expect(dock.state().visibleIds.toSorted()).toEqual(['a', 'b', 'c']);
    dock.move('c', 'next-group');
    expect(dock.state().ids).toHaveLength(3);
    expect(dock.state().activeId).toBe('c');
  });

  it('does not split a group of one tab', () => {
    const dock = createFlexDock();
    open(dock, 'a');
    dock.move('a', 'right');
    expect(shapeOf(dock)).toEqual([['a']]);
  });

  it('turns a person’s close into a request', () => {
    const dock = createFlexDock();
    open(dock, 'a');
    const asked: string[] = [];
    dock.onDidRequestClose((id) => asked.push(id));
    expect(dock.intercept(Actions.deleteTab('a'))).toBeUndefined();
    expect(asked).toEqual(['a']);
    expect(dock.state().ids).toEqual(['a']);
    const other = Actions.selectTab('a');
    expect(dock.intercept(other)).toBe(other);
  });

  it('tells of a change only when one happened', () => {
    const dock = createFlexDock();
    open(dock, 'a');
    let count = 0;
    dock.onDidChange(() => (count += 1));
    dock.select('a');
    dock.rename('a', 'other.py', undefined);
    expect(count).toBe(0);
    open(dock, 'b');
    dock.select('a');
    expect(count).toBeGreaterThan(1);
    expect(dock.state().activeId).toBe('a');
  });

  it('comes back from JSON without the tabs that are refused', () => {
    const dock = createFlexDock();
    for (const id of ['a', 'b', 'c']) open(dock, id);
    dock.move('c', 'right');
    open(dock, 't', 'bottom');
    const kept = structuredClone(dock.toJson());
    const later = createFlexDock();
    expect(later.load(kept, (id) => id !== 'c' && id !== 't')).toBe(true);
    expect(later.state().ids).toEqual(['a', 'b']);
    open(later, 't2', 'bottom');
    expect(later.state().ids).toEqual(['a', 'b', 't2']);
  });

  it.each([
    {},
    { type: 'row' },
    { type: 'row', children: [] },
    { type: 'tabset', children: [{ type: 'tab' }] },
  ])('refuses %j, which holds no tabs', (layout) => {
    const dock = createFlexDock();
    expect(dock.load(layout as JsonObject, () => true)).toBe(false);
    open(dock, 'a');
    expect(dock.state().ids).toEqual(['a']);
  });
});
