import type { Disposable } from '@/base/disposable.ts';
import type { Services } from '@/services/services.ts';

/**
 * Says when the app that serves files and system terminals ended by itself. It usually comes back at once; without a
 * word, terminals would be gone and saves late for no reason that a person could see.
 */
export function tellServerEnd({
  events,
  notifications,
}: Pick<Services, 'events' | 'notifications'>): Disposable {
  const told = new Set<string>();
  return events.onDidReceive((event) => {
    if (event.type !== 'app' || event.app.type !== 'JupyterServer') return;
    const { id, status, failure } = event.app;
    if (status !== 'Failed' || !failure || told.has(id)) return;
    told.add(id);
    notifications.error('The file server ended', new Error(failure.message));
  });
}
