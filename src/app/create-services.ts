import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import { createCommandService } from '@/platform/commands/create-command-service.ts';
import { createContextService } from '@/platform/context/create-context-service.ts';
import { createDialogService } from '@/platform/dialogs/create-dialog-service.ts';
import { createKeybindingService } from '@/platform/keybindings/create-keybinding-service.ts';
import { createLogService } from '@/platform/log/create-log-service.ts';
import { createNotificationService } from '@/platform/notifications/create-notification-service.ts';
import { createProbeService, type ObservableProbes } from '@/platform/probe/create-probe-service.ts';
import { createSettingsService } from '@/platform/settings/create-settings-service.ts';
import { createStorageService } from '@/platform/storage/create-storage-service.ts';
import { createTabService } from '@/platform/tabs/create-tab-service.ts';
import { createThemeService } from '@/platform/theme/create-theme-service.ts';
import { createPageClock } from '@/services/clock.ts';
import { createWorld } from '@/services/create-world.ts';
import type { Services, StudioContribution } from '@/services/services.ts';
import { createFlexDock } from '@/workbench/dock/flex-dock.ts';
import { gatherParts } from '@/workbench/parts.ts';
import { createShell } from '@/workbench/shell.ts';
import type { Studio } from '@/workbench/studio.ts';
import { createWorkbenchContribution } from '@/workbench/workbench.contribution.ts';
import type { StudioConfig } from './config.ts';
import { enterOnSignIn } from './enter-on-sign-in.ts';
import { watchFaults } from './watch-faults.ts';

/** One IDE: its services in the order in which they need each other, and what draws them. */
export type RunningStudio = Studio &
  Disposable & {
    probes: ObservableProbes;
    /** Asks who is signed in; everything else follows from the answer. Never rejects. */
    start(): Promise<void>;
  };

export function createStudio(config: StudioConfig, features: readonly StudioContribution[]): RunningStudio {
  const owned = new DisposableStore();
  const mechanics = createMechanics(owned);
  const { clock, log, storage, context, dialogs, notifications, probes, theme } = mechanics;
  const { views, openers } = gatherParts(features);
  const dock = owned.add(createFlexDock());
  const tabs = owned.add(createTabService(dock, openers));
  const shell = createShell(views, storage);
  const contributions = [...features, createWorkbenchContribution(shell, tabs)];
  const { keybindings, commands } = createCommands(mechanics, contributions, () => services);
  const settings = owned.add(
    createSettingsService({
      storage,
      settings: contributions.flatMap((one) => one.settings ?? []),
      elsewhere: {
        'workbench.theme': {
          get: () => theme.store.getState().choice,
          set: (choice) => theme.choose(choice),
          subscribe: (listener) => theme.store.subscribe(listener),
        },
      },
    }),
  );
  const world = owned.add(
    createWorld({
      baseUrl: config.baseUrl,
      log,
      storage,
      clock,
      fetch: window.fetch.bind(window),
      WebSocket: window.WebSocket,
    }),
  );
  const services: Services = {
    commands,
    context,
    dialogs,
    keybindings,
    log,
    notifications,
    probes,
    settings,
    storage,
    tabs,
    theme,
    ...world,
  };
  const reload = () => window.location.reload();
  owned.add(watchFaults(window, services));
  owned.add(followActiveTab(services));
  owned.add(
    enterOnSignIn({
      config,
      services,
      kept: [settings, keybindings],
      storage,
      shell,
      tabs,
      contributions,
      clock,
      reload,
    }),
  );
  const start = () => world.start();
  const dispose = () => owned.dispose();
  return { services, contributions, keybindings, dialogs, tabs, dock, shell, probes, start, dispose };
}

/** The parts that know nothing of the backend. */
function createMechanics(owned: DisposableStore) {
  const clock = createPageClock();
  const log = createLogService();
  const values = () => window.localStorage;
  const matchMedia = window.matchMedia.bind(window);
  return {
    clock,
    log,
    storage: createStorageService(values, log),
    theme: owned.add(createThemeService({ values, matchMedia, log })),
    context: createContextService(),
    dialogs: createDialogService(),
    notifications: createNotificationService(() => clock.now()),
    probes: createProbeService(),
  };
}

/** Commands and the keys that run them; each asks the other, and both the services, only when something is pressed. */
function createCommands(
  { clock, context, notifications, log, storage }: ReturnType<typeof createMechanics>,
  contributions: readonly StudioContribution[],
  services: () => Services,
) {
  const keybindings = createKeybindingService({
    storage,
    isMac: /Mac|iPhone|iPad/.test(navigator.platform),
    now: () => clock.now(),
    keybindings: contributions.flatMap((one) => one.keybindings ?? []),
    focus: () => context.store.getState().focus,
    enablement: (id) => commands.enablement(id),
    // Keys run only commands without arguments.
    run: (id) => void commands.run(id as 'workbench.showPalette'),
  });
  const commands = createCommandService<Services>({
    context,
    notifications,
    log,
    keysOf: (id) => keybindings.keysOf(id),
    services,
    commands: contributions.flatMap((one) => one.commands ?? []),
  });
  return { keybindings, commands };
}

/** Commands look at the active tab through the context. */
function followActiveTab({ tabs, context }: Services): Disposable {
  return toDisposable(
    tabs.store.subscribe(({ tabs: all, activeId }) => {
      const kind = all.find((tab) => tab.id === activeId)?.kind ?? null;
      context.set({ activeTabId: activeId, activeTabKind: kind });
    }),
  );
}
