import { type Environment, ProblemError, type StudioDocument } from '@atelier-ide/contract';
import { useState } from 'react';
import type { Services } from '@/services/services.ts';
import { hasLostKernel } from './choices.ts';

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
        setState({ isBusy: false, problem: problemText(error) });
      }
    },
  };
}

/** Why the server did not do it, in words. */
export function problemText(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.detail;
  return 'The server cannot be reached. Nothing was changed. Try again when the connection is back.';
}

/** What the document runs on, as it is known now. */
export function bindingOf(
  { documents }: Pick<Services, 'documents'>,
  documentId: string,
): StudioDocument['binding'] | undefined {
  return documents.store.getState().byId[documentId]?.binding;
}

/**
 * Takes the document to another environment and keeps the choice for what is made next. A document with a kernel
 * switches: it stays where it is until the new kernel stands. Backends without switches bind it anew.
 */
export async function moveTo(
  services: Services,
  documentId: string,
  environment: Environment,
): Promise<void> {
  const { documents, compute, session } = services;
  const hasKernel = environment.kernelName !== null;
  const binding = bindingOf(services, documentId);
  const hasOne = binding?.state === 'bound' || binding?.state === 'switching';
  // There is nothing to come from where the kernel has died.
  const runs = hasOne && !hasLostKernel(compute.store.getState(), binding);
  if (hasKernel && runs && session.has('switch')) await documents.switchTo(documentId, environment);
  else await documents.bind(documentId, hasKernel ? environment : null);
  if (hasKernel) compute.rememberEnvironment(environment);
}
