import type { App, Binding, PutDocument } from '@atelier-ide/contract';
import type { BindingRecord, DocumentRecord } from '../store/store.ts';
import type { User } from '../studio/user.ts';

export type BoundKernel = { appId: string; kernelId: string; kernelName: string };

export type Failure = NonNullable<Binding['failure']>;

/** How a start ended. */
export type StartEnd = { state: 'done' } | { state: 'failed'; failure: Failure } | { state: 'cancelled' };

/** Follows a start that moves a document from one kernel to another, and says when it may move. */
export type StartWatcher = {
  /** The switch that it is. */
  switchId: string;
  /** The app it will run in, before anything has changed; may throw a problem. */
  accept(app: App): void;
  didReach(step: 'kernel' | 'executions', kernel?: BoundKernel): void;
  /** The document still has work on its former kernel. */
  isHeld(): boolean;
  /** Resolves when `isHeld` may have changed; rejects when the signal aborts. */
  whenReleased(signal: AbortSignal): Promise<void>;
  didEnd(end: StartEnd): void;
};

/** The start of an environment for a document. */
export type Start = {
  appId: string;
  /** True when this start made the app; cancelling it then ends the app again. */
  hasMadeApp: boolean;
  kernelName: string;
  cancel: AbortController;
  /** Aborted with the reason when the kernel that it made ends before the document has it. */
  broken: AbortController;
  /** The new kernel, while the document does not have it yet. */
  kernel: BoundKernel | null;
  watcher: StartWatcher | undefined;
};

/** A document as the server holds it. */
export type DocumentState = {
  record: DocumentRecord;
  user: User;
  metadata: PutDocument['metadata'];
  /** Rises with every PUT of the binding; what happens by itself in between does not change it. */
  generation: number;
  bound: BoundKernel | null;
  /** The kernel of the binding ended by itself. */
  hasEnded: boolean;
  start: Start | null;
  /** Resolves when nothing is going on of the last start, which may have been cancelled. */
  settled: Promise<void>;
  failure: Failure | null;
  /** The page that writes it, also once its time is over. */
  lease: { holder: string; until: number } | null;
  /** When a page last had it; null = not since the server began. */
  leftAt: number | null;
  /** Whom the number of the record was given to; null = in an earlier life of the server. */
  writer: string | null;
  /** The server at work as the writer. */
  writing: { settled: Promise<void>; wanted: AbortController } | null;
  /** Hash of the file as the server wrote it last. */
  written: string | null;
  /** This server made it: no page of before knows it. */
  isNew: boolean;
  /** Publications, one after the other. */
  publishing: Promise<void>;
};

/** A kernel that an earlier server left counts as ended until it is found again. */
export function newDocumentState(record: DocumentRecord, user: User, kept?: BindingRecord): DocumentState {
  return {
    record,
    user,
    metadata: undefined,
    generation: kept?.generation ?? 0,
    bound: null,
    hasEnded: kept !== undefined && (kept.hasEnded || kept.kernel !== null),
    start: null,
    settled: Promise.resolve(),
    failure: null,
    lease: null,
    leftAt: null,
    writer: null,
    writing: null,
    written: null,
    isNew: false,
    publishing: Promise.resolve(),
  };
}

/** What outlives the server of a document's binding. */
export function keptBinding({ record, generation, bound, hasEnded }: DocumentState): BindingRecord {
  return { documentId: record.id, generation, kernel: bound, hasEnded };
}

function stateOf({ bound, start, hasEnded }: DocumentState): Binding['state'] {
  if (start) return bound ? 'switching' : 'starting';
  if (bound) return 'bound';
  return hasEnded ? 'ended' : 'none';
}

/** While another environment starts, the former kernel stays the document's. */
export function bindingView(document: DocumentState): Binding {
  const { generation, bound, start, failure } = document;
  return {
    generation,
    state: stateOf(document),
    ...(start && !bound ? { appId: start.appId, kernelName: start.kernelName } : {}),
    ...bound,
    ...(bound && start?.watcher ? { switchId: start.watcher.switchId } : {}),
    ...(failure ? { failure } : {}),
  };
}
