import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { Kernel } from '@atelier-ide/contract';
import type { User } from '../studio/user.ts';
import type { FrameHead } from './frame.ts';
import type { JournalEntry } from './journal.ts';

/**
 * All kernels that the server holds a socket to. One upstream WebSocket a kernel (the hub); browsers attach to the
 * hub, never to the app. Kernels are found by (appId, kernelId); attaching to a kernel of an app that a stock client
 * started makes its hub.
 */
export type KernelService = {
  list(user: User): readonly Kernel[];
  get(appId: string, kernelId: string): Kernel | undefined;
  /**
   * Starts a kernel in an app by its REST API and attaches the hub. `path` is the document's path (its cwd and
   * session). A kernel that the app's session of this path has already is taken over when it is of the same kind and
   * no other document's. Rejects with a problem.
   */
  start(
    user: User,
    appId: string,
    kernelName: string,
    path: string,
  ): Promise<{ kernel: Kernel; isNew: boolean }>;
  /**
   * Attaches the hub to a kernel that an earlier server has left in an app that outlives servers. Undefined when the
   * kernel is no more; then it has ended, for its executions too. Rejects with a problem when the app does not answer.
   */
  resume(user: User, appId: string, kernelId: string): Promise<Kernel | undefined>;
  /** Attaches a hub to every kernel of an app that an earlier server started. Rejects when the app does not answer. */
  resumeAll(user: User, appId: string): Promise<void>;
  /** Ends a kernel that `start` gave, best effort. */
  shutDown(appId: string, kernelId: string): Promise<void>;
  /** The document of this kernel has another path; the Jupyter session follows, best effort. */
  moveSession(appId: string, kernelId: string, path: string): Promise<void>;
  /** Which document the kernel belongs to; null = none any more. */
  assign(appId: string, kernelId: string, documentId: string | null): void;
  ownerOf(appId: string, kernelId: string): string | undefined;
  /** What executions need of one kernel; undefined when it is not known. */
  channel(appId: string, kernelId: string): KernelChannel | undefined;
  /** Takes over the upgrade of `…/api/kernels/{id}/channels`; origin, user and app were checked before. */
  handleUpgrade(
    user: User,
    appId: string,
    kernelId: string,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void;
  /** Interrupts a kernel from here, and resolves when its app has answered; one that cannot be reached is left alone. */
  interrupt(appId: string, kernelId: string): Promise<void>;
  /** The relay is about to pass this on. What waits is told now: the answer may come behind the end of what runs. */
  willControl(appId: string, kernelId: string, verb: KernelVerb): void;
  /** The relay saw a restart, interrupt or delete of this kernel done by the app. */
  didControl(appId: string, kernelId: string, verb: KernelVerb): void;
  /** What was about to be passed on was not done, or nobody will know. */
  didNotControl(appId: string, kernelId: string, verb: KernelVerb): void;
  onDidChange(listener: (kernel: Kernel, userId: string) => void): () => void;
  /** A kernel of the app died or was restarted by itself, with the cause in words. */
  onDidDie(listener: (kernel: Kernel, cause: string) => void): () => void;
  /** A kernel is no more: shut down, gone, or its app was stopped. */
  onDidEnd(listener: (kernel: Kernel, cause: string) => void): () => void;
  /** Everything that happens to requests of a kernel, for the execution queue. */
  onDidSignal(listener: (kernel: Kernel, signal: KernelSignal) => void): () => void;
  close(): Promise<void>;
};

export type KernelVerb = 'restart' | 'interrupt' | 'delete';

/** The server's own access to a kernel. */
export type KernelChannel = {
  readonly session: string;
  readonly epoch: string;
  /** A request sent now would reach the kernel. */
  readonly isReady: boolean;
  /** Journals and sends a frame; null when it could not be sent. */
  send(frame: Uint8Array): number | null;
  /** Asks app and kernel what is true; `caught-up` follows when the kernel has come past all that was sent. */
  reconcile(): void;
};

export type KernelSignal =
  | { type: 'frame'; entry: JournalEntry; head: FrameHead }
  /** Requests can be sent (again). */
  | { type: 'ready' }
  /** The kernel has come past everything before `seq`; what has no reply by now never gets one. */
  | { type: 'caught-up'; seq: number }
  /** Somebody interrupts the kernel; `interrupted` follows when its app has answered, or will not. */
  | { type: 'interrupting' }
  | { type: 'interrupted' }
  /** Somebody has asked for another process in the kernel's place. */
  | { type: 'restarting' }
  /** Another process stands in the kernel's place. */
  | { type: 'restarted'; cause: string }
  /** Why it died is known better than `former` said; what has ended since `since` with that cause has this one. */
  | { type: 'explained'; former: string; cause: string; since: string }
  | { type: 'ended'; cause: string };
