import { type Environment, ProblemError } from '@atelier-ide/contract';
import { useState } from 'react';
import type { Services } from '@/services/services.ts';

/** One choice being carried out: at work, failed with words, or nothing yet. */
export type Carrying = {
  isBusy: boolean;
  problem: string | null;
  /** Runs `choose` and closes with true, or keeps the dialog with the reason. */
  carryOut: (choose: () => Promise<void>) => Promise<void>;
};

export function useCarrying(close: (done: true) => void): Carrying {
  const [state, setState] = useState<{ isBusy: boolean; problem: string | null }>({
    isBusy: false,
    problem: null,
  });
  return {
    ...state,
    async carryOut(choose) {
      setState({ isBusy: true, problem: null });
      try {
        await choose();
        close(true);
      } catch (error) {
        setState({ isBusy: false, problem: reasonOf(error) });
      }
    },
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.detail;
  return 'The server cannot be reached. Nothing was changed. Try again when the connection is back.';
}

/** Binds the document, and keeps the choice for what is made next. */
export async function bindTo(
  services: Services,
  documentId: string,
  environment: Environment,
): Promise<void> {
  await services.documents.bind(documentId, environment.kernelName === null ? null : environment);
  if (environment.kernelName !== null) services.compute.rememberEnvironment(environment);
}
