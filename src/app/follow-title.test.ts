import { expect, it } from 'vitest';
import { createTabService } from '@/platform/tabs/create-tab-service.ts';
import { createFakeDock } from '@/platform/tabs/fake-dock.ts';
import { followTitle } from './follow-title.ts';

it('names the active tab and marks it while unsaved', () => {
  const load = () => Promise.reject(new Error('not drawn'));
  const tabs = createTabService(createFakeDock(), [{ kind: 'editor', icon: 'file', matches: () => 1, load }]);
  const page = { title: 'Atelier' };
  const following = followTitle(page, tabs);
  expect(page.title).toBe('Atelier');
  const id = tabs.openPath('src/prepare.py');
  expect(page.title).toBe('prepare.py – Atelier');
  tabs.update(id, { isDirty: true });
  expect(page.title).toBe('• prepare.py – Atelier');
  following.dispose();
  expect(page.title).toBe('Atelier');
});
