import { cleanup, renderHook } from '@testing-library/react';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTabsStore } from '@/platform/tabs/tabs-store.ts';
import type { Services } from '@/services/services.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import { useLongRuns } from './use-long-runs.ts';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const first = asCellId('cell-0');

async function setUp({ inFront = 'other.ipynb', bySystem = false } = {}) {
  const world = createFakeWorld({ 'n.ipynb': notebookFile('train()') });
  const session = await world.open();
  world.bind('bound');
  await world.clock.settle();
  const told: { kind: string; title: string; detail: string; actions: { label: string; run(): void }[] }[] =
    [];
  const tell = (kind: string) => (title: string, detail: string, actions: { label: string; run(): void }[]) =>
    void told.push({ kind, title, detail, actions });
  const tabs = createTabsStore();
  const opened: string[] = [];
  tabs.setState({
    tabs: [{ id: 't1', kind: 'notebook', key: inFront, title: '', isDirty: false, isActive: true }],
    mainId: 't1',
  });
  const on: Record<string, boolean> = { 'notebook.tellsLongRuns': true, 'notebook.tellsBySystem': bySystem };
  const services = {
    tabs: { store: tabs, openPath: (path: string) => void opened.push(path) },
    notifications: { info: tell('info'), success: tell('success') },
    settings: { get: (id: string) => on[id] },
  } as unknown as Services;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ServicesContext value={services}>{children}</ServicesContext>
  );
  // Two views of the notebook: each end is told once.
  for (let view = 0; view < 2; view += 1) renderHook(() => useLongRuns(session), { wrapper });
  const run = async (seconds: number) => {
    await session.runner.run([first]);
    const id = world.submitted.at(-1)?.[0]?.id ?? '';
    const start = Date.parse('2026-11-23T00:00:00.000Z');
    const iso = (s: number) => new Date(start + s * 1_000).toISOString();
    world.tellExecution(id, { state: 'running', startedAt: iso(0) });
    world.tellExecution(id, { state: 'done', endedAt: iso(seconds) });
  };
  return { session, told, opened, run };
}

describe('a long run that ends [F8]', () => {
  it('is told where another tab is in front, and leads to its cell', async () => {
    const { session, told, opened, run } = await setUp();
    const revealed: string[] = [];
    session.onWillReveal((id) => revealed.push(id));
    await run(29);
    expect(told).toEqual([]);
    await run(98);
    expect(told).toMatchObject([{ kind: 'success', title: 'n.ipynb is done', detail: '1 cell ran, 1:38.' }]);
    told[0]?.actions[0]?.run();
    expect([opened, revealed]).toEqual([['n.ipynb'], ['cell-0']]);
  });

  it('is not told to somebody who looks at it', async () => {
    const { told, run } = await setUp({ inFront: 'n.ipynb' });
    await run(98);
    expect(told).toEqual([]);
  });

  it('is told in front too while the page is hidden; by the system only when that is on and allowed', async () => {
    const shown: string[] = [];
    vi.stubGlobal(
      'Notification',
      Object.assign(
        class {
          constructor(title: string) {
            shown.push(title);
          }
          addEventListener() {}
        },
        { permission: 'granted' },
      ),
    );
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    const off = await setUp({ inFront: 'n.ipynb' });
    await off.run(98);
    expect([off.told.length, shown]).toEqual([1, []]);
    cleanup();
    const on = await setUp({ inFront: 'n.ipynb', bySystem: true });
    await on.run(98);
    expect([on.told.length, shown]).toEqual([1, ['n.ipynb is done']]);
  });
});
