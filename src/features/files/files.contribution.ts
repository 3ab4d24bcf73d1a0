import type { StudioContribution } from '@/services/services.ts';
import { tellServerEnd } from './tell-server-end.ts';

/** The file browser in the activity bar. */
export const filesContribution: StudioContribution = {
  id: 'files',
  views: [{ id: 'files', title: 'Files', icon: 'files', order: 1, load: () => import('./FilesView.tsx') }],
  activate: tellServerEnd,
};
