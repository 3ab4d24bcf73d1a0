import '../command-args.ts';
import type { Keybinding } from '@/platform/contributions/contribution.ts';

const command = ['notebook-command'] as const;
const edit = ['notebook-edit'] as const;
const both = ['notebook-command', 'notebook-edit'] as const;

/** JupyterLab's keys for these parts. */
export const notebookKeys: readonly Keybinding[] = [
  { keys: 'Mod+S', command: 'document.save' },
  { keys: 'Shift+Enter', command: 'notebook.runAndSelectNext', when: both },
  { keys: 'Ctrl+Enter', command: 'notebook.run', when: both },
  { keys: 'Meta+Enter', command: 'notebook.run', when: both },
  { keys: 'Alt+Enter', command: 'notebook.runAndInsert', when: both },
  { keys: 'Enter', command: 'notebook.editCell', when: command },
  { keys: 'Escape', command: 'notebook.leaveCell', when: edit },
  { keys: 'A', command: 'notebook.insertAbove', when: command },
  { keys: 'B', command: 'notebook.insertBelow', when: command },
  { keys: 'D D', command: 'notebook.deleteCells', when: command },
  { keys: 'X', command: 'notebook.cutCells', when: command },
  { keys: 'C', command: 'notebook.copyCells', when: command },
  { keys: 'V', command: 'notebook.pasteCells', when: command },
  { keys: 'Mod+X', command: 'notebook.cutCells', when: command },
  { keys: 'Mod+V', command: 'notebook.pasteCells', when: command },
  { keys: 'Z', command: 'notebook.undo', when: command },
  { keys: 'Shift+Z', command: 'notebook.redo', when: command },
  { keys: 'Mod+Z', command: 'notebook.undo', when: both },
  { keys: 'Mod+Shift+Z', command: 'notebook.redo', when: both },
  { keys: 'Mod+Y', command: 'notebook.redo', when: edit },
  { keys: 'M', command: 'notebook.changeToMarkdown', when: command },
  { keys: 'Y', command: 'notebook.changeToCode', when: command },
  { keys: 'R', command: 'notebook.changeToRaw', when: command },
  { keys: 'ArrowDown', command: 'notebook.selectNext', when: command },
  { keys: 'J', command: 'notebook.selectNext', when: command },
  { keys: 'ArrowUp', command: 'notebook.selectPrevious', when: command },
  { keys: 'K', command: 'notebook.selectPrevious', when: command },
  { keys: 'Shift+ArrowDown', command: 'notebook.extendDown', when: command },
  { keys: 'Shift+J', command: 'notebook.extendDown', when: command },
  { keys: 'Shift+ArrowUp', command: 'notebook.extendUp', when: command },
  { keys: 'Shift+K', command: 'notebook.extendUp', when: command },
  { keys: 'Mod+A', command: 'notebook.selectAll', when: command },
  { keys: 'Mod+Shift+ArrowUp', command: 'notebook.moveUp', when: command },
  { keys: 'Mod+Shift+ArrowDown', command: 'notebook.moveDown', when: command },
  { keys: 'I I', command: 'notebook.interruptKernel', when: command },
  { keys: '0 0', command: 'notebook.restartKernel', when: command },
];
