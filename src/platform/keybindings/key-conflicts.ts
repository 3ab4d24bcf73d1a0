/**
 * What happens to other commands when keys are given to one. Two bindings meet where their areas overlap; a binding of
 * an area is asked before one of everywhere, so those two can live together.
 */
import type { FocusArea } from '@/platform/context/context-service.ts';
import type { CommandId, Keybinding } from '@/platform/contributions/contribution.ts';
import type { KeyChanges } from './keybinding-service.ts';
import { parseKeys, sameStroke } from './keys.ts';

/** How two bindings get in each other's way. */
export type KeyConflict = {
  command: CommandId;
  keys: string;
  /** Where both count; undefined = everywhere. */
  where: readonly FocusArea[] | undefined;
  /**
   * `same`: one of the two would never run. `chord`: the first press of one is the other. `first`: the other is asked
   * first where it counts. `second`: the new one is asked first there; nothing has to be taken.
   */
  kind: 'same' | 'chord' | 'first' | 'second';
};

/** All bindings of other commands that meet the new one. */
export function conflictsOf(
  binding: Keybinding,
  bindings: readonly Keybinding[],
  isMac: boolean,
): readonly KeyConflict[] {
  return bindings.flatMap((other) => {
    const kind = other.command === binding.command ? null : meet(binding, other, isMac);
    if (kind === null) return [];
    const { command, keys } = other;
    return [{ command, keys, kind, where: overlap(binding.when, other.when) }];
  });
}

/** The changes that give the keys to the command of the binding and to it alone, in the areas of the binding. */
export function takeKeys(
  binding: Keybinding,
  {
    bindings,
    isMac,
    replaces,
  }: { bindings: readonly Keybinding[]; isMac: boolean; replaces?: Keybinding | undefined },
): KeyChanges {
  const isReplaced = (one: Keybinding) => replaces !== undefined && isSameBinding(one, replaces);
  const mine = bindings.filter((one) => one.command === binding.command);
  const kept = mine.map((one) => (isReplaced(one) ? binding : one));
  const hasIt = kept.some((one) => isSameBinding(one, binding));
  const changes = new Map([[binding.command, withoutDoubles(hasIt ? kept : [...kept, binding])]]);
  for (const other of bindings) {
    const kind = other.command === binding.command ? null : meet(binding, other, isMac);
    if (kind === null || kind === 'second') continue;
    const before = changes.get(other.command) ?? bindings.filter((one) => one.command === other.command);
    changes.set(
      other.command,
      before.flatMap((one) => (isSameBinding(one, other) ? without(one, binding.when) : [one])),
    );
  }
  return new Map([...changes].map(([command, list]) => [command, list.map(plain)]));
}

/** The changes that take one binding away from its command. */
export function removeKeys(binding: Keybinding, bindings: readonly Keybinding[]): KeyChanges {
  const mine = bindings.filter((one) => one.command === binding.command && !isSameBinding(one, binding));
  return new Map([[binding.command, mine.map(plain)]]);
}

function meet(binding: Keybinding, other: Keybinding, isMac: boolean): KeyConflict['kind'] | null {
  if (binding.when && other.when && overlap(binding.when, other.when)?.length === 0) return null;
  const mine = parseKeys(binding.keys, isMac);
  const theirs = parseKeys(other.keys, isMac);
  const isStart = mine.slice(0, theirs.length).every((stroke, index) => {
    const their = theirs[index];
    return their !== undefined && sameStroke(stroke, their);
  });
  if (!isStart) return null;
  if (mine.length !== theirs.length) return 'chord';
  if (Boolean(binding.when) === Boolean(other.when)) return 'same';
  return binding.when ? 'second' : 'first';
}

function overlap(
  one: readonly FocusArea[] | undefined,
  other: readonly FocusArea[] | undefined,
): readonly FocusArea[] | undefined {
  if (!one || !other) return one ?? other;
  return one.filter((area) => other.includes(area));
}

/** What is left of a binding where some areas go to another command. */
function without(binding: Keybinding, areas: readonly FocusArea[] | undefined): Keybinding[] {
  const rest = binding.when && areas ? binding.when.filter((area) => !areas.includes(area)) : [];
  return rest.length > 0 ? [{ ...binding, when: rest }] : [];
}

export function isSameBinding(one: Keybinding, other: Keybinding): boolean {
  const areas = ({ when }: Keybinding) => (when ? when.toSorted().join(' ') : '');
  return one.command === other.command && one.keys === other.keys && areas(one) === areas(other);
}

function withoutDoubles(bindings: readonly Keybinding[]): Keybinding[] {
  return bindings.filter((one, index) => bindings.findIndex((other) => isSameBinding(one, other)) === index);
}

const plain = ({ keys, command, when }: Keybinding): Keybinding => ({
  keys,
  command,
  ...(when ? { when } : {}),
});
