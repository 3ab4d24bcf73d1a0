import type { CommandService } from '@/platform/commands/command-service.ts';
import type { CommandId, Contribution, MenuItem, MenuName } from '@/platform/contributions/contribution.ts';
import type { MenuEntry } from '@/ui/Menu.tsx';

export type MenuOfBar = { title: MenuName; entries: readonly MenuEntry[] };

const order: readonly MenuName[] = ['File', 'Edit', 'View', 'Run', 'Kernel', 'Tabs', 'Settings', 'Help'];

/**
 * The menus of the bar as all contributions together say: sections in the order of their names, items by `order` within
 * them. A menu without items is not there, and so is an item whose command nobody brought.
 */
export function menuTree<S>(
  contributions: readonly Contribution<S>[],
  commands: CommandService,
): readonly MenuOfBar[] {
  const items = contributions.flatMap((one) => one.menus ?? []);
  const known = new Map(commands.all().map((command) => [command.id, command]));
  const entryOf = ({ command: id }: MenuItem): MenuEntry[] => {
    const command = known.get(id);
    if (!command) return [];
    const enablement = commands.enablement(id);
    return [
      {
        id,
        label: command.title,
        icon: command.icon,
        keys: commands.keysOf(id),
        isChecked: commands.isOn(id),
        reason: enablement === true ? undefined : enablement.reason,
        onSelect: () => runById(commands, id),
      },
    ];
  };
  return order.flatMap((title) => {
    const own = items.filter((item) => item.menu === title);
    const sections = [...new Set(own.map((item) => item.section))].sort();
    const entries = sections
      .map((section) =>
        own
          .filter((item) => item.section === section)
          .sort(byOrder)
          .flatMap(entryOf),
      )
      .filter((section) => section.length > 0)
      .flatMap((section, index): MenuEntry[] => (index === 0 ? section : ['separator', ...section]));
    return entries.length > 0 ? [{ title, entries }] : [];
  });
}

/** Menus and palette run only commands that need no argument; that is for the contributions to keep. */
export function runById(commands: CommandService, id: CommandId): void {
  void commands.run(id as 'workbench.showPalette');
}

function byOrder(a: MenuItem, b: MenuItem): number {
  return (a.order ?? 0) - (b.order ?? 0);
}
