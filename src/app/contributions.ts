import { computeContribution } from '@/features/compute/compute.contribution.ts';
import { contentsContribution } from '@/features/contents/contents.contribution.ts';
import { editorContribution } from '@/features/editor/editor.contribution.ts';
import { filesContribution } from '@/features/files/files.contribution.ts';
import { launcherContribution } from '@/features/launcher/launcher.contribution.ts';
import { notebookContribution } from '@/features/notebook/notebook.contribution.ts';
import { registriesContribution } from '@/features/registries/registries.contribution.ts';
import { runningContribution } from '@/features/running/running.contribution.ts';
import { settingsContribution } from '@/features/settings/settings.contribution.ts';
import { terminalContribution } from '@/features/terminal/terminal.contribution.ts';
import { unsavedContribution } from '@/features/unsaved/unsaved.contribution.ts';
import type { StudioContribution } from '@/services/services.ts';

/** What this product consists of, in the order of its menus and panels. */
export const contributions: readonly StudioContribution[] = [
  filesContribution,
  launcherContribution,
  notebookContribution,
  editorContribution,
  terminalContribution,
  computeContribution,
  runningContribution,
  registriesContribution,
  contentsContribution,
  settingsContribution,
  unsavedContribution,
];
