import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PanelView } from '@/platform/contributions/contribution.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { PanelActions } from '@/ui/PanelActions.tsx';
import { ActivityBar } from './ActivityBar.tsx';
import { createFakeStudio } from './fake-studio.ts';
import { createShell } from './shell.ts';
import { SidePanel } from './SidePanel.tsx';
import { StudioContext } from './use-studio.ts';

const resize = (width: number) =>
  (window as unknown as { happyDOM: { setViewport(size: { width: number }): void } }).happyDOM.setViewport({
    width,
  });

beforeEach(() => resize(1440));
afterEach(cleanup);

function Counter() {
  const [count, setCount] = useState(0);
  return (
    <PanelActions>
      <button type="button" onClick={() => setCount(count + 1)}>
        Count {count}
      </button>
    </PanelActions>
  );
}

function Broken(): never {
  throw new Error('no registry answers');
}

const views: PanelView[] = [
  { id: 'files', title: 'Files', icon: 'files', order: 1, load: async () => ({ View: Counter }) },
  { id: 'odd', title: 'Odd', icon: 'layers', order: 2, load: async () => ({ View: Broken }) },
];

async function open() {
  const { studio, services } = createFakeStudio();
  const shell = createShell(views, services.storage);
  shell.restore();
  await act(async () => {
    render(
      <ServicesContext value={services}>
        <StudioContext value={{ ...studio, shell }}>
          <ActivityBar views={views} />
          <SidePanel views={views} />
        </StudioContext>
      </ServicesContext>,
    );
  });
  return { shell, storage: services.storage, tabs: services.tabs };
}

const activity = (name: string) => screen.getByRole('tab', { name });
const region = (name: string) => screen.queryByRole('region', { name });

describe('activity bar and side panel', () => {
  it('shows the first panel, and a region of its name', async () => {
    await open();
    expect(screen.getByRole('tablist', { name: 'Activity bar' })).toBeTruthy();
    expect(activity('Files').getAttribute('aria-selected')).toBe('true');
    expect(region('Files')).not.toBeNull();
    expect(region('Odd')).toBeNull();
  });

  it('folds by a second press and keeps the state of what is folded', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Count 0' }));
    await act(async () => void fireEvent.click(activity('Files')));
    expect(region('Files')).toBeNull();
    expect(activity('Files').getAttribute('aria-selected')).toBe('false');
    await act(async () => void fireEvent.click(activity('Files')));
    expect(screen.getByRole('button', { name: 'Count 1' })).toBeTruthy();
  });

  it('keeps a broken panel from taking the others with it', async () => {
    await open();
    await act(async () => void fireEvent.click(activity('Odd')));
    expect(region('Odd')?.textContent).toContain('Odd could not be shown');
    await act(async () => void fireEvent.click(activity('Files')));
    expect(region('Files')).not.toBeNull();
  });

  it('moves along the bar by arrows with one tab stop', async () => {
    await open();
    expect([activity('Files').tabIndex, activity('Odd').tabIndex]).toEqual([0, -1]);
    activity('Files').focus();
    fireEvent.keyDown(activity('Files'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(activity('Odd'));
    fireEvent.keyDown(activity('Odd'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(activity('Files'));
  });

  it('folds while it would lie over the work, and when a tab is activated there', async () => {
    const { shell, storage, tabs } = await open();
    await act(async () => resize(1000));
    expect(region('Files')).toBeNull();
    await act(async () => void fireEvent.click(activity('Files')));
    expect(region('Files')).not.toBeNull();
    act(() => tabs.store.setState({ activeId: 'tab-1' }));
    expect(region('Files')).toBeNull();
    await act(async () => resize(1440));
    expect(region('Files')).not.toBeNull();
    // What a narrow window did is not kept as a choice.
    const later = createShell(views, storage);
    later.restore();
    expect(later.store.getState().panelId).toBe(shell.store.getState().panelId);
  });

  it('is made wider by keys within its limits, and comes back as it was left', async () => {
    const { shell, storage } = await open();
    const edge = screen.getByRole('separator', { name: 'Width of the side panel' });
    fireEvent.keyDown(edge, { key: 'ArrowRight' });
    expect(shell.store.getState().panelWidth).toBe(280);
    fireEvent.keyDown(edge, { key: 'End' });
    expect(shell.store.getState().panelWidth).toBe(600);
    act(() => shell.showPanel('odd'));
    const later = createShell(views, storage);
    later.restore();
    expect(later.store.getState()).toMatchObject({ panelId: 'odd', panelWidth: 600 });
    // A panel that this version does not have stays folded.
    const fewer = createShell(views.slice(0, 1), storage);
    fewer.restore();
    expect(fewer.store.getState()).toMatchObject({ panelId: null, lastPanelId: 'files' });
  });
});
