import type { Execution, Queue } from '@atelier-ide/contract';
import type { StoreApi } from 'zustand/vanilla';
import type { Disposable } from '@/base/disposable.ts';

/** A cell to run, with its source as it is now. */
export type ExecutionItem = {
  id: string;
  cellId: string;
  sourceHash: string;
  code: string;
  /** Its failure stops nothing behind it. */
  mayFail?: boolean;
};

/**
 * The executions of one document. With the backend's `executions` feature the server owns the queue; without it this
 * page sends one request at a time over the kernel's socket and `endsWithPage` is true.
 */
export type DocumentExecutions = Disposable & {
  readonly store: StoreApi<{ isLoaded: boolean; byId: Readonly<Record<string, Execution>> }>;
  readonly endsWithPage: boolean;
  submit(items: readonly ExecutionItem[], stopOnError: boolean): Promise<void>;
  /**
   * Before the kernel is interrupted or restarted by `act`: nothing that was submitted so far begins any more, wherever
   * it is on its way. What is submitted from now on goes behind `act`.
   */
  dropAndThen(act: () => Promise<void>): Promise<void>;
  remove(executionId: string): Promise<void>;
  /** What runs and waits on the kernel now, in order, also of other documents; the first ones of many. */
  queue(): Promise<Queue>;
  /** Moves what waits to a place in the queue as it was `seen`; rejects where another order stands now. */
  move(executionId: string, position: number, seen: readonly string[]): Promise<void>;
  /** Says that the outputs of these executions are in the file now, or are not wanted any more. */
  recorded(executionIds: readonly string[]): Promise<void>;
  /** Says that a person was told of these, which ended while no page was there. */
  seen(executionIds: readonly string[]): Promise<void>;
  /** The text of a notebook whose only cell has the source that ran and its outputs. */
  result(executionId: string): Promise<string>;
};

/** Executions by document. */
export type ExecutionsService = {
  /** Fresh id for an execution, valid as a msg_id. */
  newId(): string;
  of(documentId: string): DocumentExecutions;
};
