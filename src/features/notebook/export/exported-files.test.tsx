import { asCellId, type NotebookCell, type Output } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it, vi } from 'vitest';
import { createSanitizer } from '../html/sanitize.ts';
import { markdownText } from './markdown-text.ts';
import { notebookPage } from './notebook-page.ts';
import { zipFile } from './zip-file.ts';

vi.mock('@/ui/monaco/colorize.ts', () => ({ colorize: () => Promise.resolve(null) }));

const PNG = 'iVBORw0KGgo=';

function cell(source: string, more: Partial<NotebookCell> = {}): NotebookCell {
  return {
    id: asCellId(source),
    type: 'code',
    source,
    metadata: {},
    executionCount: 3,
    outputs: [],
    hasFileId: true,
    ...more,
  };
}

const rich = (data: Record<string, string>): Output => ({ output_type: 'display_data', data, metadata: {} });

function pageOf(cells: readonly NotebookCell[]): Promise<string> {
  return notebookPage({
    title: 'a <b>',
    cells,
    language: 'python',
    folder: 'study',
    sanitizer: createSanitizer(window),
    readFile: (path) => Promise.resolve(path === 'study/plot.png' ? new Blob(['png']) : null),
  });
}

const parsed = async (cells: readonly NotebookCell[]) =>
  new DOMParser().parseFromString(await pageOf(cells), 'text/html');

describe('the exported page', () => {
  it('holds every cell with its outputs, under a policy that runs and loads nothing [E11]', async () => {
    const page = await parsed([
      cell('print("<&>")', {
        outputs: [{ output_type: 'stream', name: 'stdout', text: 'a\u001b[31mred\u001b[0m\n' }],
      }),
      cell('1/0', { outputs: [{ output_type: 'error', ename: 'E', evalue: 'bad', traceback: [] }] }),
      cell('x', { outputs: [rich({ 'image/png': PNG, 'text/plain': 'no' })] }),
      cell('z', { outputs: [rich({ 'application/vnd.plotly.v1+json': '{}', 'text/plain': 'Figure' })] }),
    ]);
    expect(page.title).toBe('a <b>');
    const policy = page.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
    expect(policy).toBe("default-src 'none'; img-src data:; style-src 'unsafe-inline'");
    const cells = [...page.querySelectorAll('.cell')].map((one) => one.textContent);
    expect(cells[0]).toContain('print("<&>")');
    expect(page.querySelector('.at-ansi-fg-1')?.textContent).toBe('red');
    expect(cells[1]).toContain('E: bad');
    expect(page.querySelector('img')?.getAttribute('src')).toBe(`data:image/png;base64,${PNG}`);
    expect(cells[3]).toMatch(/Figure.*scripts/s);
  });

  it('has pictures of the home in it, and says which are not there [E11]', async () => {
    const source = '# Title\n\n![a](plot.png) ![b](gone.png) ![c](https://elsewhere.example/c.png)';
    const page = await parsed([cell(source, { type: 'markdown' })]);
    const images = [...page.querySelectorAll('img')].map((image) => image.getAttribute('src'));
    expect(images).toEqual([`data:image/png;base64,${btoa('png')}`]);
    expect(page.body.textContent).toContain('gone.png was not found');
    expect(page.querySelector('a[href="https://elsewhere.example/c.png"]')).not.toBeNull();
  });

  it('leaves out what is collapsed [E11]', async () => {
    const metadata = { jupyter: { source_hidden: true } };
    const outputs: Output[] = [{ output_type: 'stream', name: 'stdout', text: 'seen' }];
    const page = await parsed([cell('secret', { metadata, outputs })]);
    expect(page.body.textContent).toContain('seen');
    expect(page.body.textContent).not.toContain('secret');
  });
});

describe('exported Markdown', () => {
  const made = (cells: readonly NotebookCell[]) =>
    markdownText({
      cells,
      language: 'R',
      folder: 'my plan_files',
      sanitize: (html) => html.replace(/<script.*/, ''),
    });

  it('has code in fences, outputs as text and pictures as files [E11]', () => {
    const { text, files } = made([
      cell('# Plan', { type: 'markdown' }),
      cell('cat("```")', {
        outputs: [
          { output_type: 'stream', name: 'stdout', text: '\u001b[1mbold\u001b[0m\n' },
          rich({ 'image/png': PNG }),
          rich({ 'text/html': '<table>\n\n<tr></tr></table><script>x' }),
        ],
      }),
    ]);
    expect(text).toBe(
      '# Plan\n\n````r\ncat("```")\n````\n\n```\nbold\n```\n\n![output](my%20plan_files/output_2_2.png)\n\n<table>\n<tr></tr></table>\n',
    );
    expect(files.map(({ name, data }) => [name, data.length])).toEqual([['my plan_files/output_2_2.png', 8]]);
  });

  it('has attachments as files', () => {
    const attachments = { 'a b.png': { 'image/png': PNG } };
    const { text, files } = made([cell('![](attachment:a%20b.png)', { type: 'markdown', attachments })]);
    expect(text).toBe('![](my%20plan_files/attachment_1_a_b.png)\n');
    expect(files).toHaveLength(1);
  });
});

describe('the archive', () => {
  it('is what the format says, byte for byte', () => {
    const bytes = zipFile([{ name: 'ä.txt', data: new TextEncoder().encode('123456789') }]);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(0, true)).toBe(0x04034b50);
    // The check value that the definition of this CRC gives.
    expect(view.getUint32(14, true)).toBe(0xcbf43926);
    expect(view.getUint16(26, true)).toBe(6);
    const end = bytes.length - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    expect(view.getUint16(end + 10, true)).toBe(1);
    const directory = view.getUint32(end + 16, true);
    expect(view.getUint32(directory, true)).toBe(0x02014b50);
    expect(view.getUint32(end + 12, true)).toBe(end - directory);
  });
});
