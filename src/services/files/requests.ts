import { problem, ProblemError } from '@atelier-ide/contract';
import type { Gate } from '../studio-api/gate.ts';
import { readProblem } from '../studio-api/read-problem.ts';
import type { AppRoot } from './file-backend.ts';
import type { SaveCondition } from './files-service.ts';

/** One request to the JupyterServer app; `path` is below the app's address. Throws a problem for every failure. */
export type AppRequest = (path: string, init?: RequestInit) => Promise<Response>;

/** Makes requests to an app by way of the relay. */
export function createAppRequest(gate: Gate, root: AppRoot): AppRequest {
  return async (path, init) => {
    const response = await gate.fetch(gate.origin.http((await root()) + path), {
      cache: 'no-store',
      ...init,
    });
    if (!response.ok) throw new ProblemError(await readProblem(response));
    return response;
  };
}

/** The address of the JupyterServer app, which it has once it runs. */
export function rootOf(app: { endpoint?: { baseUrl: string } | undefined }): string {
  if (app.endpoint) return app.endpoint.baseUrl;
  throw new ProblemError(problem('app-not-running', 'The file server has no address yet. Try again.'));
}

/** Whether an error is a problem with one of these HTTP statuses. */
export function isProblem(error: unknown, ...statuses: readonly number[]): error is ProblemError {
  return error instanceof ProblemError && statuses.includes(error.problem.status);
}

/** `signal` as an init, where there is one (exact optional properties). */
export function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal ? { signal } : {};
}

/** The condition as a header. "Whatever is there" has none. */
export function conditionHeader(condition: SaveCondition): Record<string, string> {
  if (condition === 'any') throw new Error('"any" has no header of its own');
  return condition === 'new' ? { 'If-None-Match': '*' } : { 'If-Match': `"${condition.hash}"` };
}
