import './command-args.ts';
import type { CellType } from '@atelier-ide/core/notebook/model.ts';
import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { CommandId, Enablement, Keybinding, MenuItem } from '@/platform/contributions/contribution.ts';
import { defineStudioCommand, type Services } from '@/services/services.ts';
import { activeDocument, activeNotebook } from './session/active-session.ts';
import type { NotebookSession } from './session/notebook-session.ts';
import { selectedIds } from './session/notebook-store.ts';

type Run = (session: NotebookSession, services: Services) => void | Promise<void>;
/** Commands without arguments that act on the notebook in front. */
type NotebookCommandId = Extract<CommandId, `notebook.${string}`>;

const hasNotebook = ({ notebook }: ContextFacts): Enablement =>
  notebook?.isReady ? true : { reason: 'Open a notebook first' };

const hasKernel = ({ notebook }: ContextFacts): Enablement => {
  if (!notebook) return { reason: 'Open a notebook first' };
  return notebook.hasKernel ? true : { reason: 'The notebook has no kernel' };
};

type Spec = {
  title: string;
  group: 'Run' | 'Edit' | 'Kernel' | 'Open';
  icon?: string;
  enabled?: (facts: ContextFacts) => Enablement;
  /** Moves and modes: of use by key only. */
  hidden?: boolean;
  run: Run;
};

const define = (id: NotebookCommandId, { enabled = hasNotebook, run, ...spec }: Spec) =>
  defineStudioCommand<NotebookCommandId>({
    id,
    ...spec,
    enabled,
    run(services) {
      const session = activeNotebook(services);
      return session ? run(session, services) : undefined;
    },
  });

const changeTo = (id: NotebookCommandId, type: CellType, word: string) =>
  define(id, {
    title: `Change to ${word} cell`,
    group: 'Edit',
    run: ({ editing }) => editing.changeType(type),
  });

const selected = ({ store }: NotebookSession) => selectedIds(store.getState());

/** Selects the next cell; after the last one makes a new one to write in. */
function goOn({ editing, store }: NotebookSession): void {
  const { order, active } = store.getState();
  if (active === order.at(-1)) {
    editing.insert('below');
    editing.enterEdit();
  } else editing.selectBy(1);
}

const runCommands = [
  define('notebook.run', {
    title: 'Run selected cells',
    group: 'Run',
    icon: 'play',
    run: async (session) => {
      session.editing.leaveEdit();
      await session.runner.run(selected(session));
    },
  }),
  define('notebook.runAndSelectNext', {
    title: 'Run selected cells and go on',
    group: 'Run',
    icon: 'play',
    run: async (session) => {
      const ids = selected(session);
      const last = ids.at(-1);
      session.editing.leaveEdit();
      if (last !== undefined) session.editing.select(last);
      goOn(session);
      await session.runner.run(ids);
    },
  }),
  define('notebook.runAndInsert', {
    title: 'Run selected cells and insert below',
    group: 'Run',
    icon: 'list-plus',
    run: async (session) => {
      const ids = selected(session);
      session.editing.leaveEdit();
      session.editing.insert('below');
      session.editing.enterEdit();
      await session.runner.run(ids);
    },
  }),
  define('notebook.runAll', {
    title: 'Run all cells',
    group: 'Run',
    icon: 'fast-forward',
    run: ({ runner, store }) => runner.run(store.getState().order),
  }),
  define('notebook.runAbove', {
    title: 'Run all above',
    group: 'Run',
    icon: 'step-forward',
    run: (session) => {
      const { order } = session.store.getState();
      const [first] = selected(session);
      return session.runner.run(first === undefined ? [] : order.slice(0, order.indexOf(first)));
    },
  }),
  define('notebook.runBelow', {
    title: 'Run selected cell and all below',
    group: 'Run',
    icon: 'fast-forward',
    run: (session) => {
      const { order } = session.store.getState();
      const [first] = selected(session);
      return session.runner.run(first === undefined ? [] : order.slice(order.indexOf(first)));
    },
  }),
  define('notebook.interruptKernel', {
    title: 'Interrupt kernel',
    group: 'Kernel',
    icon: 'square',
    enabled: hasKernel,
    run: ({ runner }) => runner.interrupt(),
  }),
  define('notebook.restartKernel', {
    title: 'Restart kernel',
    group: 'Kernel',
    icon: 'rotate-cw',
    enabled: hasKernel,
    run: ({ runner }) => runner.restart(),
  }),
  define('notebook.restartAndRunAll', {
    title: 'Restart and run all',
    group: 'Kernel',
    icon: 'fast-forward',
    run: async ({ runner, store }) => {
      await runner.restart();
      await runner.run(store.getState().order);
    },
  }),
  define('notebook.openImageTerminal', {
    title: 'Open image terminal of this notebook',
    group: 'Open',
    icon: 'square-terminal',
    enabled: ({ notebook }) =>
      notebook?.hasApp ? true : { reason: 'The notebook has no kernel: choose an environment first' },
    run: openImageTerminal,
  }),
];

