/**
 * What a console is about, read from its tab. A console of its own has a document of its own under a path where no file
 * is; one that is attached to a notebook runs on the notebook's document and kernel.
 */
import { asCellId, type JsonValue } from '@atelier-ide/core/notebook/model.ts';
import type { Tab, TabInput } from '@/platform/tabs/tab-service.ts';

/** The input is the last cell of a console. */
export const INPUT = asCellId('console-input');

export const CONSOLE_EXTENSION = '.console';
const MARK = '#console-';

export type ConsoleAddress = {
  /** Names the session: unique among open documents. */
  key: string;
  /** Path of the document whose kernel it uses. */
  documentPath: string;
  isAttached: boolean;
  /** Ids of its entries begin with this, so that a document's executions tell whose they are. */
  prefix: string;
  /** Also what others run on the kernel is shown. */
  showsAll: boolean;
  /** Entries until this time (ISO) were cleared away. */
  clearedAt: string;
};

/** Whether the cell id of an execution is that of an entry of some console. */
export const isConsoleEntry = (cellId: string): boolean => cellId.startsWith('console-');

export function addressOf({ key, state = {} }: Pick<Tab, 'key' | 'state'>): ConsoleAddress {
  const at = key.indexOf(MARK);
  const isAttached = at >= 0;
  const notebook = textOf(state['notebook']);
  return {
    key,
    documentPath: isAttached ? (notebook ?? key.slice(0, at)) : key,
    isAttached,
    prefix: isAttached ? `console-${key.slice(at + MARK.length)}-` : 'console-',
    showsAll: state['showsAll'] === true,
    clearedAt: textOf(state['clearedAt']) ?? '',
  };
}

/** The tab of a console of its own. */
export function ownConsoleTab(path: string): TabInput {
  const name = path.slice(path.lastIndexOf('/') + 1, -CONSOLE_EXTENSION.length);
  return { kind: 'console', key: path, title: name, tooltip: name };
}

/** The tab of a console of a notebook's kernel; it stands below the notebook. */
export function notebookConsoleTab(path: string, id: string): TabInput {
  const title = titleFor(path);
  return {
    kind: 'console',
    key: `${path}${MARK}${id}`,
    title,
    tooltip: title,
    area: 'bottom',
    state: { notebook: path },
  };
}

export const titleFor = (notebook: string): string =>
  `Console of ${notebook.slice(notebook.lastIndexOf('/') + 1)}`;

/** The first free path for a new console of this folder; `taken` are paths that are open or have a kernel. */
export function freeConsolePath(folder: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) {
    const path = `${folder === '' ? '' : `${folder}/`}Console ${n}${CONSOLE_EXTENSION}`;
    if (!taken.has(path)) return path;
  }
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);
