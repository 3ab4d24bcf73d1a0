import fc from 'fast-check';
import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { jsonRows, type JsonTreeState, pathText, searchJson, valueText } from './json-tree.ts';

const closed: JsonTreeState = { toggled: new Map(), shown: new Map(), isAllOpen: false, found: null };
const value = { name: 'model', layers: [{ units: 64 }, { units: 128, kind: 'dense' }], loss: null };
const seen = (rows: ReturnType<typeof jsonRows>) =>
  rows.map((row) => `${row.level} ${pathText(row.path)} ${valueText(row.value)}`);

describe('jsonRows', () => {
  it('are the root and its parts, then what is unfolded', () => {
    expect(seen(jsonRows(value, closed))).toEqual([
      '1  {3 keys}',
      '2 ["name"] "model"',
      '2 ["layers"] [2 items]',
      '2 ["loss"] null',
    ]);
    const open = { ...closed, toggled: new Map([['["layers"]', true]]) };
    expect(seen(jsonRows(value, open)).slice(3, 5)).toEqual([
      '3 ["layers"][0] {1 key}',
      '3 ["layers"][1] {2 keys}',
    ]);
  });

  it('show many parts a hundred at a time', () => {
    const rows = jsonRows(
      Array.from({ length: 1_234 }, (_, i) => i),
      closed,
    );
    expect(rows).toHaveLength(102);
    expect(rows.at(-1)).toMatchObject({ more: 1_134, level: 2 });
    const more = { ...closed, shown: new Map([['[]', 1_100]]) };
    expect(
      jsonRows(
        Array.from({ length: 1_234 }, (_, i) => i),
        more,
      ).at(-1)?.more,
    ).toBe(134);
  });
});

describe('searchJson', () => {
  it('finds keys and values, and the way to them', () => {
    const found = searchJson(value, 'DENSE');
    expect(found.count).toBe(1);
    expect(seen(jsonRows(value, { ...closed, found }))).toEqual([
      '1  {3 keys}',
      '2 ["layers"] [2 items]',
      '3 ["layers"][1] {2 keys}',
      '4 ["layers"][1]["kind"] "dense"',
    ]);
    expect(searchJson(value, 'units').count).toBe(2);
    expect(searchJson(value, 'absent')).toMatchObject({ count: 0, isPart: false });
  });

  it('shows every hit, wherever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('a', '1', 'e'), (any, query) => {
        const found = searchJson(any as JsonValue, query);
        const shown = new Map([...found.onWay].map((id) => [id, 1_000]));
        const rows = jsonRows(any as JsonValue, { ...closed, found, shown });
        expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(found.onWay));
      }),
    );
  });
});
