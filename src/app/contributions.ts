import { editorContribution } from '@/features/editor/editor.contribution.ts';
import { filesContribution } from '@/features/files/files.contribution.ts';
import { launcherContribution } from '@/features/launcher/launcher.contribution.ts';
import { notebookContribution } from '@/features/notebook/notebook.contribution.ts';
import { terminalContribution } from '@/features/terminal/terminal.contribution.ts';
import type { StudioContribution } from '@/services/services.ts';

/** What this product consists of, in the order of its menus and panels. */
export const contributions: readonly StudioContribution[] = [
  filesContribution,
  launcherContribution,
  notebookContribution,
  editorContribution,
  terminalContribution,
];
