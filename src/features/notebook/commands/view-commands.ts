import { define } from './define.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'notebook.newView': void;
    /** The workbench's. */
    'workbench.moveTabRight': void;
  }
}

/** Views of one notebook. */
export const viewCommands = [
  define('notebook.newView', {
    title: 'New view of this notebook',
    group: 'View',
    icon: 'columns-2',
    async run(session, { tabs, commands }) {
      const { path } = session;
      const title = path.slice(path.lastIndexOf('/') + 1);
      tabs.open({ kind: 'notebook', key: path, title, tooltip: path }, { another: true });
      await commands.run('workbench.moveTabRight');
    },
  }),
];
