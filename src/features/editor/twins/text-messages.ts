/** What tabs of one browser that show the same text file tell each other. The tab that writes the file gives the order. */
import type { DiskNews, SaveState, TextBase } from '../text-store.ts';
import type { TextChange } from './text-change.ts';

/** What a person wants in a tab that does not write the file. */
export type Wish = 'flush' | 'save' | 'keepMine' | 'load' | 'look' | 'undoNews' | 'dismissNews';

/** How the file is, for the bars of every tab. */
export type FileNews = { readonly save: SaveState; readonly news: DiskNews | null };

/** All of it, for a tab that just opened the file or missed something, or (to nobody by name) from a new writing tab. */
export type TextHandover = FileNews & {
  readonly type: 'text-state';
  readonly to: string | null;
  /** The turn of one tab as the one that writes. */
  readonly epoch: string;
  readonly rev: number;
  readonly text: string;
  readonly base: TextBase;
  /** The text that was sent to the server and is not known to be in the file. */
  readonly sending: string | null;
  /** The last edit of each tab that is in the text. */
  readonly acks: Readonly<Record<string, number>>;
  /** The edits that are in no file are kept in this browser. */
  readonly isKept: boolean;
};

/** The text went from revision `rev - 1` to `rev`, by an edit of the writing tab or of the one that `ack` names. */
export type TextStep = {
  readonly type: 'text-step';
  readonly epoch: string;
  readonly rev: number;
  readonly change: TextChange;
  /** Of the text after it. */
  readonly length: number;
  readonly ack: { readonly from: string; readonly seq: number } | null;
};

/** What a tab that does not write made of revision `rev`. */
export type TextEdit = {
  readonly type: 'text-edit';
  readonly epoch: string;
  readonly rev: number;
  readonly from: string;
  readonly seq: number;
  readonly change: TextChange;
};

/** The state of the file changed; the base without a text is the text that was sent last. */
export type TextFileNews = FileNews & {
  readonly type: 'text-file';
  readonly epoch: string;
  readonly base: { readonly hash: string; readonly text?: string } | null;
};

export type TextMessage =
  | { readonly type: 'text-hello'; readonly from: string }
  | TextHandover
  | TextStep
  | TextEdit
  | TextFileNews
  | { readonly type: 'text-wish'; readonly wish: Wish }
  /** The file has another name. */
  | { readonly type: 'text-moved'; readonly path: string };

const TYPES: ReadonlySet<unknown> = new Set([
  'text-hello',
  'text-state',
  'text-step',
  'text-edit',
  'text-file',
  'text-wish',
  'text-moved',
] satisfies TextMessage['type'][]);

/** Tabs may run different versions of the product, or show the file as a notebook: what is of an unknown kind is passed over. */
export function asTextMessage(data: unknown): TextMessage | null {
  const isMessage = typeof data === 'object' && data !== null && 'type' in data && TYPES.has(data.type);
  return isMessage ? (data as TextMessage) : null;
}
