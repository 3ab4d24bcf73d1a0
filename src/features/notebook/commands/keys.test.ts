import { describe, expect, it } from 'vitest';
import { parseKeys } from '@/platform/keybindings/keys.ts';
import { notebookCommands } from '../notebook.commands.ts';
import { notebookKeys } from './keys.ts';

/** JupyterLab 4.6's default keys of notebooks: the command that has them here, or why they are not bound. */
const command: Readonly<Record<string, string | { not: string }>> = {
  Enter: 'notebook.editCell',
  'Shift+Enter': 'notebook.runAndSelectNext',
  'Ctrl+Enter': 'notebook.run',
  'Meta+Enter': 'notebook.run',
  'Alt+Enter': 'notebook.runAndInsert',
  A: 'notebook.insertAbove',
  B: 'notebook.insertBelow',
  'Shift+A': 'notebook.insertHeadingAbove',
  'Shift+B': 'notebook.insertHeadingBelow',
  C: 'notebook.copyCells',
  X: 'notebook.cutCells',
  V: 'notebook.pasteCells',
  'D D': 'notebook.deleteCells',
  Y: 'notebook.changeToCode',
  M: 'notebook.changeToMarkdown',
  R: 'notebook.changeToRaw',
  1: 'notebook.changeToHeading1',
  2: 'notebook.changeToHeading2',
  3: 'notebook.changeToHeading3',
  4: 'notebook.changeToHeading4',
  5: 'notebook.changeToHeading5',
  6: 'notebook.changeToHeading6',
  ArrowUp: 'notebook.selectPrevious',
  K: 'notebook.selectPrevious',
  ArrowDown: 'notebook.selectNext',
  J: 'notebook.selectNext',
  'Shift+ArrowUp': 'notebook.extendUp',
  'Shift+K': 'notebook.extendUp',
  'Shift+ArrowDown': 'notebook.extendDown',
  'Shift+J': 'notebook.extendDown',
  'Shift+Home': 'notebook.extendToTop',
  'Shift+End': 'notebook.extendToBottom',
  'Mod+A': 'notebook.selectAll',
  'Shift+M': 'notebook.mergeCells',
  'Ctrl+Backspace': 'notebook.mergeAbove',
  'Ctrl+Shift+M': 'notebook.mergeBelow',
  Z: 'notebook.undo',
  'Shift+Z': 'notebook.redo',
  'I I': 'notebook.interruptKernel',
  '0 0': 'notebook.restartKernel',
  'Mod+Shift+ArrowUp': 'notebook.moveUp',
  'Mod+Shift+ArrowDown': 'notebook.moveDown',
  ArrowLeft: 'notebook.collapseHeading',
  ArrowRight: 'notebook.expandHeading',
  'Ctrl+Shift+ArrowLeft': 'notebook.collapseAllHeadings',
  'Ctrl+Shift+ArrowRight': 'notebook.expandAllHeadings',
  L: 'notebook.toggleLineNumbers',
  'Shift+L': 'notebook.toggleAllLineNumbers',
  'Shift+R': { not: 'outputs do not stand beside cells yet' },
};

const edit: Readonly<Record<string, string | { not: string }>> = {
  Escape: 'notebook.leaveCell',
  'Ctrl+M': 'notebook.leaveCell',
  'Shift+Enter': 'notebook.runAndSelectNext',
  'Ctrl+Enter': 'notebook.run',
  'Meta+Enter': 'notebook.run',
  'Alt+Enter': 'notebook.runAndInsert',
  // On the keyboards that have it there, Shift and the minus write an underscore.
  'Ctrl+Shift+_': 'notebook.splitCell',
  'Alt+ArrowUp': { not: 'the editor moves the line; the history of a kernel is not asked' },
  'Alt+ArrowDown': { not: 'the editor moves the line; the history of a kernel is not asked' },
};

/** Keys that a browser keeps for itself, or that a page must not take from it. */
const reserved = ['Mod+N', 'Mod+T', 'Mod+W', 'Mod+Shift+N', 'Mod+Shift+T', 'Mod+Shift+W', 'Mod+Tab', 'F5'];

const boundTo = (keys: string, area: 'notebook-command' | 'notebook-edit') =>
  notebookKeys.find((one) => one.keys === keys && (one.when ?? [area]).includes(area))?.command;

describe('the keys of a notebook', () => {
  it.each(Object.entries(command))('in command mode are JupyterLab’s: %s [E1]', (keys, what) => {
    expect(boundTo(keys, 'notebook-command')).toBe(typeof what === 'string' ? what : undefined);
  });

  it.each(Object.entries(edit))('in edit mode are JupyterLab’s: %s [E1]', (keys, what) => {
    expect(boundTo(keys, 'notebook-edit')).toBe(typeof what === 'string' ? what : undefined);
  });

  it('can be read, and run commands that there are', () => {
    const ids = new Set<string>(notebookCommands.map((one) => one.id));
    for (const { keys, command: id } of notebookKeys) {
      expect(() => parseKeys(keys, false)).not.toThrow();
      expect(ids).toContain(id);
    }
  });

  it('leave the browser its own, and its copy, cut and paste, which act on cells by themselves', () => {
    const bound: string[] = notebookKeys.map(({ keys }) => keys);
    for (const keys of [...reserved, 'Mod+C', 'Mod+X', 'Mod+V']) expect(bound).not.toContain(keys);
  });

  it('mean one thing in one mode', () => {
    for (const area of ['notebook-command', 'notebook-edit'] as const) {
      const strokes = notebookKeys
        .filter(({ when }) => (when ?? [area]).includes(area))
        .map(({ keys }) => JSON.stringify(parseKeys(keys, true)));
      expect(new Set(strokes).size).toBe(strokes.length);
    }
  });
});
