import { type Problem, ProblemError } from '@atelier-ide/contract';

/** The problem with which a promise is rejected; fails when it is not. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => new Error('Nothing was refused.'),
    (reason: unknown) => reason,
  );
  if (error instanceof ProblemError) return error.problem;
  throw error;
}
