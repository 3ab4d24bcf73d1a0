import type { CellType, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import type { DocumentSession } from '@/services/documents/documents-service.ts';
import type { Services } from '@/services/services.ts';
import { NotebookSession } from './notebook-session.ts';

type Where = Pick<Services, 'tabs' | 'documents'>;

/** The session of the tab in front, of whatever kind. */
export function activeDocument({ tabs, documents }: Where): DocumentSession | null {
  const { tabs: all, activeId } = tabs.store.getState();
  const key = all.find((tab) => tab.id === activeId)?.key;
  return documents.sessions.all().find((session) => session.path === key) ?? null;
}

/** The notebook of the tab in front. */
export function activeNotebook(where: Where): NotebookSession | null {
  const session = activeDocument(where);
  return session instanceof NotebookSession ? session : null;
}

/** Cells that were cut or copied, for all notebooks of this page. */
export type CellClipboard = readonly NotebookCell[];

export const cellTypes: readonly { value: CellType; label: string }[] = [
  { value: 'code', label: 'Code' },
  { value: 'markdown', label: 'Markdown' },
  { value: 'raw', label: 'Raw' },
];
