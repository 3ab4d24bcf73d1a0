import type { LogService } from '@/platform/log/log-service.ts';
import { readProblem } from '../studio-api/read-problem.ts';

/** What the server says of this browser's session. */
export type SessionAnswer =
  | { kind: 'in'; token: string }
  | { kind: 'out'; loginUrl: string }
  | { kind: 'failed'; reason: string };

/** Said where no answer came. */
export const unreachable = 'The server cannot be reached. Check that it runs, then try again.';

const noLongerValid =
  'This link is not valid any more. Use the one that the server printed when it last started.';

/** Asks for the session; a server that cannot be reached is an answer too. */
export async function askSession(url: string, send: typeof fetch, log: LogService): Promise<SessionAnswer> {
  try {
    const headers = { Accept: 'application/json' };
    const response = await send(url, { credentials: 'same-origin', cache: 'no-store', headers });
    if (response.ok) return { kind: 'in', token: tokenOf(await response.json()) };
    const said = await readProblem(response);
    if (response.status === 401) return { kind: 'out', loginUrl: said.loginUrl ?? '/login' };
    return { kind: 'failed', reason: said.detail };
  } catch (error) {
    log.debug('The session could not be read', { error: String(error) });
    return { kind: 'failed', reason: unreachable };
  }
}

/** Exchanges the token of the printed link for a session cookie. Null when it worked, else what to do. */
export async function sendToken(
  url: string,
  token: string,
  { send, log }: { send: typeof fetch; log: LogService },
): Promise<string | null> {
  try {
    const response = await send(url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (response.ok) return null;
    const { body, detail } = await readProblem(response);
    if (response.status === 401) return noLongerValid;
    // A page of something between is no answer of the server.
    return body === undefined ? detail : unreachable;
  } catch (error) {
    log.debug('The token could not be sent', { error: String(error) });
    return unreachable;
  }
}

function tokenOf(answer: unknown): string {
  const { xsrfToken } = answer as { xsrfToken?: unknown };
  if (typeof xsrfToken !== 'string') throw new Error('GET /session gave no xsrfToken');
  return xsrfToken;
}
