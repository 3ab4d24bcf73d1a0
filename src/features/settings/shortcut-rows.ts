import type { AnyCommand, CommandId, Keybinding } from '@/platform/contributions/contribution.ts';
import { conflictsOf, type KeyConflict } from '@/platform/keybindings/key-conflicts.ts';
import type { BoundKeys, KeybindingsState } from '@/platform/keybindings/keybinding-service.ts';
import { formatKeys, parseKeys, sameStroke } from '@/platform/keybindings/keys.ts';
import { placeValue, whereText } from './where-words.ts';

/** One line of the table: a command with one of its keys, or with none. */
export type ShortcutRow = {
  key: string;
  command: CommandId;
  title: string;
  binding: BoundKeys | null;
  /** As shown: `Ctrl+S`, `D, D`; empty without keys. */
  keys: string;
  where: string;
  setBy: 'Default' | 'You' | 'Not set';
  isChanged: boolean;
  /** Commands of which one would never run. */
  conflicts: readonly KeyConflict[];
};

/** What is looked for: a text, or keys that were pressed. */
export type ShortcutQuery = { text: string; pressed: string | null; changedOnly: boolean };

/** A line for each key of each command that a key can run, by name. */
export function shortcutRows(
  commands: readonly AnyCommand<never>[],
  { bindings, changed }: KeybindingsState,
  isMac: boolean,
): readonly ShortcutRow[] {
  return commands
    .toSorted((a, b) => a.title.localeCompare(b.title, 'en'))
    .flatMap(({ id, title, hidden }): readonly ShortcutRow[] => {
      const own = bindings.filter((one) => one.command === id);
      const isChanged = changed.has(id);
      const shared = { command: id, title, isChanged };
      if (own.length > 0) return own.map((one) => ({ ...shared, ...bound(one, bindings, isMac) }));
      // Those that are not in the palette take arguments, or are of use by their keys only.
      if (hidden && !isChanged) return [];
      const none = { binding: null, keys: '', where: '', conflicts: [] };
      return [{ ...shared, ...none, key: id, setBy: isChanged ? ('You' as const) : ('Not set' as const) }];
    });
}

function bound(binding: BoundKeys, bindings: readonly Keybinding[], isMac: boolean) {
  const { command, keys, when, setBy } = binding;
  return {
    key: `${command} ${keys} ${placeValue(when)}`,
    binding,
    keys: formatKeys(keys, isMac),
    where: whereText(when),
    setBy: setBy === 'you' ? ('You' as const) : ('Default' as const),
    conflicts: conflictsOf(binding, bindings, isMac).filter(
      ({ kind }) => kind === 'same' || kind === 'chord',
    ),
  };
}

/** The lines that fit; pressed keys also find chords that begin with them. */
export function findRows(
  rows: readonly ShortcutRow[],
  { text, pressed, changedOnly }: ShortcutQuery,
  isMac: boolean,
): readonly ShortcutRow[] {
  const words = text.trim().toLowerCase().split(/\s+/);
  const strokes = pressed === null || pressed === '' ? null : parseKeys(pressed, isMac);
  return rows.filter((row) => {
    if (changedOnly && !row.isChanged) return false;
    if (strokes) {
      const own = row.binding ? parseKeys(row.binding.keys, isMac) : [];
      return strokes.every((stroke, index) => {
        const mine = own[index];
        return mine !== undefined && sameStroke(stroke, mine);
      });
    }
    const all = `${row.title} ${row.keys} ${row.where} ${row.command}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
