import type { StoreApi } from 'zustand/vanilla';
import type { Disposable } from '@/base/disposable.ts';
import type { CommandId, Keybinding } from '@/platform/contributions/contribution.ts';

/** A binding that counts now, and who set it. */
export type BoundKeys = Keybinding & { setBy: 'default' | 'you' };

export type KeybindingsState = {
  /** In the order in which they are asked. */
  bindings: readonly BoundKeys[];
  /** Commands whose keys a person has changed; some may have none left. */
  changed: ReadonlySet<CommandId>;
};

/** New keys of commands: what is given here is all that the command has. */
export type KeyChanges = ReadonlyMap<CommandId, readonly Keybinding[]>;

/** Runs commands by keys, and keeps the keys that a person has chosen instead of the product's own. */
export type KeybindingService = {
  readonly store: StoreApi<KeybindingsState>;
  readonly isMac: boolean;
  /** Listens to the keys of the page that are pressed within `root`, or with nothing focused. */
  attach(root: HTMLElement): Disposable;
  /** The first keys of a command, as they are shown: `Ctrl+S`. */
  keysOf(id: CommandId): string | undefined;
  /** Counts at once and is kept for this user in this browser. */
  change(changes: KeyChanges): void;
  /** Back to the product's own keys: of one command, or of all. */
  reset(command?: CommandId): void;
};
