import '../command-args.ts';
import './run-settings.ts';
import type { Command } from '@/platform/contributions/contribution.ts';
import type { SettingId, SettingValues } from '@/platform/settings/settings-service.ts';
import { defineStudioCommand, type Services } from '@/services/services.ts';

type SwitchId = { [Id in SettingId]: SettingValues[Id] extends boolean ? Id : never }[SettingId];

/** A setting that is on or off, as a ticked entry of a menu. */
const toggle = (
  setting: SwitchId,
): Pick<Command<Services>, 'group' | 'isOn'> & { run(services: Services): void } => ({
  group: 'Settings',
  isOn: ({ settings }) => settings.get(setting),
  run: ({ settings }) => settings.set(setting, !settings.get(setting)),
});

/** The queue, and what a person chooses about running. */
export const queueCommands = [
  defineStudioCommand<'notebook.showQueue'>({
    id: 'notebook.showQueue',
    title: 'Show queue',
    group: 'View',
    icon: 'list-ordered',
    run: ({ commands }) => commands.run('workbench.showPanel', { id: 'queue' }),
  }),
  defineStudioCommand<'notebook.toggleStopOnError'>({
    id: 'notebook.toggleStopOnError',
    title: 'Stop on error',
    ...toggle('notebook.stopOnError'),
  }),
  defineStudioCommand<'notebook.toggleAskRestart'>({
    id: 'notebook.toggleAskRestart',
    title: 'Ask before a restart',
    ...toggle('notebook.asksBeforeRestart'),
  }),
  defineStudioCommand<'notebook.toggleSaveTimes'>({
    id: 'notebook.toggleSaveTimes',
    title: 'Save execution times in the notebook',
    ...toggle('notebook.savesTimes'),
  }),
];
