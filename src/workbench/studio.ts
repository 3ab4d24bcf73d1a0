import type { KeybindingService } from '@/platform/keybindings/keybinding-service.ts';
import type { DialogQueue } from '@/platform/dialogs/create-dialog-service.ts';
import type { WorkbenchTabs } from '@/platform/tabs/create-tab-service.ts';
import type { Services, StudioContribution } from '@/services/services.ts';
import type { FlexDock } from './dock/flex-dock.ts';
import type { Shell } from './shell.ts';

/** All that the workbench draws: what features brought, and the parts of the mechanics that features do not see. */
export type Studio = {
  services: Services;
  contributions: readonly StudioContribution[];
  keybindings: KeybindingService;
  dialogs: DialogQueue;
  tabs: WorkbenchTabs;
  dock: FlexDock;
  shell: Shell;
};
