import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createNotificationService } from '@/platform/notifications/create-notification-service.ts';
import type { FormatResult, FormatterService } from '@/services/formatter/formatter-service.ts';
import { createFakeWorld } from '../session/fake-notebook-services.ts';
import { formatCells } from './format-cells.ts';

const code = (id: string, source: string, metadata: object = {}) => ({
  cell_type: 'code',
  execution_count: null,
  id,
  metadata,
  outputs: [],
  source,
});

async function start(cells: object[], answer: FormatterService['format']) {
  const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  const session = await createFakeWorld({ 'n.ipynb': text }).open();
  const notifications = createNotificationService(() => 0);
  const asked: string[][] = [];
  const formatter: FormatterService = {
    canFormat: (language) =>
      language === 'python' ? true : { reason: `There is no formatter for ${language}` },
    async format(request) {
      asked.push([...request.sources]);
      return answer(request);
    },
  };
  const { order } = session.store.getState();
  return {
    session,
    asked,
    order,
    format: (ids: readonly CellId[] = order) => formatCells(session, { formatter, notifications }, ids),
    sources: () => order.map((id) => session.store.getState().cells[id]?.source),
    told: () => notifications.store.getState().items.map(({ kind, title, detail }) => [kind, title, detail]),
    actions: () => notifications.store.getState().items.flatMap(({ actions }) => actions),
  };
}

const spaced: FormatterService['format'] = async ({ sources }) =>
  sources.map((source): FormatResult => ({ source: source.replaceAll('=', ' = ') }));

describe('formatting', () => {
  it('changes code cells in one step, which one undo takes back [E9]', async () => {
    const markdown = { cell_type: 'markdown', id: 'm', metadata: {}, source: 'a=1' };
    const page = await start([code('a', 'x=1'), markdown, code('b', 'y=2'), code('e', ' ')], spaced);
    await page.format();
    expect(page.asked).toEqual([['x=1', 'y=2']]);
    expect(page.sources()).toEqual(['x = 1', 'a=1', 'y = 2', ' ']);
    expect(page.told()).toEqual([['success', '2 cells were formatted.', undefined]]);
    page.session.editing.undo();
    expect(page.sources()).toEqual(['x=1', 'a=1', 'y=2', ' ']);
  });

  it('tells where a cell cannot be read, and leads there', async () => {
    const page = await start([code('a', 'x=1'), code('b', 'y=(')], async () => [
      { source: 'x = 1' },
      { problem: { line: 1, column: 4, message: 'unexpected EOF' } },
    ]);
    await page.format();
    expect(page.sources()).toEqual(['x = 1', 'y=(']);
    expect(page.told()).toContainEqual([
      'info',
      'Cell 2 was not formatted.',
      'Cell 2, line 1, column 4: unexpected EOF. It is as it was.',
    ]);
    void page.actions().at(-1)?.run();
    expect(page.session.store.getState().active).toBe(page.order[1]);
  });

  it('keeps what was typed meanwhile', async () => {
    const page = await start([code('a', 'x=1'), code('b', 'y=2')], async (request) => {
      page.session.editing.setSource(page.order[0] as CellId, 'x=1  # more');
      return spaced(request);
    });
    await page.format();
    expect(page.sources()).toEqual(['x=1  # more', 'y = 2']);
  });

  it('leaves locked cells and says when nothing can be formatted', async () => {
    const page = await start([code('a', 'x=1', { editable: false })], spaced);
    await page.format();
    expect(page.asked).toEqual([]);
    expect(page.told()[0]?.[1]).toBe('Nothing was formatted.');
  });

  it('says that a language has no formatter', async () => {
    const page = await start([code('a', 'x=1')], spaced);
    page.session.store.setState({ language: 'R' });
    await page.format();
    expect(page.told()[0]?.[1]).toBe('There is no formatter for R.');
    expect(page.sources()).toEqual(['x=1']);
  });
});
