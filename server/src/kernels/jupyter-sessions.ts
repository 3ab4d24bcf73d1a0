import { randomUUID } from 'node:crypto';
import { problem, ProblemError } from '@atelier-ide/contract';
import type { AppEndpoint } from '../drivers/driver.ts';
import { type AppAnswer, type AppCall, AppUnreachableError, callApp } from './app-http.ts';

/** A kernel of an app with the Jupyter session that shows it to stock clients. */
export type StartedKernel = { kernelId: string; kernelName: string; sessionId: string; isNew: boolean };

export type StartRequest = {
  path: string;
  kernelName: string;
  /** True when another document holds this kernel. */
  isHeld: (kernelId: string) => boolean;
};

type Session = { id: string; path: string; kernelId: string; kernelName: string; isAlive: boolean };

const startTimeoutMs = 90_000;
const callTimeoutMs = 10_000;

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function sessionOf(value: unknown): Session | undefined {
  const session = asRecord(value);
  const kernel = asRecord(session['kernel']);
  const [id, kernelId] = [asText(session['id']), asText(kernel['id'])];
  if (id === '' || kernelId === '') return undefined;
  const isAlive = kernel['execution_state'] !== 'dead';
  return { id, kernelId, isAlive, path: asText(session['path']), kernelName: asText(kernel['name']) };
}

async function call(endpoint: AppEndpoint, request: AppCall): Promise<AppAnswer> {
  try {
    return await callApp(endpoint, request);
  } catch (error) {
    if (!(error instanceof AppUnreachableError)) throw error;
    // `hang up`: it was there, and ended before it had answered.
    const cause = /hang up|ECONNRESET/.test(error.message)
      ? 'it ended before the kernel had started'
      : error.message;
    throw new ProblemError(problem('app-unreachable', `The app did not start the kernel: ${cause}.`));
  }
}

const nameOf = (path: string): string => path.split('/').at(-1) ?? path;
const typeOf = (path: string): string => (path.endsWith('.ipynb') ? 'notebook' : 'file');

/**
 * The kernel for a document: the one that the app's session of this path has already, when it is of the wanted kind
 * and nobody else's (so work comes back that was let go), else a new one. A session of another kind keeps its kernel
 * and gives up the path.
 */
export async function startKernel(endpoint: AppEndpoint, request: StartRequest): Promise<StartedKernel> {
  const { path, kernelName } = request;
  const listing = await call(endpoint, { method: 'GET', path: 'api/sessions', timeoutMs: callTimeoutMs });
  const sessions = Array.isArray(listing.body) ? listing.body.map(sessionOf) : [];
  const former = sessions.find((session) => session?.path === path);
  if (former) {
    const isSameKind = kernelName === '' || former.kernelName === kernelName;
    if (isSameKind && former.isAlive && !request.isHeld(former.kernelId))
      return { kernelId: former.kernelId, kernelName: former.kernelName, sessionId: former.id, isNew: false };
    await moveSession(endpoint, former.id, `${path}.${randomUUID().slice(0, 8)}`);
  }
  const kernel = kernelName === '' ? {} : { name: kernelName };
  const answer = await call(endpoint, {
    method: 'POST',
    path: 'api/sessions',
    body: { path, name: nameOf(path), type: typeOf(path), kernel },
    timeoutMs: startTimeoutMs,
  });
  const session = sessionOf(answer.body);
  if (answer.status === 201 && session)
    return { kernelId: session.kernelId, kernelName: session.kernelName, sessionId: session.id, isNew: true };
  const said = asText(asRecord(answer.body)['message']) || `status ${answer.status}`;
  throw new ProblemError(
    problem('app-unreachable', `The kernel did not start: ${said}`, { code: 'kernel-start-failed' }),
  );
}

/** Gives a session a new path, best effort: stock clients show it, nothing of ours depends on it. */
export async function moveSession(endpoint: AppEndpoint, sessionId: string, path: string): Promise<void> {
  const body = { path, name: nameOf(path), type: typeOf(path) };
  await call(endpoint, {
    method: 'PATCH',
    path: `api/sessions/${sessionId}`,
    body,
    timeoutMs: callTimeoutMs,
  });
}

/** All kernels of an app, each with the session that shows it, where there is one. */
export async function allKernels(
  endpoint: AppEndpoint,
): Promise<readonly { id: string; name: string; sessionId: string | null }[]> {
  const ask = async (path: string): Promise<readonly unknown[]> => {
    const { status, body } = await call(endpoint, { method: 'GET', path, timeoutMs: callTimeoutMs });
    if (status === 200 && Array.isArray(body)) return body;
    throw new ProblemError(problem('app-unreachable', `The app answered ${status} for its kernels.`));
  };
  const [kernels, listing] = await Promise.all([ask('api/kernels'), ask('api/sessions')]);
  const sessions = new Map(listing.map(sessionOf).map((session) => [session?.kernelId, session?.id]));
  return kernels.map(asRecord).map((kernel) => {
    const id = asText(kernel['id']);
    return { id, name: asText(kernel['name']), sessionId: sessions.get(id) ?? null };
  });
}

/** Ends a kernel that was started for nothing. */
export async function endSession(endpoint: AppEndpoint, sessionId: string): Promise<void> {
  await call(endpoint, { method: 'DELETE', path: `api/sessions/${sessionId}`, timeoutMs: callTimeoutMs });
}

/** Interrupts a kernel of the app. */
export async function interruptKernel(endpoint: AppEndpoint, kernelId: string): Promise<void> {
  await call(endpoint, {
    method: 'POST',
    path: `api/kernels/${kernelId}/interrupt`,
    timeoutMs: callTimeoutMs,
  });
}

/** Name of a kernel of the app; null when the app says that there is none. Rejects with a problem when it does not answer. */
export async function kernelName(endpoint: AppEndpoint, kernelId: string): Promise<string | null> {
  const answer = await call(endpoint, {
    method: 'GET',
    path: `api/kernels/${kernelId}`,
    timeoutMs: callTimeoutMs,
  });
  if (answer.status === 404) return null;
  const name = asText(asRecord(answer.body)['name']);
  if (answer.status === 200 && name !== '') return name;
  throw new ProblemError(problem('app-unreachable', `The app answered ${answer.status} for the kernel.`));
}
