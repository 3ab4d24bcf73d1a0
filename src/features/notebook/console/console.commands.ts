import '../command-args.ts';
import { ProblemError, problem } from '@atelier-ide/contract';
import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { Enablement, MenuItem } from '@/platform/contributions/contribution.ts';
import { defineStudioCommand, type Services } from '@/services/services.ts';
import { activeNotebook } from '../session/active-session.ts';
import { freeConsolePath, notebookConsoleTab, ownConsoleTab } from './console-address.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    /** A console on the environment for new things. */
    'console.new': void;
    /** A console on the kernel of the notebook in front. */
    'console.ofNotebook': void;
  }
}

declare module '@/platform/context/context-service.ts' {
  interface FocusAreas {
    console: true;
  }
}

const hasNotebook = ({ notebook }: ContextFacts): Enablement =>
  notebook?.isReady ? true : { reason: 'Open a notebook first' };

export const consoleCommands = [
  defineStudioCommand<'console.new'>({
    id: 'console.new',
    title: 'New console',
    group: 'Open',
    icon: 'square-terminal',
    run: newConsole,
  }),
  defineStudioCommand<'console.ofNotebook'>({
    id: 'console.ofNotebook',
    title: 'New console for this notebook',
    group: 'Open',
    icon: 'square-terminal',
    enabled: hasNotebook,
    run(services) {
      const session = activeNotebook(services);
      if (session) services.tabs.open(notebookConsoleTab(session.path, crypto.randomUUID().slice(0, 8)));
    },
  }),
];

export const consoleMenus: readonly MenuItem[] = [
  { menu: 'File', section: 'b-terminal', command: 'console.new', order: 3 },
  { menu: 'Kernel', section: 'terminal', command: 'console.ofNotebook', order: 2 },
];

/** Opens a console in the folder in hand and starts its kernel: that is what it is opened for. */
async function newConsole(services: Services): Promise<void> {
  const { documents, compute, notifications, tabs } = services;
  try {
    const { imageId, kernelName, instanceType } = compute.defaultEnvironment();
    const image = compute.store.getState().images.find((one) => one.id === imageId);
    const kernel = kernelName ?? image?.kernels[0]?.name;
    if (kernel === undefined)
      throw new ProblemError(
        problem('impossible', 'No kernel is chosen. Choose one in "Change environment" of the launcher.'),
      );
    const path = freeConsolePath(folderOf(services), await takenPaths(services));
    const document = await documents.open({ path });
    tabs.open(ownConsoleTab(path));
    await documents.bind(document.id, { imageId, kernelName: kernel, instanceType });
  } catch (error) {
    notifications.error('The console was not started', error);
  }
}

function folderOf({ context }: Services): string {
  return context.store.getState().currentFolder ?? '';
}

/** Paths of consoles that are open or have a kernel. */
async function takenPaths({ api, tabs }: Services): Promise<Set<string>> {
  const all = await api.all('listDocuments', { query: {} });
  const bound = all.filter(({ binding }) => binding.state !== 'none' && binding.state !== 'ended');
  const open = tabs.store.getState().tabs.filter((tab) => tab.kind === 'console');
  return new Set([...bound.map((one) => one.path), ...open.map((tab) => tab.key)]);
}
