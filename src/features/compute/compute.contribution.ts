import type { Environment } from '@atelier-ide/contract';
import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { Enablement } from '@/platform/contributions/contribution.ts';
import { defineStudioCommand, type Services, type StudioContribution } from '@/services/services.ts';
import { stopFormer } from './stop-former.ts';
import { moveTo } from './use-choice.ts';
import type { LogSource } from './use-log.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    /** `null`: the environment of what is made next. Ends when the dialog is closed. */
    'compute.changeEnvironment': { documentId: string | null };
    'compute.selectInstance': { documentId: string };
    /** The same for the document in front, for palette and menus. */
    'compute.changeActiveEnvironment': void;
    'compute.selectActiveInstance': void;
    /** Switches or binds without a dialog; rejects with the server's problem. */
    'compute.moveTo': { documentId: string; environment: Environment };
    /** After a switch: ends what the document ran on before. */
    'compute.stopFormer': { documentId: string };
    'compute.showLog': LogSource;
  }
}

/** The open document whose tab is in front, or null. */
function activeDocumentId({ documents, tabs }: Services): string | null {
  const { tabs: open, activeId } = tabs.store.getState();
  const path = open.find((tab) => tab.id === activeId)?.key;
  return Object.values(documents.store.getState().byId).find((one) => one.path === path)?.id ?? null;
}

const withNotebook = ({ activeTabKind }: ContextFacts): Enablement =>
  activeTabKind === 'notebook' ? true : { reason: 'Open a notebook first' };

async function changeEnvironment(services: Services, documentId: string | null): Promise<void> {
  await services.dialogs.show(() => import('./ChangeEnvironmentDialog.tsx'), { documentId });
}

async function selectInstance(services: Services, documentId: string): Promise<void> {
  await services.dialogs.show(() => import('./SelectInstanceDialog.tsx'), { documentId });
}

/** What runs where: environments, instance types, the end of all of it. */
export const computeContribution: StudioContribution = {
  id: 'compute',
  commands: [
    defineStudioCommand<'compute.changeEnvironment'>({
      id: 'compute.changeEnvironment',
      title: 'Change environment of a document',
      group: 'Kernel',
      hidden: true,
      run: (services, { documentId }) => changeEnvironment(services, documentId),
    }),
    defineStudioCommand<'compute.selectInstance'>({
      id: 'compute.selectInstance',
      title: 'Select instance of a document',
      group: 'Kernel',
      hidden: true,
      run: (services, { documentId }) => selectInstance(services, documentId),
    }),
    defineStudioCommand<'compute.moveTo'>({
      id: 'compute.moveTo',
      title: 'Move a document to an environment',
      group: 'Kernel',
      hidden: true,
      run: (services, { documentId, environment }) => moveTo(services, documentId, environment),
    }),
    defineStudioCommand<'compute.stopFormer'>({
      id: 'compute.stopFormer',
      title: 'Stop the former kernel of a document',
      group: 'Kernel',
      hidden: true,
      run: (services, { documentId }) => stopFormer(services, documentId),
    }),
    defineStudioCommand<'compute.showLog'>({
      id: 'compute.showLog',
      title: 'Show the log of an app or image',
      group: 'Kernel',
      hidden: true,
      async run(services, source) {
        await services.dialogs.show(() => import('./LogDialog.tsx'), source);
      },
    }),
    defineStudioCommand<'compute.changeActiveEnvironment'>({
      id: 'compute.changeActiveEnvironment',
      title: 'Change environment',
      group: 'Kernel',
      icon: 'box',
      run: (services) => changeEnvironment(services, activeDocumentId(services)),
    }),
    defineStudioCommand<'compute.selectActiveInstance'>({
      id: 'compute.selectActiveInstance',
      title: 'Select instance',
      group: 'Kernel',
      icon: 'cpu',
      enabled: withNotebook,
      async run(services) {
        const documentId = activeDocumentId(services);
        if (documentId !== null) await selectInstance(services, documentId);
      },
    }),
  ],
  menus: [
    { menu: 'Kernel', section: 'y-environment', command: 'compute.changeActiveEnvironment', order: 1 },
    { menu: 'Kernel', section: 'y-environment', command: 'compute.selectActiveInstance', order: 2 },
  ],
};
