import { describe, expect, it } from 'vitest';
import type { Opener } from '@/platform/contributions/contribution.ts';
import { createTabService } from './create-tab-service.ts';
import { createFakeDock } from './fake-dock.ts';

const load = () => Promise.reject(new Error('not drawn in this test'));
const openers: Opener[] = [
  { kind: 'editor', icon: 'file', matches: () => 1, load },
  { kind: 'notebook', icon: 'notebook-text', matches: (path) => (path.endsWith('.ipynb') ? 100 : 0), load },
  { kind: 'terminal', icon: 'square-terminal', load },
];

function setUp() {
  const dock = createFakeDock();
  return { dock, tabs: createTabService(dock, openers) };
}

describe('tab service', () => {
  it('opens a file with the opener that wants it most, named by its file name', () => {
    const { tabs } = setUp();
    tabs.openPath('projects/churn/churn_model.ipynb');
    tabs.openPath('projects/prepare.py');
    expect(tabs.store.getState().tabs).toMatchObject([
      {
        kind: 'notebook',
        key: 'projects/churn/churn_model.ipynb',
        title: 'churn_model.ipynb',
        isActive: false,
      },
      { kind: 'editor', title: 'prepare.py', tooltip: 'projects/prepare.py', isActive: true },
    ]);
  });

  it('focuses what is open already', () => {
    const { tabs } = setUp();
    const first = tabs.openPath('a.py');
    tabs.openPath('b.py');
    expect(tabs.openPath('a.py')).toBe(first);
    expect(tabs.store.getState()).toMatchObject({ activeId: first });
    expect(tabs.store.getState().tabs).toHaveLength(2);
  });

  it('opens another tab of what is open where that is asked for, and keeps both', () => {
    const { tabs } = setUp();
    const first = tabs.openPath('a.py');
    const input = { kind: 'editor', key: 'a.py', title: 'a.py' };
    const second = tabs.open(input, { another: true });
    expect(second).not.toBe(first);
    expect(tabs.store.getState().tabs.map(({ key }) => key)).toEqual(['a.py', 'a.py']);
    const kept = tabs.keep();
    const later = setUp();
    later.tabs.restore(kept);
    expect(later.tabs.store.getState().tabs.map(({ id }) => id)).toEqual([first, second]);
  });

  it('asks the guard before it closes, once, and stays when told so', async () => {
    const { tabs, dock } = setUp();
    const id = tabs.openPath('a.py');
    let asked = 0;
    let answer: (goes: boolean) => void = () => undefined;
    tabs.setCloseGuard(id, () => {
      asked += 1;
      return new Promise((resolve) => (answer = resolve));
    });
    dock.pressClose(id);
    const closing = tabs.close(id);
    answer(false);
    await expect(closing).resolves.toBe(false);
    expect(asked).toBe(1);
    expect(tabs.store.getState().tabs).toHaveLength(1);
    const again = tabs.close(id);
    answer(true);
    await expect(again).resolves.toBe(true);
    expect(tabs.store.getState().tabs).toHaveLength(0);
    expect(dock.state().ids).toEqual([]);
  });

  it('closes without asking when forced, and tells what closed', async () => {
    const { tabs } = setUp();
    const id = tabs.openPath('a.py');
    tabs.setCloseGuard(id, () => Promise.resolve(false));
    const closed: string[] = [];
    tabs.onDidClose((tab) => closed.push(tab.key));
    await tabs.close(id, { force: true });
    expect(closed).toEqual(['a.py']);
  });

  it('carries title, dirt and key of a renamed file', () => {
    const { tabs, dock } = setUp();
    const id = tabs.openPath('a.py');
    tabs.update(id, { title: 'b.py', key: 'b.py', isDirty: true });
    expect(tabs.store.getState().tabs).toMatchObject([{ id, title: 'b.py', key: 'b.py', isDirty: true }]);
    expect(dock.names.get(id)).toBe('b.py');
    expect(tabs.openPath('b.py')).toBe(id);
  });

  it('makes no new state where nothing changed', () => {
    const { tabs } = setUp();
    const id = tabs.openPath('a.py');
    const before = tabs.store.getState();
    tabs.update(id, { title: 'a.py' });
    expect(tabs.store.getState()).toBe(before);
  });

  it('goes round with next and previous', () => {
    const { tabs } = setUp();
    const first = tabs.openPath('a.py');
    const last = tabs.openPath('b.py');
    tabs.focusNeighbour(1);
    expect(tabs.store.getState().activeId).toBe(first);
    tabs.focusNeighbour(-1);
    expect(tabs.store.getState().activeId).toBe(last);
  });

  it('restores tabs and drops kinds that nobody opens now', () => {
    const { tabs } = setUp();
    tabs.openPath('a.py');
    tabs.open({ kind: 'terminal', key: 'app:1', title: 'Terminal 1', area: 'bottom', state: { name: '1' } });
    tabs.open({ kind: 'gone', key: 'x', title: 'Gone' });
    const kept = structuredClone(tabs.keep());
    const later = setUp();
    later.tabs.restore(kept);
    expect(later.tabs.store.getState().tabs).toMatchObject([
      { kind: 'editor', key: 'a.py', isDirty: false },
      { kind: 'terminal', key: 'app:1', area: 'bottom', state: { name: '1' } },
    ]);
    // A new tab never gets the id of one that came back.
    const id = later.tabs.openPath('new.py');
    expect(new Set(later.tabs.store.getState().tabs.map((tab) => tab.id)).size).toBe(3);
    expect(later.tabs.store.getState().activeId).toBe(id);
  });

  it('keeps the document of the main area in mind while a terminal below has the keyboard', async () => {
    const { tabs } = setUp();
    const document = tabs.openPath('a.py');
    const terminal = tabs.open({ kind: 'terminal', key: 'app:1', title: 'Terminal 1', area: 'bottom' });
    expect(tabs.store.getState()).toMatchObject({ activeId: terminal, mainId: document });
    tabs.focus(document);
    expect(tabs.store.getState()).toMatchObject({ activeId: document, mainId: document });
    await tabs.close(document);
    expect(tabs.store.getState()).toMatchObject({ activeId: terminal, mainId: null });
  });

  it.each([undefined, null, 3, 'x', {}, { tabs: 4, layout: {} }, { tabs: [{ id: 1 }, null], layout: {} }])(
    'takes %j, which is no kept layout, as none',
    (value) => {
      const { tabs } = setUp();
      tabs.restore(value);
      expect(tabs.store.getState().tabs).toEqual([]);
    },
  );

  it('opens the tabs of a layout that cannot be read in one group', () => {
    const { tabs } = setUp();
    tabs.restore({
      tabs: [{ id: 'tab-7', kind: 'editor', key: 'a.py', title: 'a.py' }],
      layout: { odd: true },
    });
    expect(tabs.store.getState()).toMatchObject({
      activeId: 'tab-7',
      tabs: [{ key: 'a.py', isActive: true }],
    });
  });
});
