import { useEffect } from 'react';
import type { Services } from '@/services/services.ts';
import { useServices } from '@/services/use-services.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { formatDuration } from '../view/duration.ts';
import type { EndedRun } from './long-runs.ts';

/** Leaves a notification when a long run of this notebook ends out of sight. */
export function useLongRuns(session: NotebookSession): void {
  const services = useServices();
  useEffect(() => {
    const { longRuns } = session;
    longRuns.next(session.store.getState());
    return session.store.subscribe((now, before) => {
      if (now.runs === before.runs) return;
      const ended = longRuns.next(now);
      if (ended && !isSeen(session, services)) tell(session, services, ended);
    });
  }, [session, services]);
}

/** The notebook is in front of a page that shows. */
function isSeen({ path }: NotebookSession, { tabs }: Services): boolean {
  const { tabs: open, mainId } = tabs.store.getState();
  return document.visibilityState === 'visible' && open.find((tab) => tab.id === mainId)?.key === path;
}

function tell(session: NotebookSession, { settings, notifications, tabs }: Services, run: EndedRun): void {
  const { path } = session;
  const { title, detail } = wordsOf(path, run);
  const show = () => {
    tabs.openPath(path);
    session.reveal(run.cellId);
  };
  if (settings.get('notebook.tellsLongRuns')) {
    notifications[run.failed ? 'info' : 'success'](title, detail, [{ label: 'Show', run: show }]);
  }
  const isHidden = document.visibilityState === 'hidden';
  if (!isHidden || !settings.get('notebook.tellsBySystem')) return;
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const note = new Notification(title, { body: detail, tag: `atelier ${path}` });
  note.addEventListener('click', () => {
    window.focus();
    show();
    note.close();
  });
}

/** What happened, in words. */
export function wordsOf(path: string, { ms, count, failed }: EndedRun): { title: string; detail: string } {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const cells = count === 1 ? '1 cell' : `${count} cells`;
  if (!failed) return { title: `${name} is done`, detail: `${cells} ran, ${formatDuration(ms)}.` };
  return {
    title: `${name}: cell ${failed.cellNumber} ${failed.how}`,
    detail: `${cells} ran, ${formatDuration(ms)}. Outputs are kept.`,
  };
}
