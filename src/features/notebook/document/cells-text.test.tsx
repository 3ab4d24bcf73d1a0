import { asCellId, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { cellsFromText, cellsToText } from './cells-text.ts';
import { emptyCell } from './notebook-model.ts';

const code: NotebookCell = {
  ...emptyCell(asCellId('a'), 'code', 'print("<b>&amp;</b>")'),
  executionCount: 3,
  metadata: { tags: ['x"y'] },
  outputs: [{ output_type: 'stream', name: 'stdout', text: '<script>1</script>\n' }],
};
const text: NotebookCell = {
  ...emptyCell(asCellId('b'), 'markdown', '*é*'),
  attachments: { 'a.png': { 'image/png': 'AAAA' } },
};

const parts = (cells: readonly NotebookCell[] | null) =>
  cells?.map(({ type, source, metadata, outputs, executionCount, attachments }) => ({
    type,
    source,
    metadata,
    outputs,
    executionCount,
    ...(attachments ? { attachments } : {}),
  }));

describe('cells on the clipboard', () => {
  it('come back as they were, outputs and attachments too; others see the sources [E10]', () => {
    const copied = cellsToText([code, text]);
    expect(copied.plain).toBe('print("<b>&amp;</b>")\n\n*é*');
    expect(parts(cellsFromText(copied))).toEqual(parts([code, text]));
  });

  it('shows what it holds as text, never as markup', () => {
    const page = new DOMParser().parseFromString(cellsToText([code]).html, 'text/html');
    expect(page.querySelector('script, b')).toBeNull();
    expect(page.querySelector('pre')?.textContent).toBe('print("<b>&amp;</b>")');
  });

  it('leaves outputs behind that are too large', () => {
    const large = { output_type: 'stream', name: 'stdout', text: 'x'.repeat(8_000_001) } as const;
    const [cell] = cellsFromText(cellsToText([{ ...code, outputs: [large] }])) ?? [];
    expect(cell).toMatchObject({ source: code.source, outputs: [] });
  });

  it('reads what JupyterLab and the classic notebook copy [E10]', () => {
    const list = JSON.stringify([
      { cell_type: 'code', source: ['a\n', 'b'], metadata: {}, outputs: [], execution_count: null },
    ]);
    expect(cellsFromText({ plain: list, html: '' })).toMatchObject([{ type: 'code', source: 'a\nb' }]);
    const html = `<pre class="jupyter-nb-cells-json">${list}</pre>`;
    expect(cellsFromText({ plain: 'a', html })).toMatchObject([{ source: 'a\nb' }]);
  });

  it.each([
    ['text', 'print(1)', ''],
    ['a list of something else', '[{"a": 1}]', ''],
    ['a page', 'x', '<p>x</p>'],
    ['a broken list', '[{"cell_type": ', ''],
    ['forged cells', 'x', '<div data-atelier-cells="{&quot;cells&quot;: 5}"></div>'],
  ])('takes %s for text', (_, plain, html) => {
    expect(cellsFromText({ plain, html })).toBeNull();
  });
});
