import { define } from './define.ts';

/** Moving about and the two modes. */
export const modeCommands = [
  define('notebook.editCell', {
    title: 'Edit cell',
    group: 'Edit',
    hidden: true,
    run: ({ editing }) => editing.enterEdit(),
  }),
  define('notebook.leaveCell', {
    title: 'Leave cell',
    group: 'Edit',
    hidden: true,
    // What lies over the text goes first.
    run: ({ editing, assist }) => void (assist.dismiss() || editing.leaveAndRender()),
  }),
  define('notebook.selectNext', {
    title: 'Select next cell',
    group: 'Edit',
    hidden: true,
    run: ({ editing }) => editing.selectBy(1),
  }),
  define('notebook.selectPrevious', {
    title: 'Select previous cell',
    group: 'Edit',
    hidden: true,
    run: ({ editing }) => editing.selectBy(-1),
  }),
  define('notebook.extendDown', {
    title: 'Extend selection down',
    group: 'Edit',
    hidden: true,
    run: ({ editing }) => editing.selectBy(1, { extend: true }),
  }),
  define('notebook.extendUp', {
    title: 'Extend selection up',
    group: 'Edit',
    hidden: true,
    run: ({ editing }) => editing.selectBy(-1, { extend: true }),
  }),
  define('notebook.extendToTop', {
    title: 'Extend selection to the first cell',
    group: 'Edit',
    hidden: true,
    run: ({ editing }) => editing.selectBy(Number.NEGATIVE_INFINITY, { extend: true }),
  }),
  define('notebook.extendToBottom', {
    title: 'Extend selection to the last cell',
    group: 'Edit',
    hidden: true,
    run: ({ editing }) => editing.selectBy(Number.POSITIVE_INFINITY, { extend: true }),
  }),
];
