import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { ScopedStorage } from '@/platform/storage/create-storage-service.ts';
import type { WorkbenchTabs } from '@/platform/tabs/create-tab-service.ts';
import type { Clock } from '@/services/clock.ts';
import type { Services, StudioContribution } from '@/services/services.ts';
import type { Shell } from '@/workbench/shell.ts';
import type { StudioConfig } from './config.ts';

export type EntryParts = {
  config: StudioConfig;
  services: Services;
  /** Choices of the user that are in the storage. */
  kept: readonly { restore(): void }[];
  storage: ScopedStorage;
  shell: Shell;
  tabs: WorkbenchTabs;
  contributions: readonly StudioContribution[];
  clock: Clock;
  reload(): void;
};

const TABS_KEY = 'workbench.tabs';
const KEEP_AFTER_MS = 300;

/**
 * What happens when somebody is signed in for the first time on this page: the user's storage opens, the tabs come
 * back, the path of the address opens, features start. A session that expires and comes back changes nothing here.
 */
export function enterOnSignIn(parts: EntryParts): Disposable {
  const owned = new DisposableStore();
  const { session } = parts.services;
  let entered: string | null = null;
  const look = () => {
    const state = session.store.getState();
    if (state.status !== 'signed-in') return;
    const who = `${state.capabilities.serverId}:${state.me.userProfileId}`;
    // After a sign-out somebody else may sign in: nothing of the first person's work may be on the page then.
    if (entered !== null && entered !== who) parts.reload();
    if (entered !== null) return;
    entered = who;
    parts.storage.enter(state.capabilities.serverId, state.me.userProfileId);
    for (const one of parts.kept) one.restore();
    parts.shell.restore();
    for (const one of parts.contributions) {
      const ends = one.activate?.(parts.services);
      if (ends) owned.add(ends);
    }
    openFirstTabs(parts);
    owned.add(keepTabs(parts));
    owned.add(keepLauncher(parts));
  };
  owned.add(toDisposable(session.store.subscribe(look)));
  look();
  return owned;
}

function openFirstTabs({ config, services, tabs, storage, contributions }: EntryParts): void {
  tabs.restore(storage.get(TABS_KEY));
  if (config.path !== null) {
    try {
      tabs.openPath(config.path);
    } catch (error) {
      services.notifications.error(`${config.path} was not opened`, error);
    }
  }
  openLauncherIfEmpty(tabs, contributions);
}

/** The main area is never empty: the last tab that goes leaves the launcher. */
function keepLauncher({ tabs, contributions }: EntryParts): Disposable {
  return tabs.onDidClose(() => openLauncherIfEmpty(tabs, contributions));
}

function openLauncherIfEmpty(tabs: WorkbenchTabs, contributions: readonly StudioContribution[]): void {
  const hasLauncher = contributions.some((one) => one.openers?.some(({ kind }) => kind === 'launcher'));
  const isEmpty = tabs.store.getState().tabs.every((tab) => tab.area === 'bottom');
  if (hasLauncher && isEmpty) tabs.open({ kind: 'launcher', key: 'launcher', title: 'Launcher' });
}

/** Keeps tabs and layout shortly after each change, and when the page goes. */
function keepTabs({ tabs, storage, clock }: EntryParts): Disposable {
  const owned = new DisposableStore();
  let waiting: Disposable | null = null;
  const keep = () => {
    waiting?.dispose();
    waiting = null;
    storage.set(TABS_KEY, tabs.keep());
  };
  const later = () => {
    waiting ??= clock.after(KEEP_AFTER_MS, keep);
  };
  owned.add(toDisposable(tabs.store.subscribe(later)));
  window.addEventListener('pagehide', keep);
  owned.add(
    toDisposable(() => {
      window.removeEventListener('pagehide', keep);
      waiting?.dispose();
    }),
  );
  return owned;
}
