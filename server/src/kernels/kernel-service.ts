import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { Kernel } from '@atelier-ide/contract';
import type { User } from '../studio/user.ts';

/**
 * All kernels that the server holds a socket to. One upstream WebSocket a kernel (the hub); browsers attach to the
 * hub, never to the app. Kernels are found by (appId, kernelId); attaching to a kernel of an app that a stock client
 * started makes its hub.
 */
export type KernelService = {
  list(user: User): readonly Kernel[];
  get(appId: string, kernelId: string): Kernel | undefined;
  /** Starts a kernel in an app by its REST API and attaches the hub. `path` is the document's path (its cwd and session). */
  start(user: User, appId: string, kernelName: string, path: string): Promise<Kernel>;
  /** Takes over the upgrade of `…/api/kernels/{id}/channels`; origin, user and app were checked before. */
  handleUpgrade(
    user: User,
    appId: string,
    kernelId: string,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void;
  /** The relay saw a restart, interrupt or delete of this kernel answered by the app. */
  didControl(appId: string, kernelId: string, verb: 'restart' | 'interrupt' | 'delete'): void;
  onDidChange(listener: (kernel: Kernel, userId: string) => void): () => void;
  /** A kernel of the app died or was restarted by itself, with the cause in words. */
  onDidDie(listener: (kernel: Kernel, cause: string) => void): () => void;
  close(): Promise<void>;
};
