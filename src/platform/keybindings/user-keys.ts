/**
 * The keys that a person has chosen, as they are stored: for each changed command all of its keys. What cannot be read
 * is left out, by command and by key, so that a damaged entry costs no more than itself.
 */
import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import type { FocusArea } from '@/platform/context/context-service.ts';
import type { CommandId, Keybinding } from '@/platform/contributions/contribution.ts';
import type { KeybindingsState, KeyChanges } from './keybinding-service.ts';
import { parseKeys } from './keys.ts';

/** Reads what is in the storage. */
export function readUserKeys(kept: unknown): KeyChanges {
  const read = new Map<CommandId, readonly Keybinding[]>();
  if (!isRecord(kept)) return read;
  for (const [id, list] of Object.entries(kept)) {
    if (!Array.isArray(list)) continue;
    // Ids come and go with versions: one that is unknown runs nothing.
    const command = id as CommandId;
    const bindings = list.flatMap((one: unknown) => readBinding(command, one));
    // Nothing of it could be read: the product's own keys are better than none.
    if (bindings.length > 0 || list.length === 0) read.set(command, bindings);
  }
  return read;
}

function readBinding(command: CommandId, value: unknown): Keybinding[] {
  if (!isRecord(value)) return [];
  const { keys, when } = value;
  if (typeof keys !== 'string' || !canBeRead(keys)) return [];
  if (when === undefined) return [{ command, keys }];
  if (!Array.isArray(when) || when.length === 0 || when.some((area) => typeof area !== 'string')) return [];
  return [{ command, keys, when: when as FocusArea[] }];
}

/** What goes into the storage. */
export function writeUserKeys(changes: KeyChanges): JsonValue {
  const lists = [...changes].map(([command, bindings]): [string, JsonValue] => [
    command,
    bindings.map(({ keys, when }) => (when ? { keys, when: [...when] } : { keys })),
  ]);
  return Object.fromEntries(lists);
}

/** A person's keys are asked before the product's own. */
export function effectiveKeys(own: readonly Keybinding[], changes: KeyChanges): KeybindingsState {
  const mine = [...changes.values()].flat();
  return {
    bindings: [
      ...mine.map((one) => ({ ...one, setBy: 'you' as const })),
      ...own
        .filter(({ command }) => !changes.has(command))
        .map((one) => ({ ...one, setBy: 'default' as const })),
    ],
    changed: new Set(changes.keys()),
  };
}

function canBeRead(keys: string): boolean {
  try {
    return parseKeys(keys, false).length > 0;
  } catch {
    // It says what nobody can press.
    return false;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
