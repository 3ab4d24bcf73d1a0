import { cleanup, fireEvent, render } from '@testing-library/react';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { editorSettings } from '@/platform/settings/editor-settings.ts';
import { createFakeSettings } from '@/services/fake-settings.ts';
import type { Services } from '@/services/services.ts';
import { FileFinder } from '../html/file-finder.ts';
import { PictureSizes } from '../html/picture-sizes.ts';
import type { Sanitizer } from '../html/sanitize.ts';
import { createFakeWorld } from '../session/fake-notebook-services.ts';
import { FormulaSetter } from '../markdown/formula-setter.ts';
import { ColorCache } from '../view/color-cache.ts';
import { FocusKeeper } from '../view/focus-keeper.ts';
import { NotebookContext, type NotebookView } from '../view/use-notebook.ts';
import { Cell } from './Cell.tsx';

afterEach(cleanup);

const display = (data: Record<string, unknown>) => ({ output_type: 'display_data', data, metadata: {} });

async function show(cells: object[]) {
  const world = createFakeWorld({
    'n.ipynb': JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  });
  const session = await world.open();
  world.bind('bound');
  await world.clock.settle();
  // Sanitising needs a real browser (e2e/hostile-output.spec.ts); here the text is enough.
  const sanitizer: Sanitizer = {
    sanitize(html) {
      const fragment = document.createDocumentFragment();
      fragment.append(html.replaceAll(/<[^>]*>/g, '').trim());
      return { fragment, hadScript: /<script/.test(html) };
    },
  };
  const view: NotebookView = {
    session,
    services: {
      theme: { store: createStore(() => ({ theme: 'light' })) },
      log: { error: () => undefined },
      settings: createFakeSettings(...editorSettings),
    } as unknown as Services,
    sanitizer,
    colors: new ColorCache(),
    formulas: new FormulaSetter(),
    pictures: new PictureSizes(),
    finder: new FileFinder({ list: async (path) => ({ path, items: [], total: 0 }) }),
    focus: new FocusKeeper(),
    reveal: () => undefined,
    revealHeading: () => false,
  };
  const { order } = session.store.getState();
  const { container, rerender } = render(<NotebookContext value={view}>{order.map(item)}</NotebookContext>);
  function item(id: (typeof order)[number], index: number) {
    return <Cell key={id} id={id} index={index} count={order.length} />;
  }
  const cell = (index: number) => container.querySelector<HTMLElement>(`[data-cell-index="${index}"]`);
  const refresh = () => rerender(<NotebookContext value={view}>{order.map(item)}</NotebookContext>);
  return { world, session, cell, container, refresh };
}

const code = (source: string, outputs: object[] = []) => ({
  cell_type: 'code',
  execution_count: null,
  id: `c${source.length}x${outputs.length}`,
  metadata: {},
  outputs,
  source,
});

