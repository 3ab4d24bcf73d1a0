import type {
  Binding,
  CreateSwitch,
  PutBinding,
  PutDocument,
  StudioDocument,
  Switch,
} from '@atelier-ide/contract';
import type { User } from '../studio/user.ts';
import type { LeaseChange, ServerWriting } from './leases.ts';

/** The server at work as the writer of a document, and where its file is. */
export type DocumentAsWriter = ServerWriting & { user: User; path: string };

export type DocumentForServer = {
  user: User;
  isNotebook: boolean;
  /** A page has it now. */
  isHeld: boolean;
  /** When the server may write it, by what is known now: a time of `steadyNow`. */
  freeAt: number;
};

/** Documents: the id that stays while a file is renamed, and which app and kernel a notebook is bound to. */
export type DocumentService = {
  list(user: User, filter: { path?: string; prefix?: string }): Promise<readonly StudioDocument[]>;
  get(user: User, documentId: string): Promise<StudioDocument>;
  /** Throws `not-found` unless it is a document of this user. */
  check(user: User, documentId: string): Promise<void>;
  put(user: User, request: PutDocument): Promise<{ document: StudioDocument; created: boolean }>;
  /** Compare-and-swap on `generation`; throws `stale-generation`. Starts what the environment needs in the background. */
  bind(user: User, documentId: string, generation: number, request: PutBinding): Promise<StudioDocument>;
  /**
   * Moves a document that has a kernel to another one, by compare-and-swap on `generation`. What can be seen at once
   * to be impossible is thrown and changes nothing; everything else is told by the switch.
   */
  createSwitch(user: User, request: CreateSwitch): Promise<Switch>;
  /** Throws `not-found`. */
  getSwitch(user: User, switchId: string): Switch;
  /** Undefined when it had ended. */
  cancelSwitch(user: User, switchId: string): Switch | undefined;
  move(user: User, documentId: string, path: string): Promise<StudioDocument>;
  /** Who writes the document (leases.ts); the answer says who it is. */
  lease(user: User, documentId: string, holder: string, change: LeaseChange): Promise<StudioDocument>;
  /** A page of this name is there, until it leaves. */
  arrive(userId: string, page: string): void;
  /** A page of this name is no more. */
  leave(userId: string, holder: string): void;
  /** Throws `lease-lost` for the number of an earlier writer. */
  checkFence(user: User, documentId: string, fence: number): Promise<void>;
  /** What the server needs to know before it writes; undefined when there is no such document. */
  forServer(documentId: string): Promise<DocumentForServer | undefined>;
  /** Work of the server as the writer; undefined while a page holds the document, or when it is no more. */
  write<T>(documentId: string, work: (as: DocumentAsWriter) => Promise<T>): Promise<T | undefined>;
  /** No page holds this document any more. */
  onDidFree(listener: (documentId: string) => void): () => void;
  /** Finds the kernels again that documents had in this app, which has outlived an earlier server. */
  resume(user: User, appId: string): Promise<void>;
  /** The binding as it is now, of a document that was read before. Throws `not-found`. */
  bindingOf(userId: string, documentId: string): Binding;
  /** A binding has changed, before it is published. */
  onDidBind(listener: (documentId: string, binding: Binding) => void): () => void;
};