/** A terminal of the image, on the app that the notebook runs on, in the notebook's folder. */
async function openImageTerminal({ store }: NotebookSession, services: Services): Promise<void> {
  const { document, path } = store.getState();
  const appId = document?.binding.appId;
  if (appId === undefined) return;
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const name = await services.terminals.create(appId, folder);
  const { apps, images } = services.compute.store.getState();
  const app = apps.find((one) => one.id === appId);
  const image = images.find((one) => one.id === app?.imageId);
  const title = image?.displayName ?? 'Image terminal';
  const where = app?.instanceType ? `${title}, ${app.instanceType}` : title;
  services.tabs.open({
    kind: 'terminal',
    key: `${appId}/${name}`,
    title: where,
    tooltip: `Image terminal: ${where}`,
    icon: 'box',
    area: 'bottom',
    state: { appId, name, where },
  });
}

const editCommands = [
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
    run: ({ editing }, { context }) => {
      context.set({ cellClipboard: editing.copies() });
      editing.deleteSelected();
    },
  }),
  define('notebook.copyCells', {
    title: 'Copy cells',
    group: 'Edit',
    icon: 'copy',
    run: ({ editing }, { context }) => context.set({ cellClipboard: editing.copies() }),
  }),
  define('notebook.pasteCells', {
    title: 'Paste cells',
    group: 'Edit',
    icon: 'clipboard-paste',
    enabled: (facts) => {
      const can = hasNotebook(facts);
      return can !== true || facts.cellClipboard?.length ? can : { reason: 'Cut or copy cells first' };
    },
    run: ({ editing }, { context }) => editing.paste(context.store.getState().cellClipboard ?? []),
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

const modeCommands = [
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
    run: ({ editing }) => editing.leaveEdit(),
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
];

const saveCommand = defineStudioCommand<'document.save'>({
  id: 'document.save',
  title: 'Save',
  group: 'File',
  icon: 'save',
  // Any open document has a session that knows how to save itself.
  enabled: ({ activeTabId }) => (activeTabId === null ? { reason: 'Nothing is open' } : true),
  async run(services) {
    await activeDocument(services)?.save();
  },
});

export const notebookCommands = [saveCommand, ...runCommands, ...editCommands, ...modeCommands];

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

const items = (menu: MenuItem['menu'], section: string, ids: readonly CommandId[]): MenuItem[] =>
  ids.map((id, order) => ({ menu, section, command: id, order }));

export const notebookMenus: readonly MenuItem[] = [
  ...items('File', 'save', ['document.save']),
  ...items('Edit', 'a-undo', ['notebook.undo', 'notebook.redo']),
  ...items('Edit', 'b-clipboard', [
    'notebook.cutCells',
    'notebook.copyCells',
    'notebook.pasteCells',
    'notebook.deleteCells',
  ]),
  ...items('Edit', 'c-cells', [
    'notebook.insertAbove',
    'notebook.insertBelow',
    'notebook.moveUp',
    'notebook.moveDown',
    'notebook.selectAll',
  ]),
  ...items('Edit', 'd-outputs', ['notebook.clearOutputs', 'notebook.clearAllOutputs']),
  ...items('Run', 'cells', ['notebook.runAndSelectNext', 'notebook.run', 'notebook.runAndInsert']),
  ...items('Run', 'many', [
    'notebook.runAbove',
    'notebook.runBelow',
    'notebook.runAll',
    'notebook.restartAndRunAll',
  ]),
  ...items('Kernel', 'kernel', [
    'notebook.interruptKernel',
    'notebook.restartKernel',
    'notebook.restartAndRunAll',
  ]),
  ...items('Kernel', 'terminal', ['notebook.openImageTerminal']),
];
