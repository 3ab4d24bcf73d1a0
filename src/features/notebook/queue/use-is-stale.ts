import { useMemo } from 'react';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import type { CellRun } from '../session/notebook-store.ts';

/** The source is no longer what ran. */
export function useIsStale(cell: NotebookCell, run: CellRun | undefined): boolean {
  const hash = run?.execution.sourceHash ?? null;
  return useMemo(
    () =>
      run !== undefined &&
      isFinished(run.execution.state) &&
      run.execution.state !== 'aborted' &&
      hash !== null &&
      hashSource(cell.source) !== hash,
    [cell.source, hash, run],
  );
}
