import { DisposableStore } from '@/base/disposable.ts';
import type { StudioContribution } from '@/services/services.ts';
import { CONSOLE_EXTENSION } from './console/console-address.ts';
import { consoleCommands, consoleMenus } from './console/console.commands.ts';
import { exportCommands, exportMenus } from './export/export.commands.ts';
import { findCommands, findKeys, findMenus } from './find/find.commands.ts';
import { helpCommands, helpKeys, helpMenus, helpViews } from './help/help.commands.ts';
import { inspectorCommands, inspectorMenus, inspectorViews } from './inspector/inspector.commands.ts';
import { frameCommands, frameMenus } from './frames/frames.commands.ts';
import { notebookCommands, notebookKeys, notebookMenus } from './notebook.commands.ts';
import { OUTPUT_VIEW } from './outputs/open-output-view.ts';
import { askPermissionWhenOn } from './queue/ask-permission.ts';
import { runSettings } from './queue/run-settings.ts';
import { widgetSettings } from './widgets/widget-settings.ts';
import { watchClipboard } from './watch-clipboard.ts';

/** Notebooks: the opener of .ipynb files, running and editing cells, what the status bar says of them. */
export const notebookContribution: StudioContribution = {
  id: 'notebook',
  commands: [
    ...notebookCommands,
    ...findCommands,
    ...frameCommands,
    ...inspectorCommands,
    ...consoleCommands,
    ...exportCommands,
    ...helpCommands,
  ],
  keybindings: [...notebookKeys, ...findKeys, ...helpKeys],
  menus: [
    ...notebookMenus,
    ...findMenus,
    ...frameMenus,
    ...inspectorMenus,
    ...consoleMenus,
    ...exportMenus,
    ...helpMenus,
  ],
  activate(services) {
    const owned = new DisposableStore();
    owned.add(watchClipboard(services.context));
    owned.add(askPermissionWhenOn(services));
    return owned;
  },
  openers: [
    {
      kind: 'notebook',
      icon: 'notebook-text',
      matches: (path) => (/\.ipynb$/i.test(path) ? 100 : 0),
      load: () => import('./view/NotebookView.tsx'),
    },
    { kind: OUTPUT_VIEW, icon: 'notebook-text', load: () => import('./outputs/OutputView.tsx') },
    {
      kind: 'console',
      icon: 'square-terminal',
      // No file has this name: it is what the document of a console is called where running kernels are listed.
      matches: (path) => (path.endsWith(CONSOLE_EXTENSION) ? 100 : 0),
      load: () => import('./console/ConsoleView.tsx'),
    },
  ],
  settings: [...runSettings, ...widgetSettings],
  views: [
    {
      id: 'queue',
      title: 'Queue',
      icon: 'list-ordered',
      order: 5,
      isOfDocument: true,
      load: () => import('./queue/QueueView.tsx'),
    },
    ...inspectorViews,
    ...helpViews,
  ],
  statusItems: [
    {
      id: 'notebook.kernel',
      side: 'left',
      order: 0,
      load: async () => ({ View: (await import('./NotebookStatus.tsx')).KernelStatus }),
    },
    {
      id: 'notebook.mode',
      side: 'right',
      order: 10,
      load: async () => ({ View: (await import('./NotebookStatus.tsx')).ModeStatus }),
    },
    {
      id: 'notebook.saved',
      side: 'right',
      order: 30,
      load: async () => ({ View: (await import('./NotebookStatus.tsx')).SaveStatus }),
    },
  ],
};
