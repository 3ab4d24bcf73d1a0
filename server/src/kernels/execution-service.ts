import type { CreateExecutions, Execution, Queue } from '@atelier-ide/contract';
import type { QueueMove } from '@atelier-ide/core/execution/queue-order.ts';

/** The queue of each kernel as resources. The server forwards one execute_request at a time; a msg_id runs once. */
export type ExecutionService = {
  /** Queues cells for the kernel that the document is bound to, or will be when its binding is `starting`. */
  submit(userId: string, documentId: string, request: CreateExecutions): readonly Execution[];
  /** Resolves when all that was submitted is written: it outlives the server. */
  whenKept(): Promise<void>;
  /** Newest execution of each cell and all that are not ended, oldest first. */
  list(documentId: string): readonly Execution[];
  /** What runs and waits on the document's kernel, also of other documents and clients; the first ones of many. */
  queue(userId: string, documentId: string): Queue;
  /** None of these begins from now on, also where it arrives only later. Answers those that are known. */
  drop(userId: string, documentId: string, executionIds: readonly string[]): readonly Execution[];
  remove(userId: string, executionId: string): void;
  /** Refuses with `stale-generation` where the queue is not as it was seen. */
  move(userId: string, executionId: string, move: Omit<QueueMove, 'id'>): Execution;
  recorded(documentId: string, executionIds: readonly string[]): void;
  /** All of the document whose outputs are not said to be in the file, oldest first. */
  unrecorded(documentId: string): readonly Execution[];
  /** The outputs of this execution have no place in the file, and why. */
  unplaced(executionId: string, why: NonNullable<Execution['unplaced']>): void;
  /** It ended while no page held its document. */
  unseen(executionId: string): void;
  /** A person was told of these. */
  seen(documentId: string, executionIds: readonly string[]): void;
  /** Throws `not-found` for another user's. */
  get(userId: string, executionId: string): Execution;
  /** Requests that an earlier server has passed on to this kernel: none of them runs again. */
  executedBefore(kernelId: string): readonly string[];
  /** Of the kernels of an earlier server these are there; what it left open on others has ended with its kernel. */
  settleLeft(there: ReadonlySet<string>): void;
  close(): void;
};
