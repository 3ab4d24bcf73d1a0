import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { TabService } from '@/platform/tabs/tab-service.ts';

/** The page's title names the active tab, so that browser tabs can be told apart. */
export function followTitle(page: Pick<Document, 'title'>, tabs: TabService): Disposable {
  const product = page.title;
  const follow = () => {
    const { tabs: open, activeId } = tabs.store.getState();
    const active = open.find((tab) => tab.id === activeId);
    page.title = active ? `${active.isDirty ? '• ' : ''}${active.title} – ${product}` : product;
  };
  follow();
  const end = tabs.store.subscribe(follow);
  return toDisposable(() => {
    end();
    page.title = product;
  });
}
