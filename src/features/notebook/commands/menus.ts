import '../command-args.ts';
import type { CommandId, MenuItem } from '@/platform/contributions/contribution.ts';

const items = (menu: MenuItem['menu'], section: string, ids: readonly CommandId[]): MenuItem[] =>
  ids.map((id, order) => ({ menu, section, command: id, order }));

export const notebookMenus: readonly MenuItem[] = [
  ...items('File', 'save', ['document.save']),
  ...items('Edit', 'a-undo', ['notebook.undo', 'notebook.redo']),
  ...items('Edit', 'b-clipboard', [
    'notebook.cutCells',
    'notebook.copyCells',
    'notebook.pasteCells',
    'notebook.pasteAbove',
    'notebook.pasteInstead',
    'notebook.pasteWithoutOutputs',
    'notebook.duplicateCells',
    'notebook.deleteCells',
  ]),
  ...items('Edit', 'c-cells', [
    'notebook.insertAbove',
    'notebook.insertBelow',
    'notebook.moveUp',
    'notebook.moveDown',
    'notebook.splitCell',
    'notebook.mergeCells',
    'notebook.mergeAbove',
    'notebook.selectAll',
  ]),
  ...items('Edit', 'c-format', ['notebook.formatCell', 'notebook.formatNotebook']),
  ...items('Edit', 'd-outputs', ['notebook.clearOutputs', 'notebook.clearAllOutputs']),
  ...items('View', 'notebook', [
    'notebook.newView',
    'notebook.toggleAllLineNumbers',
    'notebook.toggleSource',
    'notebook.toggleOutputs',
    'notebook.hideAllSources',
    'notebook.showAllSources',
    'notebook.hideAllOutputs',
    'notebook.showAllOutputs',
    'notebook.collapseAllHeadings',
    'notebook.expandAllHeadings',
  ]),
  ...items('Run', 'cells', ['notebook.runAndSelectNext', 'notebook.run', 'notebook.runAndInsert']),
  ...items('Run', 'many', [
    'notebook.runAbove',
    'notebook.runBelow',
    'notebook.runToHere',
    'notebook.renderAllMarkdown',
    'notebook.runAll',
    'notebook.restartAndRunAll',
    'notebook.restartAndRunToHere',
  ]),
  ...items('Run', 'queue', ['notebook.showQueue', 'notebook.removeFromQueue', 'notebook.emptyQueue']),
  ...items('Run', 'z-choices', ['notebook.toggleStopOnError']),
  ...items('Kernel', 'kernel', [
    'notebook.interruptKernel',
    'notebook.restartKernel',
    'notebook.restartAndClear',
    'notebook.restartAndRunToHere',
    'notebook.restartAndRunAll',
    'notebook.toggleAskRestart',
  ]),
  ...items('Kernel', 'terminal', ['notebook.openImageTerminal']),
];