describe('a cell', () => {
  it('carries the attributes of the surface', async () => {
    const { cell, session, refresh } = await show([
      { ...code('x = 1'), id: 'a' },
      { cell_type: 'markdown', id: 'b', metadata: {}, source: '# Head' },
      { cell_type: 'raw', id: 'c', metadata: {}, source: 'raw' },
    ]);
    expect(cell(0)?.getAttribute('role')).toBe('listitem');
    expect(cell(0)?.dataset).toMatchObject({ cellId: 'a', cellType: 'code', cellState: 'idle' });
    expect(cell(1)?.getAttribute('aria-posinset')).toBe('2');
    expect(cell(1)?.getAttribute('aria-setsize')).toBe('3');
    session.editing.select(asCellId('b'));
    session.editing.select(asCellId('c'), { extend: true });
    refresh();
    const selected = [0, 1, 2].map((index) => cell(index)?.getAttribute('aria-selected'));
    expect(selected).toEqual(['false', 'true', 'true']);
  });

  it('shows its source as it is, not as markup', async () => {
    const { cell } = await show([code('print("<b>&amp;</b>")')]);
    expect(cell(0)?.querySelector('[data-part=source]')?.textContent).toBe('print("<b>&amp;</b>")');
    expect(cell(0)?.querySelector('b')).toBeNull();
  });

  it('shows Markdown rendered, and its source once it is edited', async () => {
    const { cell, session, refresh } = await show([
      { cell_type: 'markdown', id: 'm', metadata: {}, source: '*hello*' },
    ]);
    expect(cell(0)?.querySelector('[data-part=rendered]')?.textContent).toBe('hello');
    fireEvent.doubleClick(cell(0)?.querySelector('[data-part=rendered]') as Element);
    refresh();
    expect(session.store.getState().mode).toBe('edit');
    expect(cell(0)?.querySelector('[data-part=source]')).not.toBeNull();
  });

  it('tells states: queued with its place, running, done with time, died with the cause', async () => {
    const { world, session, cell, refresh } = await show([{ ...code('f()'), id: 'a' }]);
    await session.runner.run([asCellId('a')]);
    refresh();
    expect(cell(0)?.dataset['cellState']).toBe('queued');
    // What may be over in a moment is drawn a moment later.
    await vi.waitFor(() => expect(cell(0)?.textContent).toContain('1st'));
    const id = world.submitted[0]?.[0]?.id ?? '';
    world.tellExecution(id, { state: 'running', startedAt: '2026-11-23T00:00:00.000Z' });
    refresh();
    expect(cell(0)?.dataset['cellState']).toBe('running');
    expect(cell(0)?.textContent).toContain('[*]');
    world.tellExecution(id, { state: 'done', endedAt: '2026-11-23T00:00:42.000Z' });
    refresh();
    expect(cell(0)?.textContent).toContain('42 s');
    world.tellExecution(id, { state: 'kernel-died', cause: 'The kernel ran out of memory.' });
    refresh();
    expect(cell(0)?.dataset['cellState']).toBe('error');
    expect(cell(0)?.textContent).toContain('out of memory. Your code, outputs and files are kept.');
  });

  it('says once what is kept, also when the cause says it', async () => {
    const { world, session, cell, refresh } = await show([{ ...code('f()'), id: 'a' }]);
    await session.runner.run([asCellId('a')]);
    const cause = 'The kernel ran out of memory (1 GiB) in a.ipynb. Your code, outputs and files are kept.';
    world.tellExecution(world.submitted[0]?.[0]?.id ?? '', { state: 'kernel-died', cause });
    refresh();
    expect(cell(0)?.textContent.match(/are kept/g)).toHaveLength(1);
  });

  it('shows each output in its richest form that needs no script [J1]', async () => {
    const outputs = [
      { output_type: 'stream', name: 'stderr', text: 'a\u001b[31mb\u001b[0m <i>' },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['File x, line 1'] },
      display({ 'image/png': 'iVBORw0KGgo=', 'text/plain': 'p' }),
      display({ 'image/svg+xml': '<svg><rect/></svg>', 'text/plain': 'p' }),
      display({ 'text/html': '<b>h</b><script>1</script>', 'text/plain': 'p' }),
      display({ 'application/vnd.jupyter.widget-view+json': { model_id: 'x' }, 'text/plain': 'Slider' }),
      display({ 'application/vnd.plotly.v1+json': {}, 'text/plain': 'Figure' }),
      display({ 'application/json': { a: 1 }, 'text/plain': 'p' }),
    ];
    const { cell } = await show([code('x', outputs)]);
    const shown = [...(cell(0)?.querySelectorAll<HTMLElement>('[role=group] [data-mime]') ?? [])];
    expect(shown.map((element) => element.dataset['mime'])).toEqual([
      'application/vnd.jupyter.stderr',
      'application/vnd.jupyter.error',
      'image/png',
      'image/svg+xml',
      'text/html',
      'text/plain',
      'text/plain',
      'application/json',
    ]);
    expect(cell(0)?.querySelector('[role=group]')?.getAttribute('aria-label')).toBe('Cell 1 output');
    expect(shown[0]?.textContent).toBe('ab <i>');
    expect(shown[3]?.querySelector('img')?.getAttribute('src')).toContain('xmlns');
    expect(cell(0)?.textContent).toContain('This output has scripts. They were not run.');
    expect(cell(0)?.textContent).toContain('This is a widget.');
    expect(cell(0)?.textContent).toContain('needs scripts, which are not run');
  });

  it('shows the ends of long text, and all of it in a viewer [J5]', async () => {
    const text = Array.from({ length: 5_000 }, (_, i) => `line ${i}`).join('\n');
    const { cell, refresh } = await show([code('x', [{ output_type: 'stream', name: 'stdout', text }])]);
    expect(cell(0)?.textContent).toContain('… 4,960 lines hidden');
    expect(cell(0)?.textContent).toContain('line 4999');
    expect(cell(0)?.textContent).not.toContain('line 2500');
    const button = [...(cell(0)?.querySelectorAll('button') ?? [])].find(
      (one) => one.textContent === 'Show all 5,000 lines',
    );
    fireEvent.click(button as Element);
    refresh();
    const viewer = document.querySelector('[role=dialog]');
    expect(viewer?.getAttribute('aria-label')).toBe('Output of cell 1');
    expect(viewer?.textContent).toContain('5,000 lines, 49 kB');
  });
});
