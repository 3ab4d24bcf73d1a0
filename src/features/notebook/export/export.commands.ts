import '../command-args.ts';
import type { MenuItem } from '@/platform/contributions/contribution.ts';
import { hasNotebook } from '../commands/define.ts';
import { activeNotebook } from '../session/active-session.ts';
import { defineStudioCommand, type Services } from '@/services/services.ts';
import { renameNotebook, revertNotebook, saveNotebookAs } from './file-commands.ts';
import type { ExportFormat } from './export-notebook.ts';
import type { NotebookSession } from '../session/notebook-session.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'export.notebook': void;
    'export.withoutOutputs': void;
    'export.script': void;
    'export.html': void;
    'export.markdown': void;
    'export.print': void;
    'document.saveAs': void;
    'document.rename': void;
    'document.revert': void;
  }
}

type ExportId =
  | `export.${'notebook' | 'withoutOutputs' | 'script' | 'html' | 'markdown' | 'print'}`
  | `document.${'saveAs' | 'rename' | 'revert'}`;

type Spec = {
  title: string;
  icon?: string;
  /** What failed, where it does. */
  failure: string;
  run: (session: NotebookSession, services: Services) => Promise<void>;
};

const define = (id: ExportId, { failure, run, ...spec }: Spec) =>
  defineStudioCommand<ExportId>({
    id,
    ...spec,
    group: 'File',
    enabled: hasNotebook,
    async run(services) {
      const session = activeNotebook(services);
      try {
        if (session) await run(session, services);
      } catch (error) {
        services.notifications.error(failure, error);
      }
    },
  });

const as =
  (format: ExportFormat): Spec['run'] =>
  async (session, services) =>
    (await import('./export-notebook.ts')).exportNotebook(session, services, format);

const failure = 'The notebook was not exported';

export const exportCommands = [
  define('export.notebook', { title: 'Export as notebook', failure, run: as('notebook') }),
  define('export.withoutOutputs', {
    title: 'Export as notebook without outputs',
    failure,
    run: as('without-outputs'),
  }),
  define('export.script', { title: 'Export as script', failure, run: as('script') }),
  define('export.html', { title: 'Export as web page', failure, run: as('html') }),
  define('export.markdown', { title: 'Export as Markdown', failure, run: as('markdown') }),
  define('export.print', {
    title: 'Print notebook',
    failure: 'The notebook was not printed',
    run: async (session, services) => (await import('./export-notebook.ts')).printNotebook(session, services),
  }),
  define('document.saveAs', {
    title: 'Save as…',
    failure: 'The notebook was not saved',
    run: saveNotebookAs,
  }),
  define('document.rename', {
    title: 'Rename notebook…',
    failure: 'The notebook was not renamed',
    run: renameNotebook,
  }),
  define('document.revert', {
    title: 'Revert to checkpoint…',
    failure: 'The notebook was not reverted',
    run: revertNotebook,
  }),
];

const menu = (section: string, ids: readonly ExportId[]): MenuItem[] =>
  ids.map((command, order) => ({ menu: 'File', section, command, order: order + 1 }));

export const exportMenus: readonly MenuItem[] = [
  ...menu('save', ['document.saveAs', 'document.rename', 'document.revert']),
  ...menu('share', [
    'export.notebook',
    'export.withoutOutputs',
    'export.script',
    'export.html',
    'export.markdown',
    'export.print',
  ]),
];
