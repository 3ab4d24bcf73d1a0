import type { CommandService } from '@/platform/commands/command-service.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { Tab } from '@/platform/tabs/tab-service.ts';
import { runById } from '../menu-bar/menu-tree.ts';
import type { PaletteEntry } from './palette-search.ts';

const groups = ['Run', 'Kernel', 'Open', 'File', 'Edit', 'View', 'Settings', 'Help'];
const key = 'palette.recent';
const kept = 5;

/** Every command that is not hidden: those used last first, then by group; a disabled one says why. */
export function commandEntries(
  commands: CommandService,
  storage: StorageService,
  query: string,
): readonly PaletteEntry[] {
  const recent = recentIds(storage);
  const entries = commands
    .all()
    .filter((command) => !command.hidden)
    .map((command): PaletteEntry => {
      const enablement = commands.enablement(command.id);
      return {
        id: command.id,
        group: recent.includes(command.id) ? 'Recent' : command.group,
        title: command.title,
        icon: command.icon,
        keys: commands.keysOf(command.id),
        ...(enablement === true ? {} : { context: enablement.reason, isDisabled: true }),
        run: () => {
          remember(storage, command.id);
          runById(commands, command.id);
        },
      };
    });
  // Without a query the last one used stands first; with one, the best fit does.
  const last = entries.filter(({ group }) => group === 'Recent');
  if (query === '') last.sort((a, b) => recent.indexOf(a.id) - recent.indexOf(b.id));
  return [...last, ...groups.flatMap((group) => entries.filter((entry) => entry.group === group))];
}

/** Open tabs, to go to by name. */
export function tabEntries(tabs: readonly Tab[], focus: (id: string) => void): readonly PaletteEntry[] {
  return tabs.map((tab) => ({
    id: `tab:${tab.id}`,
    group: 'Open',
    title: tab.title,
    icon: 'arrow-right',
    context: tab.isActive ? 'this tab' : (tab.tooltip ?? 'open tab'),
    run: () => focus(tab.id),
  }));
}

function recentIds(storage: StorageService): readonly string[] {
  const value = storage.get(key);
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}

function remember(storage: StorageService, id: string): void {
  storage.set(key, [id, ...recentIds(storage).filter((other) => other !== id)].slice(0, kept));
}
