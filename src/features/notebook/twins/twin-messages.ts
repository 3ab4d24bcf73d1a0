/** What tabs of one browser that show the same notebook tell each other. */
import { type CellId, isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { KeptCell } from '@/services/edits/edits-service.ts';
import type { WaitingCell } from '../conflict/disk-store.ts';
import type { CellResult } from '../document/notebook-model.ts';

/** Of a cell, the order or the metadata: the higher number is newer; of equal ones the later name. */
export type Version = { readonly n: number; readonly by: string };

export const NONE: Version = { n: 0, by: '' };

export const isNewer = (one: Version, than: Version): boolean =>
  one.n > than.n || (one.n === than.n && one.by > than.by);

/** A cell as a tab has it now. */
export type SharedCell = {
  readonly id: CellId;
  readonly version: Version;
  /** The cell before it, for tabs that do not have it. */
  readonly after: CellId | null;
  /** null: deleted. */
  readonly cell: KeptCell | null;
  /** Results that no kernel tells of: of a pasted cell, or none where a person cleared them. */
  readonly result?: CellResult;
};

export type SharedOrder = { readonly version: Version; readonly ids: readonly CellId[] };
export type SharedMetadata = { readonly version: Version; readonly value: JsonObject };

/** What one tab changed. */
export type TwinChange = {
  readonly type: 'change';
  readonly cells: readonly SharedCell[];
  readonly order?: SharedOrder;
  readonly metadata?: SharedMetadata;
};

/** All of a notebook, for a tab that just opened it. */
export type TwinState = {
  readonly type: 'state';
  readonly to: string;
  /** What the file held, by the names that its cells have in the tabs. */
  readonly base: { readonly hash: string; readonly ids: readonly CellId[] };
  /** All cells in order. */
  readonly cells: readonly SharedCell[];
  /** Deleted cells and their versions. */
  readonly gone: readonly SharedCell[];
  readonly order: SharedOrder;
  readonly metadata: SharedMetadata;
  /** Cells that wait for a choice; tabs of earlier versions do not tell. */
  readonly waiting?: readonly WaitingCell[];
};

/** A tab opened the notebook and wants its state. */
export type TwinHello = { readonly type: 'hello'; readonly from: string };

export type TwinMessage =
  | TwinChange
  | TwinState
  | TwinHello
  /** The file was written. */
  | { readonly type: 'saved' }
  /** A person wants it saved. */
  | { readonly type: 'save' }
  /** A person works in a tab that does not write. */
  | { readonly type: 'take' }
  /** A person chose in one tab; what came of it is a change. */
  | { readonly type: 'chosen'; readonly ids: readonly CellId[] }
  | { readonly type: 'moved'; readonly path: string };

const TYPES: ReadonlySet<unknown> = new Set([
  'change',
  'state',
  'hello',
  'saved',
  'save',
  'take',
  'chosen',
  'moved',
] satisfies TwinMessage['type'][]);

/** Tabs may run different versions of the product: what is of an unknown kind is passed over. */
export function asTwinMessage(data: unknown): TwinMessage | null {
  return isJsonObject(data) && TYPES.has(data['type']) ? (data as unknown as TwinMessage) : null;
}
