/**
 * The source and the outputs of one execution, folded from the journal of its kernel: for those whose outputs have no
 * place in their file.
 */
import { type Execution, ProblemError, problem } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import { newNotebook } from '@atelier-ide/core/notebook/read.ts';
import { writeNotebook } from '@atelier-ide/core/notebook/write.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { Journals } from '../kernels/journal/journals.ts';
import { JournalFold } from './journal-fold.ts';

export type ExecutionResults = {
  /** The text of a notebook with this one cell. Throws `not-found` where the journal is no longer kept. */
  read(userId: string, executionId: string): Promise<string>;
};

/** A journal of 512 MiB takes seconds. */
const limitMs = 60_000;

export function createExecutionResults(
  executions: Pick<ExecutionService, 'get'>,
  journals: Pick<Journals, 'openReader'>,
): ExecutionResults {
  return {
    async read(userId, executionId) {
      const execution = executions.get(userId, executionId);
      if (!isFinished(execution.state))
        throw new ProblemError(problem('conflict', 'This cell has not ended yet.'));
      const { journal, kernelId } = execution;
      const open = () => journals.openReader(kernelId, userId);
      const result = journal ? await resultOf(execution, new JournalFold(open, journal.seq - 1)) : undefined;
      if (!result)
        throw new ProblemError(
          problem('not-found', 'The outputs are no longer kept: the journal of their kernel is gone.'),
        );
      const parsed = newNotebook();
      const { source, outputs, executionCount } = result;
      const shape = { type: 'code', metadata: {}, hasFileId: true } as const;
      const cell = { ...shape, id: newCellId(), source, outputs, executionCount };
      return writeNotebook(parsed, { ...parsed.document, cells: [cell] });
    },
  };
}

async function resultOf({ id, journal }: Execution, fold: JournalFold) {
  const signal = AbortSignal.timeout(limitMs);
  await fold.read(new Map([[id, journal?.seq ?? 0]]), signal);
  signal.throwIfAborted();
  return fold.resultOf(id);
}
