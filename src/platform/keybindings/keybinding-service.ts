import type { Disposable } from '@/base/disposable.ts';
import type { CommandId } from '@/platform/contributions/contribution.ts';

/** Runs commands by keys. The keys of a command are shown by `CommandService.keysOf`. */
export type KeybindingService = {
  /** Listens to the keys of the page that are pressed within `root`, or with nothing focused. */
  attach(root: HTMLElement): Disposable;
  keysOf(id: CommandId): string | undefined;
};
