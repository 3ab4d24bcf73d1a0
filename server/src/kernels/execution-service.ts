import type { CreateExecutions, Execution } from '@atelier-ide/contract';

/** The queue of each kernel as resources. The server forwards one execute_request at a time; a msg_id runs once. */
export type ExecutionService = {
  /** Queues cells for the kernel that the document is bound to, or will be when its binding is `starting`. */
  submit(userId: string, documentId: string, request: CreateExecutions): readonly Execution[];
  /** Newest execution of each cell and all that are not ended, oldest first. */
  list(documentId: string): readonly Execution[];
  remove(userId: string, executionId: string): void;
  move(userId: string, executionId: string, position: number): Execution;
  recorded(documentId: string, executionIds: readonly string[]): void;
  close(): void;
};
