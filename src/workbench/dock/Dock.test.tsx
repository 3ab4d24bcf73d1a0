import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Opener } from '@/platform/contributions/contribution.ts';
import { createTabService } from '@/platform/tabs/create-tab-service.ts';
import type { Services } from '@/services/services.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { createFakeStudio } from '../fake-studio.ts';
import { Dock } from './Dock.tsx';
import { createFlexDock } from './flex-dock.ts';

afterEach(cleanup);

const openers: Opener[] = [
  { kind: 'editor', icon: 'file-text', matches: () => 1, load: async () => ({ View: () => <p>Text</p> }) },
];

function open() {
  const dock = createFlexDock();
  const tabs = createTabService(dock, openers);
  const services = { ...createFakeStudio().services, tabs } as Services;
  const created: string[] = [];
  act(() => {
    tabs.openPath('src/prepare.py');
    tabs.openPath('notes.md');
  });
  render(
    <ServicesContext value={services}>
      <Dock dock={dock} openers={openers} onNewTab={() => created.push('new')} />
    </ServicesContext>,
  );
  return { dock, tabs, created };
}

const tab = (name: string) => screen.getByRole('tab', { name });
const idOf = (tabs: ReturnType<typeof open>['tabs'], key: string) =>
  tabs.store.getState().tabs.find((one) => one.key === key)?.id ?? '';

const auxClick = () => new MouseEvent('auxclick', { bubbles: true, button: 1 });

describe('dock', () => {
  it('names a tab by its title alone, cross or not', () => {
    open();
    expect(screen.getAllByRole('tab').map((one) => one.getAttribute('aria-label'))).toEqual([
      'prepare.py',
      'notes.md',
    ]);
    expect(tab('notes.md').getAttribute('aria-selected')).toBe('true');
  });

  it('marks a tab while it is unsaved', () => {
    const { tabs } = open();
    const id = idOf(tabs, 'src/prepare.py');
    expect(tab('prepare.py').hasAttribute('data-dirty')).toBe(false);
    act(() => tabs.update(id, { isDirty: true }));
    expect(tab('prepare.py').getAttribute('data-dirty')).toBe('true');
    act(() => tabs.update(id, { title: 'other.py', key: 'src/other.py' }));
    expect(tab('other.py').getAttribute('data-dirty')).toBe('true');
    act(() => tabs.update(id, { isDirty: false }));
    expect(tab('other.py').hasAttribute('data-dirty')).toBe(false);
  });

  it('asks before the cross closes a tab', async () => {
    const { tabs } = open();
    let answer = false;
    tabs.setCloseGuard(idOf(tabs, 'src/prepare.py'), () => Promise.resolve(answer));
    const cross = () => tab('prepare.py').querySelector('.flexlayout__tab_button_trailing') as HTMLElement;
    await act(async () => void fireEvent.click(tab('prepare.py')));
    await act(async () => void fireEvent.click(cross()));
    expect(tab('prepare.py')).toBeTruthy();
    answer = true;
    await act(async () => void fireEvent.click(cross()));
    expect(screen.queryByRole('tab', { name: 'prepare.py' })).toBeNull();
  });

  it('closes by Delete and goes to the edges by Home and End', async () => {
    open();
    tab('notes.md').focus();
    fireEvent.keyDown(tab('notes.md'), { key: 'Home' });
    expect(document.activeElement).toBe(tab('prepare.py'));
    fireEvent.keyDown(tab('prepare.py'), { key: 'End' });
    expect(document.activeElement).toBe(tab('notes.md'));
    await act(async () => void fireEvent.keyDown(tab('notes.md'), { key: 'Delete' }));
    expect(screen.queryByRole('tab', { name: 'notes.md' })).toBeNull();
  });

  it('closes by the middle button, and asks like the cross', async () => {
    const { tabs } = open();
    let answer = false;
    tabs.setCloseGuard(idOf(tabs, 'src/prepare.py'), () => Promise.resolve(answer));
    const middle = async () => act(async () => void fireEvent(tab('prepare.py'), auxClick()));
    await middle();
    expect(tab('prepare.py')).toBeTruthy();
    answer = true;
    await middle();
    expect(screen.queryByRole('tab', { name: 'prepare.py' })).toBeNull();
    expect(tab('notes.md')).toBeTruthy();
  });

  it('has a button for a new launcher', () => {
    const { created } = open();
    fireEvent.click(screen.getByRole('button', { name: 'New launcher' }));
    expect(created).toEqual(['new']);
  });
});
