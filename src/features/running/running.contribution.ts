import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { Enablement } from '@/platform/contributions/contribution.ts';
import { defineStudioCommand, type Services, type StudioContribution } from '@/services/services.ts';
import {
  kernelNodeOf,
  shutDownEverything,
  shutDownFromCommand,
  shutDownNode,
  shutDownServer,
} from './shut-down.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'running.show': void;
    'running.shutDownAll': void;
    'running.shutDownServer': void;
    'running.shutDownActiveKernel': void;
    /** Brought by the feature compute: the log of an app, also while it starts and after it failed. */
    'compute.showLog': { of: 'app' | 'image'; id: string };
  }
}

/** The document of the notebook in front; a terminal below it does not hide it. */
function activeDocumentId({ documents, tabs }: Services): string | null {
  const { tabs: open, mainId } = tabs.store.getState();
  const path = open.find((tab) => tab.id === mainId)?.key;
  return Object.values(documents.store.getState().byId).find((one) => one.path === path)?.id ?? null;
}

const withKernel = ({ notebook }: ContextFacts): Enablement => {
  if (!notebook) return { reason: 'Open a notebook first' };
  return notebook.hasKernel ? true : { reason: 'The notebook has no kernel' };
};

async function shutDownActiveKernel(services: Services): Promise<void> {
  const documentId = activeDocumentId(services);
  if (documentId === null) return;
  await shutDownFromCommand(services, async (model) => {
    const node = kernelNodeOf(model.tree(), documentId);
    if (node) await shutDownNode(services, model, node);
    else services.notifications.info('This notebook has no kernel.', 'Nothing was shut down.');
  });
}

/** What runs: the panel, the end of each part and of all of it. */
export const runningContribution: StudioContribution = {
  id: 'running',
  views: [
    {
      id: 'running',
      title: 'Running',
      icon: 'circle-play',
      order: 2,
      load: () => import('./RunningView.tsx'),
      loadBadge: async () => ({ View: (await import('./RunningStatus.tsx')).Badge }),
    },
  ],
  statusItems: [{ id: 'running.usage', side: 'right', order: 40, load: () => import('./RunningStatus.tsx') }],
  commands: [
    defineStudioCommand<'running.show'>({
      id: 'running.show',
      title: 'Show running',
      group: 'View',
      icon: 'circle-play',
      run: ({ commands }) => commands.run('workbench.showPanel', { id: 'running' }),
    }),
    defineStudioCommand<'running.shutDownActiveKernel'>({
      id: 'running.shutDownActiveKernel',
      title: 'Shut down kernel of this notebook',
      group: 'Kernel',
      icon: 'power',
      enabled: withKernel,
      run: shutDownActiveKernel,
    }),
    defineStudioCommand<'running.shutDownServer'>({
      id: 'running.shutDownServer',
      title: 'Shut down JupyterServer only',
      group: 'Kernel',
      icon: 'power',
      run: (services) => shutDownFromCommand(services, (model) => shutDownServer(services, model)),
    }),
    defineStudioCommand<'running.shutDownAll'>({
      id: 'running.shutDownAll',
      title: 'Shut down all',
      group: 'Kernel',
      icon: 'power',
      run: (services) => shutDownFromCommand(services, (model) => shutDownEverything(services, model)),
    }),
  ],
  menus: [
    { menu: 'View', section: 'b-panels', command: 'running.show' },
    { menu: 'File', section: 'y-shut-down', command: 'running.shutDownServer', order: 1 },
    { menu: 'File', section: 'y-shut-down', command: 'running.shutDownAll', order: 2 },
    { menu: 'Kernel', section: 'z-end', command: 'running.shutDownActiveKernel', order: 1 },
    { menu: 'Kernel', section: 'z-end', command: 'running.shutDownAll', order: 2 },
  ],
};
