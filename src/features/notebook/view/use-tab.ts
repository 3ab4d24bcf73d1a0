import { useEffect } from 'react';
import { closedUnsaved } from '@/services/edits/edits-words.ts';
import type { Tab } from '@/platform/tabs/tab-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import type { NotebookSession } from '../session/notebook-session.ts';

/** Keeps the tab true: name, dirty mark, and the question before unsaved work would go. */
export function useTab(session: NotebookSession, tab: Tab): void {
  const { tabs, dialogs, edits, notifications } = useServices();
  const path = useStore(session.store, (state) => state.path);
  // What is on its way to the file is not in it.
  const isDirty = useStore(session.store, ({ save }) => save.kind !== 'saved');
  const { id, key } = tab;

  useEffect(() => tabs.update(id, { isDirty }), [tabs, id, isDirty]);
  useEffect(() => {
    if (path !== key)
      tabs.update(id, { key: path, title: path.slice(path.lastIndexOf('/') + 1), tooltip: path });
  }, [tabs, id, key, path]);
  useEffect(() => {
    tabs.setCloseGuard(id, async () => {
      await session.saver.flush();
      if (!session.isDirty) return true;
      const name = session.path.slice(session.path.lastIndexOf('/') + 1);
      await edits.flush();
      if (edits.holds(session.path)) {
        if (session.saver.hasEdits) notifications.info(...closedUnsaved(name));
        return true;
      }
      return dialogs.confirm({
        title: `Close ${name} without saving?`,
        detail: 'The last edits could not be saved. They are lost when the tab closes.',
        confirmLabel: 'Close without saving',
        danger: true,
      });
    });
    return () => tabs.setCloseGuard(id, null);
  }, [tabs, dialogs, edits, notifications, session, id]);
}
