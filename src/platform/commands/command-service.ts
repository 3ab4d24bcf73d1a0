import type {
  AnyCommand,
  CommandArgs,
  CommandId,
  Enablement,
} from '@/platform/contributions/contribution.ts';

/** Runs commands by id. Failures become one notification; the promise never rejects. */
export type CommandService = {
  run<Id extends CommandId>(
    id: Id,
    ...args: CommandArgs[Id] extends void ? [] : [CommandArgs[Id]]
  ): Promise<void>;
  enablement(id: CommandId): Enablement;
  /** Whether a choice is on; undefined = the command is no choice. */
  isOn(id: CommandId): boolean | undefined;
  /** All commands with the keys that run them, for palette, menus, tooltips (`keysOf('notebook.save')` → `Ctrl+S`). */
  all(): readonly AnyCommand<never>[];
  keysOf(id: CommandId): string | undefined;
};
