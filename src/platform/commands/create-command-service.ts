import type { ContextService } from '@/platform/context/context-service.ts';
import type { AnyCommand, CommandId, Enablement } from '@/platform/contributions/contribution.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { NotificationService } from '@/platform/notifications/notification-service.ts';
import type { CommandService } from './command-service.ts';

/** What the command service is made of. */
export type CommandConfig<S> = {
  commands: readonly AnyCommand<S>[];
  context: ContextService;
  notifications: NotificationService;
  log: LogService;
  keysOf(id: CommandId): string | undefined;
  /** Asked when a command runs: commands are part of the services they get. */
  services(): S;
};

/** A command as it is once its id is only known at run time. */
type Runnable<S> = {
  id: CommandId;
  title: string;
  enabled?(facts: ReturnType<ContextService['store']['getState']>): Enablement;
  isOn?(services: S): boolean;
  run(services: S, args: unknown): void | Promise<void>;
};

/** Makes the command service. Throws when two commands have one id. */
export function createCommandService<S>(config: CommandConfig<S>): CommandService {
  const byId = new Map<CommandId, Runnable<S>>();
  for (const command of config.commands) {
    if (byId.has(command.id)) throw new Error(`Two commands have the id ${command.id}`);
    byId.set(command.id, command as unknown as Runnable<S>);
  }
  const { context, notifications, log } = config;
  const enablement = (id: CommandId): Enablement => {
    const command = byId.get(id);
    if (!command) return { reason: 'Not part of this studio' };
    return command.enabled?.(context.store.getState()) ?? true;
  };
  return {
    enablement,
    isOn: (id) => byId.get(id)?.isOn?.(config.services()),
    keysOf: (id) => config.keysOf(id),
    all: () => config.commands as unknown as readonly AnyCommand<never>[],
    async run(id, ...args) {
      const command = byId.get(id);
      const can = enablement(id);
      if (!command || can !== true) {
        log.debug(`Command ${id} did not run`, { reason: can === true ? 'unknown' : can.reason });
        return;
      }
      try {
        await command.run(config.services(), args[0]);
      } catch (error) {
        // A person's own Cancel is no failure.
        if (error instanceof DOMException && error.name === 'AbortError') return;
        log.error(`Command ${id} failed`, error);
        notifications.error(`${command.title} failed`, error);
      }
    },
  };
}
