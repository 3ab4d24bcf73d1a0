import type { Clock } from '@/services/clock.ts';
import type { KernelChannel } from '@/services/jupyter/kernels-service.ts';
import { cellsOf } from '../document/notebook-model.ts';
import { WidgetLink } from '../widgets/widget-link.ts';
import type { NotebookServices } from './notebook-services.ts';
import type { NotebookStore } from './notebook-store.ts';

/** The widgets of a notebook; `channel` is the kernel's, while there is one. */
export function createWidgets(
  { services, store }: { services: NotebookServices; store: NotebookStore },
  clock: Clock,
  channel: () => KernelChannel | null,
): WidgetLink {
  const { executions, kernels, log, settings } = services;
  return new WidgetLink({
    clock,
    newId: () => executions.newId(),
    log,
    send: (request) => channel()?.sendComm(request) ?? false,
    module: async (name) => {
      const now = channel();
      return now ? kernels.widgetModule(now.appId, name) : null;
    },
    cells: () => cellsOf(store.getState()),
    metadata: () => store.getState().metadata,
    isSaved: () => settings.get('notebook.savesWidgets'),
  });
}
