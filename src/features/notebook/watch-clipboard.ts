import './command-args.ts';
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { ContextService } from '@/platform/context/context-service.ts';

/**
 * Notices when something else can have come onto the system's clipboard since cells were copied: a copy of anything on
 * this page (one of cells says afterwards that it was one), or a visit to another window.
 */
export function watchClipboard(context: ContextService, view: Window = window): Disposable {
  const handle = () => context.set({ isCellClipboardNewest: false });
  view.addEventListener('copy', handle, true);
  view.addEventListener('cut', handle, true);
  view.addEventListener('blur', handle);
  return toDisposable(() => {
    view.removeEventListener('copy', handle, true);
    view.removeEventListener('cut', handle, true);
    view.removeEventListener('blur', handle);
  });
}
