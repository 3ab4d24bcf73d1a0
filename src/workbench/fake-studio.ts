import { createContextService } from '@/platform/context/create-context-service.ts';
import { createCommandService } from '@/platform/commands/create-command-service.ts';
import { createNotificationService } from '@/platform/notifications/create-notification-service.ts';
import { createStorageService } from '@/platform/storage/create-storage-service.ts';
import type { AnyCommand } from '@/platform/contributions/contribution.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import { createFakeEdits } from '@/services/edits/fake-edits.ts';
import { createSessionStore } from '@/services/session/session-store.ts';
import type { SessionState } from '@/services/session/session-service.ts';
import type { Services } from '@/services/services.ts';
import { createShell } from './shell.ts';
import type { Studio } from './studio.ts';
import { createThemeStore } from '@/platform/theme/theme-store.ts';
import { createTabsStore } from '@/platform/tabs/tabs-store.ts';

/** A studio for tests of the frame: real mechanics, a session that the test sets, no world behind it. */
export function createFakeStudio(commandList: readonly AnyCommand<Services>[] = []) {
  const log = { debug: () => undefined, warn: () => undefined, error: () => undefined };
  const kept = new Map<string, string>();
  const storage = createStorageService(
    () => ({
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
    }),
    log,
  );
  storage.enter('server', 'ann');
  const context = createContextService();
  const notifications = createNotificationService(() => Date.now());
  const sessionStore = createSessionStore();
  const retried: number[] = [];
  const sentTokens: string[] = [];
  const session = {
    store: sessionStore,
    retry: async () => retried.push(1) > 0,
    signIn: async (token: string) => (sentTokens.push(token), 'This link is not valid any more.'),
  };
  const tabs = { store: createTabsStore(), focus: () => undefined };
  const commands = createCommandService<Services>({
    commands: commandList,
    context,
    notifications,
    log,
    keysOf: () => undefined,
    services: () => services,
  });
  // Only what the frame touches is there; anything else a test reaches for is a fault of the test.
  const theme = { store: createThemeStore('system', 'light') };
  const edits = createFakeEdits(createFakeClock());
  const parts = { commands, context, edits, log, notifications, session, storage, tabs, theme };
  const services = parts as unknown as Services;
  const shell = createShell([], storage);
  const studio = { services, shell, contributions: [] } as unknown as Studio;
  const setSession = (state: SessionState) => sessionStore.setState(state, true);
  return { studio, services, shell, setSession, retried, sentTokens };
}
