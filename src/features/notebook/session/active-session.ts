import type { CellType } from '@atelier-ide/core/notebook/model.ts';
import type { DocumentSession } from '@/services/documents/documents-service.ts';
import type { Services } from '@/services/services.ts';
import type { NotebookSession } from './notebook-session.ts';

type Where = Pick<Services, 'tabs' | 'documents'>;

/** The session of the tab in front, of whatever kind; a terminal below it does not hide it. */
export function activeDocument({ tabs, documents }: Where): DocumentSession | null {
  const { tabs: all, mainId } = tabs.store.getState();
  const key = all.find((tab) => tab.id === mainId)?.key;
  return documents.sessions.all().find((session) => session.path === key) ?? null;
}

/** The notebook of the tab in front. */
export function activeNotebook(where: Where): NotebookSession | null {
  const session = activeDocument(where);
  return isNotebook(session) ? session.views.of(where.tabs.store.getState().mainId) : null;
}

export const cellTypes: readonly { value: CellType; label: string }[] = [
  { value: 'code', label: 'Code' },
  { value: 'markdown', label: 'Markdown' },
  { value: 'raw', label: 'Raw' },
];

/** By a mark, not by class: who runs commands need not have loaded the notebook. */
export function isNotebook(session: DocumentSession | null | undefined): session is NotebookSession {
  return session !== null && session !== undefined && 'kind' in session && session.kind === 'notebook';
}
