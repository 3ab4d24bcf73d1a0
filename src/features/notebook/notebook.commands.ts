import './command-args.ts';
import { defineStudioCommand } from '@/services/services.ts';
import { cellCommands } from './commands/cell-commands.ts';
import { editCommands } from './commands/edit-commands.ts';
import { codeCommands } from './commands/code-commands.ts';
import { kernelCommands } from './commands/kernel-commands.ts';
import { modeCommands } from './commands/mode-commands.ts';
import { runCommands } from './commands/run-commands.ts';
import { viewCommands } from './commands/view-commands.ts';
import { queueCommands } from './queue/queue.commands.ts';
import { activeDocument } from './session/active-session.ts';

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

export const notebookCommands = [
  saveCommand,
  ...runCommands,
  ...queueCommands,
  ...kernelCommands,
  ...editCommands,
  ...cellCommands,
  ...modeCommands,
  ...viewCommands,
  ...codeCommands,
];

export { notebookKeys } from './commands/keys.ts';
export { notebookMenus } from './commands/menus.ts';
