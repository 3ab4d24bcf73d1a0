import { describe, expect, it } from 'vitest';
import { toDisposable } from '@/base/disposable.ts';
import { createNotificationService } from '@/platform/notifications/create-notification-service.ts';
import { createStorageService } from '@/platform/storage/create-storage-service.ts';
import { createTabService } from '@/platform/tabs/create-tab-service.ts';
import { createFakeDock } from '@/platform/tabs/fake-dock.ts';
import { createFakeLog } from '@/services/fake-backend.ts';
import type { Services, StudioContribution } from '@/services/services.ts';
import { createSessionStore } from '@/services/session/session-store.ts';
import { createShell } from '@/workbench/shell.ts';
import { enterOnSignIn } from './enter-on-sign-in.ts';

const load = () => Promise.reject(new Error('not drawn'));

/** One page on a browser whose storage is `values`. */
function openPage(values: Map<string, string>, path: string | null = null) {
  const storage = createStorageService(
    () => ({
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => void values.set(key, value),
      removeItem: (key) => void values.delete(key),
    }),
    createFakeLog(),
  );
  const activity: string[] = [];
  const contributions: StudioContribution[] = [
    {
      id: 'all',
      openers: [
        { kind: 'launcher', icon: 'layout-grid', load },
        { kind: 'editor', icon: 'file', matches: (name) => (name.endsWith('.bin') ? 0 : 1), load },
      ],
      activate: () => {
        activity.push('active');
        return toDisposable(() => void activity.push('ended'));
      },
    },
  ];
  const store = createSessionStore();
  const notifications = createNotificationService(() => 0);
  const tabs = createTabService(
    createFakeDock(),
    contributions.flatMap((one) => one.openers ?? []),
  );
  const timers: (() => void)[] = [];
  const entry = enterOnSignIn({
    config: { baseUrl: '', path, isTest: false },
    services: { session: { store }, notifications } as unknown as Services,
    kept: [{ restore: () => void activity.push('settings') }],
    storage,
    shell: createShell([], storage),
    tabs,
    contributions,
    clock: {
      now: () => 0,
      elapsed: () => 0,
      random: () => 0,
      after: (_, run) => {
        timers.push(run);
        return toDisposable(() => undefined);
      },
    },
    reload: () => void activity.push('reload'),
  });
  const signIn = (name: string) =>
    store.setState({
      status: 'signed-in',
      me: { userProfileId: name, domainId: 'd', displayName: name, role: 'user' },
      capabilities: { version: '1.0', serverId: 's', driver: 'local', features: [] },
    });
  const keys = () => tabs.store.getState().tabs.map((tab) => tab.key);
  const settle = () => timers.splice(0).forEach((run) => run());
  return { store, tabs, signIn, keys, settle, entry, activity, notifications };
}

describe('entering', () => {
  it('does nothing before somebody is signed in, then opens the launcher', () => {
    const page = openPage(new Map());
    expect(page.keys()).toEqual([]);
    page.signIn('maya');
    expect(page.keys()).toEqual(['launcher']);
    expect(page.activity).toEqual(['settings', 'active']);
  });

  it('opens the path of the address in place of the launcher', () => {
    const page = openPage(new Map(), 'src/prepare.py');
    page.signIn('maya');
    expect(page.keys()).toEqual(['src/prepare.py']);
  });

  it('says so when nothing opens the path', () => {
    const page = openPage(new Map(), 'model.bin');
    page.signIn('maya');
    expect(page.keys()).toEqual(['launcher']);
    expect(page.notifications.store.getState().items).toMatchObject([{ title: 'model.bin was not opened' }]);
  });

  it('brings the tabs back on the next page, to their own user only', () => {
    const values = new Map<string, string>();
    const first = openPage(values);
    first.signIn('maya');
    first.tabs.openPath('a.py');
    first.settle();
    const second = openPage(values);
    second.signIn('maya');
    expect(second.keys()).toEqual(['launcher', 'a.py']);
    const other = openPage(values);
    other.signIn('noor');
    expect(other.keys()).toEqual(['launcher']);
  });

  it('keeps the tabs when the page goes before the timer ran', () => {
    const values = new Map<string, string>();
    const first = openPage(values);
    first.signIn('maya');
    first.tabs.openPath('a.py');
    window.dispatchEvent(new Event('pagehide'));
    first.entry.dispose();
    const second = openPage(values);
    second.signIn('maya');
    expect(second.keys()).toEqual(['launcher', 'a.py']);
  });

  it('never leaves the main area empty', async () => {
    const page = openPage(new Map(), 'a.py');
    page.signIn('maya');
    const [tab] = page.tabs.store.getState().tabs;
    await page.tabs.close(tab?.id ?? '');
    expect(page.keys()).toEqual(['launcher']);
  });

  it('changes nothing when the same person signs in again, and reloads for another', () => {
    const page = openPage(new Map(), 'a.py');
    page.signIn('maya');
    page.signIn('maya');
    expect(page.activity).toEqual(['settings', 'active']);
    page.signIn('noor');
    expect(page.activity).toEqual(['settings', 'active', 'reload']);
    expect(page.keys()).toEqual(['a.py']);
  });

  it('ends the features with itself', () => {
    const page = openPage(new Map());
    page.signIn('maya');
    page.entry.dispose();
    expect(page.activity).toEqual(['settings', 'active', 'ended']);
  });
});
