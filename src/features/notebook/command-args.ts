import type { Environment } from '@atelier-ide/contract';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';

/** Ids of commands that the notebook runs or brings, with what they take. */
declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'compute.changeEnvironment': { documentId: string | null };
    'compute.moveTo': { documentId: string; environment: Environment };
    'compute.selectInstance': { documentId: string };
    'compute.showLog': { of: 'app' | 'image'; id: string };
    'compute.stopFormer': { documentId: string };
    'document.save': void;
    'notebook.changeToCode': void;
    'notebook.changeToMarkdown': void;
    'notebook.changeToRaw': void;
    'notebook.clearAllOutputs': void;
    'notebook.clearOutputs': void;
    'notebook.copyCells': void;
    'notebook.cutCells': void;
    'notebook.deleteCells': void;
    'notebook.editCell': void;
    'notebook.extendDown': void;
    'notebook.extendUp': void;
    'notebook.formatCell': void;
    'notebook.formatNotebook': void;
    'notebook.insertAbove': void;
    'notebook.insertBelow': void;
    'notebook.interruptKernel': void;
    'notebook.leaveCell': void;
    'notebook.moveDown': void;
    'notebook.moveUp': void;
    'notebook.openImageTerminal': void;
    'notebook.pasteCells': void;
    'notebook.redo': void;
    'notebook.emptyQueue': void;
    'notebook.removeFromQueue': void;
    'notebook.renderAllMarkdown': void;
    'notebook.restartAndClear': void;
    'notebook.restartAndRunAll': void;
    'notebook.restartAndRunToHere': void;
    'notebook.runToHere': void;
    'notebook.showQueue': void;
    'notebook.toggleAskRestart': void;
    'notebook.toggleSaveTimes': void;
    'notebook.toggleStopOnError': void;
    'notebook.restartKernel': void;
    'notebook.run': void;
    'notebook.runAbove': void;
    'notebook.runAll': void;
    'notebook.runAndInsert': void;
    'notebook.runAndSelectNext': void;
    'notebook.runBelow': void;
    'notebook.selectAll': void;
    'notebook.selectNext': void;
    'notebook.selectPrevious': void;
    'notebook.changeToHeading1': void;
    'notebook.changeToHeading2': void;
    'notebook.changeToHeading3': void;
    'notebook.changeToHeading4': void;
    'notebook.changeToHeading5': void;
    'notebook.changeToHeading6': void;
    'notebook.duplicateCells': void;
    'notebook.extendToBottom': void;
    'notebook.extendToTop': void;
    'notebook.hideAllOutputs': void;
    'notebook.hideAllSources': void;
    'notebook.insertHeadingAbove': void;
    'notebook.insertHeadingBelow': void;
    'notebook.mergeAbove': void;
    'notebook.mergeBelow': void;
    'notebook.mergeCells': void;
    'notebook.pasteAbove': void;
    'notebook.pasteInstead': void;
    'notebook.pasteWithoutOutputs': void;
    'notebook.collapseAllHeadings': void;
    'notebook.collapseHeading': void;
    'notebook.expandAllHeadings': void;
    'notebook.expandHeading': void;
    'notebook.showAllOutputs': void;
    'notebook.showAllSources': void;
    'notebook.splitCell': void;
    'notebook.toggleAllLineNumbers': void;
    'notebook.toggleLineNumbers': void;
    'notebook.toggleOutputs': void;
    'notebook.toggleSource': void;
    'notebook.undo': void;
  }
}

declare module '@/platform/context/context-service.ts' {
  interface ContextFacts {
    /** Facts of the active tab's notebook. */
    notebook?: NotebookFacts | null;
    /** Cells that were cut or copied, in any notebook of this page. */
    cellClipboard?: readonly NotebookCell[];
    /** Nothing else can have come onto the system's clipboard since. */
    isCellClipboardNewest?: boolean;
    /** The active tab can be saved. */
    canSave?: boolean;
  }
}

export type NotebookFacts = {
  isReady: boolean;
  hasKernel: boolean;
  hasApp: boolean;
  canUndo: boolean;
  canRedo: boolean;
  isEditing: boolean;
  isMarkdown: boolean;
  /** A cell of it waits in the queue or for a kernel. */
  hasWaiting: boolean;
};
