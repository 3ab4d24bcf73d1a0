import type { Services } from '@/services/services.ts';

/** What an open notebook needs of the page. */
export type NotebookServices = Pick<
  Services,
  | 'commands'
  | 'compute'
  | 'documents'
  | 'edits'
  | 'events'
  | 'executions'
  | 'files'
  | 'kernels'
  | 'log'
  | 'notifications'
  | 'settings'
  | 'storage'
>;
