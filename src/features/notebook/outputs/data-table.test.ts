import { Window } from 'happy-dom';
import { describe, expect, it } from 'vitest';
import {
  cellsOf,
  cellsOfTable,
  numberOf,
  readDataTable,
  sortedRows,
  textOf,
  toCsv,
  toTsv,
} from './data-table.ts';

function tableOf(html: string): HTMLTableElement {
  const { document } = new Window();
  document.body.innerHTML = `<table>${html}</table>`;
  return document.querySelector('table') as unknown as HTMLTableElement;
}
const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
const head = '<thead><tr><th>name</th><th>value</th></tr></thead>';
const data = (...rows: string[]) => readDataTable(tableOf(`${head}<tbody>${rows.join('')}</tbody>`));

describe('readDataTable', () => {
  it('takes tables of a head and even rows', () => {
    const table = data(row('b', '10'), row('a', '9'));
    expect(table?.columns.map(({ name, isNumeric }) => [name, isNumeric])).toEqual([
      ['name', false],
      ['value', true],
    ]);
  });

  it.each([
    ['no head', `<tbody>${row('a', '1')}${row('b', '2')}</tbody>`],
    ['one row', `${head}<tbody>${row('a', '1')}</tbody>`],
    ['uneven rows', `${head}<tbody>${row('a', '1')}${row('b')}</tbody>`],
    ['cells over rows', `${head}<tbody><tr><td rowspan="2">a</td><td>1</td></tr>${row('2')}</tbody>`],
    ['cells over columns', `${head}<tbody><tr><td colspan="2">a</td></tr>${row('b', '2')}</tbody>`],
    [
      'a table inside',
      `${head}<tbody>${row('a', '<table><tr><td>x</td></tr></table>')}${row('b', '2')}</tbody>`,
    ],
  ])('leaves alone what is laid out: %s', (_words, html) => {
    expect(readDataTable(tableOf(html))).toBeNull();
  });

  it('names columns below the heads of groups, and the index by its own row', () => {
    const table = readDataTable(
      tableOf(
        '<thead><tr><th></th><th colspan="2">size</th></tr><tr><th></th><th>min</th><th>max</th></tr>' +
          '<tr><th>key</th><th></th><th></th></tr></thead>' +
          `<tbody>${row('a', '1', '2')}${row('b', '3', '4')}</tbody>`,
      ),
    );
    expect(table?.columns.map(({ name, head: cell }) => [name, textOf(cell)])).toEqual([
      ['key', 'key'],
      ['size min', 'min'],
      ['size max', 'max'],
    ]);
  });
});

describe('sortedRows', () => {
  const order = (by: Parameters<typeof sortedRows>[1], ...rows: string[]) => {
    const table = data(...rows);
    return table ? sortedRows(table, by).map((one) => textOf(cellsOf(one)[by?.column ?? 0])) : [];
  };

  it('knows numbers, leaves missing ones last in both directions, keeps equal ones', () => {
    const rows = [row('a', '1,000'), row('b', 'NaN'), row('c', '−3'), row('d', '12 %'), row('e', 'inf')];
    expect(order({ column: 1, direction: 'ascending' }, ...rows)).toEqual([
      '−3',
      '12 %',
      '1,000',
      'inf',
      'NaN',
    ]);
    expect(order({ column: 1, direction: 'descending' }, ...rows)).toEqual([
      'inf',
      '1,000',
      '12 %',
      '−3',
      'NaN',
    ]);
    expect(order(null, ...rows)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('sorts words as people do, and passes over rows that stand for others', () => {
    const rows = [row('item 10', '1'), row('...', '...'), row('item 9', '2'), row('Ärger', '3')];
    expect(order({ column: 0, direction: 'ascending' }, ...rows)).toEqual(['Ärger', 'item 9', 'item 10']);
  });
});

it('reads numbers as tables write them', () => {
  expect(['1,234.5', '-2', '$5', '3e-2', '7 %', '-inf', '.5'].map(numberOf)).toEqual([
    1234.5,
    -2,
    5,
    0.03,
    7,
    -Infinity,
    0.5,
  ]);
  expect(['', 'a1', '2020-01-02', '1.2.3', '12:30'].map(numberOf)).toEqual([null, null, null, null, null]);
});

it('writes cells for spreadsheets and files', () => {
  const cells = cellsOfTable(tableOf(`${head}<tbody>${row('a "b"', '1,5')}${row('c', '2')}</tbody>`));
  expect(toTsv(cells)).toBe('name\tvalue\n"a ""b"""\t1,5\nc\t2');
  expect(toCsv(cells)).toBe('name,value\r\n"a ""b""","1,5"\r\nc,2\r\n');
});
