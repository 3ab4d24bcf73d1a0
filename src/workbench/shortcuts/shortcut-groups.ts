import type { CommandService } from '@/platform/commands/command-service.ts';

export type ShortcutGroup = {
  title: string;
  lines: readonly { id: string; name: string; keys: string }[];
};

const order = ['File', 'Edit', 'View', 'Run', 'Kernel', 'Open', 'Settings', 'Help'] as const;

/** Commands with keys whose name or keys hold the query, in groups, by name. */
export function shortcutGroups(commands: CommandService, query: string): readonly ShortcutGroup[] {
  const wanted = query.trim().toLowerCase();
  const all = commands.all().flatMap((command) => {
    const keys = commands.keysOf(command.id);
    if (keys === undefined) return [];
    const isWanted = `${command.title} ${keys}`.toLowerCase().includes(wanted);
    return isWanted ? [{ id: command.id, name: command.title, keys, group: command.group }] : [];
  });
  return order.flatMap((title) => {
    const lines = all
      .filter(({ group }) => group === title)
      .sort((a, b) => a.name.localeCompare(b.name, 'en'))
      .map(({ id, name, keys }) => ({ id, name, keys }));
    return lines.length > 0 ? [{ title, lines }] : [];
  });
}
