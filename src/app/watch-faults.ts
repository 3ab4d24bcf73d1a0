import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { Services } from '@/services/services.ts';

type Parts = Pick<Services, 'log' | 'notifications'>;

/** Faults that nobody caught go to the log, and the first of a kind to the person. */
export function watchFaults(target: Window, { log, notifications }: Parts): Disposable {
  const told = new Set<string>();
  const tell = (fault: unknown) => {
    if (isHarmless(fault)) return;
    log.error('Uncaught', fault);
    const kind = String(fault);
    if (told.has(kind)) return;
    told.add(kind);
    notifications.error('Something in this page failed', fault);
  };
  const handleError = (event: ErrorEvent) => tell(event.error ?? event.message);
  const handleRejection = (event: PromiseRejectionEvent) => tell(event.reason);
  target.addEventListener('error', handleError);
  target.addEventListener('unhandledrejection', handleRejection);
  return toDisposable(() => {
    target.removeEventListener('error', handleError);
    target.removeEventListener('unhandledrejection', handleRejection);
  });
}

/** What was cancelled on purpose, and the browser's remark that a layout took two rounds. */
function isHarmless(fault: unknown): boolean {
  if (fault instanceof Error) return fault.name === 'AbortError' || fault.name === 'Canceled';
  return typeof fault === 'string' && fault.startsWith('ResizeObserver loop');
}
