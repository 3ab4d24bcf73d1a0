import { formatCells } from '../assist/format-cells.ts';
import { define, selected } from './define.ts';

/** How the code of cells is written and shown. */
export const codeCommands = [
  define('notebook.toggleLineNumbers', {
    title: 'Toggle line numbers of selected cells',
    group: 'View',
    icon: 'list-ordered',
    run(session) {
      const { turnedNumbers } = session.store.getState();
      const ids = selected(session);
      // As one: a mixed selection follows its first cell.
      const [first] = ids;
      const turns = first !== undefined && !turnedNumbers.has(first);
      const others = [...turnedNumbers].filter((id) => !ids.includes(id));
      session.store.setState({ turnedNumbers: new Set(turns ? [...others, ...ids] : others) });
    },
  }),
  define('notebook.toggleAllLineNumbers', {
    title: 'Toggle line numbers of all cells',
    group: 'View',
    icon: 'list-ordered',
    run(session, { settings }) {
      session.store.setState({ turnedNumbers: new Set() });
      settings.set('notebook.lineNumbers', !settings.get('notebook.lineNumbers'));
    },
  }),
  define('notebook.formatCell', {
    title: 'Format cell',
    group: 'Edit',
    icon: 'wand-sparkles',
    run: (session, services) => formatCells(session, services, selected(session)),
  }),
  define('notebook.formatNotebook', {
    title: 'Format notebook',
    group: 'Edit',
    icon: 'wand-sparkles',
    run: (session, services) => formatCells(session, services, session.store.getState().order),
  }),
];
