import { expect, it } from 'vitest';
import { createNotificationService } from '@/platform/notifications/create-notification-service.ts';
import { createTabsStore } from '@/platform/tabs/tabs-store.ts';
import { createFakeEdits } from '@/services/edits/fake-edits.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import type { Services } from '@/services/services.ts';
import { unsavedContribution } from './unsaved.contribution.ts';

async function start(paths: readonly string[], open: readonly string[] = []) {
  const clock = createFakeClock();
  const edits = createFakeEdits(clock);
  for (const path of paths)
    edits.kept.set(path, { path, time: 0, hash: 'h', kind: 'text', base: '', changes: 'x' });
  const tabs = createTabsStore();
  const tab = { kind: 'editor', title: '', isDirty: false, isActive: false };
  tabs.setState({ tabs: open.map((key) => ({ ...tab, key, id: key })) });
  const opened: string[] = [];
  const notifications = createNotificationService(() => 0);
  const services = {
    edits,
    notifications,
    tabs: { store: tabs, openPath: (path: string) => opened.push(path) },
  };
  unsavedContribution.activate?.(services as unknown as Services);
  await clock.settle();
  return { edits, opened, items: () => notifications.store.getState().items };
}

it('names files whose edits an earlier page left, and opens them [Q1]', async () => {
  const { items, opened } = await start(['a/one.ipynb', 'two.py', 'open.py'], ['open.py']);
  expect(items()).toMatchObject([
    {
      title: '2 files have edits that were not saved',
      detail: 'Kept in this browser: one.ipynb, two.py. Opening brings them back.',
    },
  ]);
  await items()[0]?.actions[0]?.run();
  expect(opened.toSorted()).toEqual(['a/one.ipynb', 'two.py']);
});

it('says nothing where there is nothing to bring back', async () => {
  expect((await start(['open.py'], ['open.py'])).items()).toEqual([]);
});

it('says once why edits are not kept', async () => {
  const { edits, items } = await start([]);
  edits.store.setState({ trouble: 'full' });
  edits.store.setState({ trouble: null });
  edits.store.setState({ trouble: 'full' });
  expect(items().map(({ title, detail }) => `${title}: ${detail}`)).toEqual([
    expect.stringMatching(/^Edits are not kept in this browser: Its storage is full/),
  ]);
});

it('promises no more than it knows where the browser gives no storage', async () => {
  const { edits, items } = await start([]);
  edits.store.setState({ trouble: 'unavailable' });
  expect(items()).toMatchObject([
    {
      title: 'Edits are not kept in this browser',
      detail:
        'Its storage is off, as in some private windows, or does not answer. What you type is still saved to its file.',
    },
  ]);
});
