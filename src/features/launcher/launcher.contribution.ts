import { defineStudioCommand, type Services, type StudioContribution } from '@/services/services.ts';
import { createFile, createNotebook, openImageTerminal, openSystemTerminal } from './new-items.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    /** The notebook's: a console on the environment for new things. */
    'console.new': void;
    'launcher.open': void;
    'launcher.newNotebook': void;
    'launcher.newTerminal': void;
    'launcher.newImageTerminal': void;
    'launcher.newTextFile': void;
    'launcher.newMarkdownFile': void;
  }
}

declare module '@/platform/context/context-service.ts' {
  interface ContextFacts {
    /** Folder that the file browser shows, below the home; new items go there. */
    currentFolder?: string;
  }
}

/** Starts an image terminal from anywhere; a notification stands for the progress. */
async function newImageTerminal(services: Services): Promise<void> {
  const { notifications, compute } = services;
  const shown: string[] = [];
  try {
    await openImageTerminal(services, (app) => {
      const cancel = { label: 'Cancel', run: () => compute.removeApp(app.id) };
      const what = app.instanceType ?? 'the image';
      shown.push(notifications.info(`Starting ${what}`, 'The terminal opens when it is ready.', [cancel]));
    });
  } catch (error) {
    notifications.error('The image terminal was not opened', error);
  } finally {
    for (const id of shown) notifications.dismiss(id);
  }
}

/** Makes new things: notebooks, files, terminals. */
export const launcherContribution: StudioContribution = {
  id: 'launcher',
  openers: [{ kind: 'launcher', icon: 'layout-grid', load: () => import('./LauncherView.tsx') }],
  commands: [
    defineStudioCommand<'launcher.open'>({
      id: 'launcher.open',
      title: 'New launcher',
      group: 'Open',
      icon: 'layout-grid',
      run: ({ tabs }) => void tabs.open({ kind: 'launcher', key: 'launcher', title: 'Launcher' }),
    }),
    defineStudioCommand<'launcher.newNotebook'>({
      id: 'launcher.newNotebook',
      title: 'New notebook',
      group: 'File',
      icon: 'notebook-pen',
      run: createNotebook,
    }),
    defineStudioCommand<'launcher.newTerminal'>({
      id: 'launcher.newTerminal',
      title: 'New terminal',
      group: 'Open',
      icon: 'square-terminal',
      run: openSystemTerminal,
    }),
    defineStudioCommand<'launcher.newImageTerminal'>({
      id: 'launcher.newImageTerminal',
      title: 'Open image terminal',
      group: 'Open',
      icon: 'box',
      run: newImageTerminal,
    }),
    defineStudioCommand<'launcher.newTextFile'>({
      id: 'launcher.newTextFile',
      title: 'New text file',
      group: 'File',
      icon: 'file-text',
      run: (services) => createFile(services, '.txt'),
    }),
    defineStudioCommand<'launcher.newMarkdownFile'>({
      id: 'launcher.newMarkdownFile',
      title: 'New Markdown file',
      group: 'File',
      icon: 'file-type',
      run: (services) => createFile(services, '.md'),
    }),
  ],
  keybindings: [{ keys: 'Mod+Shift+L', command: 'launcher.open' }],
  menus: [
    { menu: 'File', section: 'a-new', command: 'launcher.open', order: 1 },
    { menu: 'File', section: 'a-new', command: 'launcher.newNotebook', order: 2 },
    { menu: 'File', section: 'a-new', command: 'launcher.newTextFile', order: 3 },
    { menu: 'File', section: 'a-new', command: 'launcher.newMarkdownFile', order: 4 },
    { menu: 'File', section: 'b-terminal', command: 'launcher.newTerminal', order: 1 },
    { menu: 'File', section: 'b-terminal', command: 'launcher.newImageTerminal', order: 2 },
  ],
};
