import type { StudioClient } from '@atelier-ide/contract';
import type { CommandService } from '@/platform/commands/command-service.ts';
import type { ContextService } from '@/platform/context/context-service.ts';
import type { Contribution } from '@/platform/contributions/contribution.ts';
import { defineCommand } from '@/platform/contributions/contribution.ts';
import type { DialogService } from '@/platform/dialogs/dialog-service.ts';
import type { KeybindingService } from '@/platform/keybindings/keybinding-service.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { NotificationService } from '@/platform/notifications/notification-service.ts';
import type { ProbeService } from '@/platform/probe/probe-service.ts';
import type { SettingsService } from '@/platform/settings/settings-service.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import type { TabService } from '@/platform/tabs/tab-service.ts';
import type { ThemeService } from '@/platform/theme/theme-service.ts';
import type { ComputeService } from './compute/compute-service.ts';
import type { DocumentsService } from './documents/documents-service.ts';
import type { EditsService } from './edits/edits-service.ts';
import type { ExecutionsService } from './executions/executions-service.ts';
import type { FilesService } from './files/files-service.ts';
import type { FormatterService } from './formatter/formatter-service.ts';
import type { KernelsService } from './jupyter/kernels-service.ts';
import type { SessionService } from './session/session-service.ts';
import type { EventStream } from './studio-api/event-stream.ts';
import type { TerminalsService } from './terminals/terminals-service.ts';

/** Everything a feature may use. Made once by `app/create-services.ts`; two IDEs on one page have two. */
export type Services = {
  // the workbench's mechanics
  commands: CommandService;
  context: ContextService;
  dialogs: DialogService;
  keybindings: KeybindingService;
  log: LogService;
  notifications: NotificationService;
  probes: ProbeService;
  settings: SettingsService;
  storage: StorageService;
  tabs: TabService;
  theme: ThemeService;
  // the world
  session: SessionService;
  api: StudioClient;
  events: EventStream;
  compute: ComputeService;
  documents: DocumentsService;
  edits: EditsService;
  executions: ExecutionsService;
  files: FilesService;
  formatter: FormatterService;
  kernels: KernelsService;
  terminals: TerminalsService;
};

/** A contribution to this product. */
export type StudioContribution = Contribution<Services>;
/** Types one command of this product. */
export const defineStudioCommand = defineCommand<Services>();
