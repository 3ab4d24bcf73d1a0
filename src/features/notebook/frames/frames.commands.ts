import type { MenuItem } from '@/platform/contributions/contribution.ts';
import { define, selected } from '../commands/define.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'notebook.isolateOutputs': void;
  }
}

/** Outputs with script share one document; those of a cell can have one each, so that they do not meet. */
export const frameCommands = [
  define('notebook.isolateOutputs', {
    title: 'Isolate outputs of selected cells, or no longer',
    group: 'View',
    run(session) {
      const isolated = new Set(session.store.getState().isolated);
      for (const id of selected(session)) if (!isolated.delete(id)) isolated.add(id);
      session.store.setState({ isolated });
    },
  }),
];

export const frameMenus: readonly MenuItem[] = [
  { menu: 'View', section: 'notebook', command: 'notebook.isolateOutputs', order: 20 },
];
