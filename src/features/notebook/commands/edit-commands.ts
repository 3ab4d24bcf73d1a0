import type { CellType } from '@atelier-ide/core/notebook/model.ts';
import { define, selected } from './define.ts';

const changeTo = (id: Parameters<typeof define>[0], type: CellType, word: string) =>
  define(id, {
    title: `Change to ${word} cell`,
    group: 'Edit',
    run: ({ editing }) => editing.changeType(type),
  });

/** Editing cells as wholes. */
export const editCommands = [
  define('notebook.insertAbove', {
    title: 'Insert cell above',
    group: 'Edit',
    icon: 'plus',
    run: ({ editing }) => void editing.insert('above'),
  }),
  define('notebook.insertBelow', {
    title: 'Insert cell below',
    group: 'Edit',
    icon: 'plus',
    run: ({ editing }) => void editing.insert('below'),
  }),
  define('notebook.cutCells', {
    title: 'Cut cells',
    group: 'Edit',
    icon: 'scissors',
    run: (session, { context }) => {
      session.copyCells(context);
      session.editing.deleteSelected();
    },
  }),
  define('notebook.copyCells', {
    title: 'Copy cells',
    group: 'Edit',
    icon: 'copy',
    run: (session, { context }) => session.copyCells(context),
  }),
  define('notebook.pasteCells', {
    title: 'Paste cells',
    group: 'Edit',
    icon: 'clipboard-paste',
    run: (session, { context }) => session.pasteCells(context),
  }),
  define('notebook.pasteAbove', {
    title: 'Paste cells above',
    group: 'Edit',
    run: (session, { context }) => session.pasteCells(context, { place: 'above' }),
  }),
  define('notebook.pasteInstead', {
    title: 'Paste cells and replace',
    group: 'Edit',
    run: (session, { context }) => session.pasteCells(context, { place: 'instead' }),
  }),
  define('notebook.pasteWithoutOutputs', {
    title: 'Paste cells without outputs',
    group: 'Edit',
    run: (session, { context }) => session.pasteCells(context, { withOutputs: false }),
  }),
  define('notebook.duplicateCells', {
    title: 'Duplicate cells',
    group: 'Edit',
    run: ({ cells }) => cells.duplicate(),
  }),
  define('notebook.deleteCells', {
    title: 'Delete cells',
    group: 'Edit',
    icon: 'trash-2',
    run: ({ editing }) => editing.deleteSelected(),
  }),
  define('notebook.moveUp', {
    title: 'Move cells up',
    group: 'Edit',
    icon: 'arrow-up',
    run: ({ editing }) => editing.move('up'),
  }),
  define('notebook.moveDown', {
    title: 'Move cells down',
    group: 'Edit',
    icon: 'arrow-down',
    run: ({ editing }) => editing.move('down'),
  }),
  changeTo('notebook.changeToCode', 'code', 'code'),
  changeTo('notebook.changeToMarkdown', 'markdown', 'Markdown'),
  changeTo('notebook.changeToRaw', 'raw', 'raw'),
  define('notebook.clearOutputs', {
    title: 'Clear outputs of selected cells',
    group: 'Edit',
    run: (session) => session.editing.clearOutputs(selected(session)),
  }),
  define('notebook.clearAllOutputs', {
    title: 'Clear all outputs',
    group: 'Edit',
    run: ({ editing, store }) => editing.clearOutputs(store.getState().order),
  }),
  define('notebook.undo', {
    title: 'Undo in notebook',
    group: 'Edit',
    icon: 'undo-2',
    enabled: ({ notebook }) => (notebook?.canUndo ? true : { reason: 'Nothing to undo' }),
    run: ({ editing }) => editing.undo(),
  }),
  define('notebook.redo', {
    title: 'Redo in notebook',
    group: 'Edit',
    icon: 'redo-2',
    enabled: ({ notebook }) => (notebook?.canRedo ? true : { reason: 'Nothing to redo' }),
    run: ({ editing }) => editing.redo(),
  }),
  define('notebook.selectAll', {
    title: 'Select all cells',
    group: 'Edit',
    run: ({ editing }) => editing.selectAll(),
  }),
];
