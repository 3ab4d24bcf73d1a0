import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Problem, type ProblemCode, ProblemError, problem } from '@atelier-ide/contract';
import type { Log } from '../log.ts';

export const loginPath = '/login';

/** Headers of every answer that is not a page. */
export const apiHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
} as const;

/** Seconds after which a client may ask again. */
const retryAfter: Partial<Record<string, string>> = { 'app-not-running': '2', 'app-unreachable': '1' };

export function signInRequired(): Problem {
  return problem('sign-in-required', 'Open the sign-in link that the server printed when it started.', {
    loginUrl: loginPath,
  });
}

export const fail = (code: ProblemCode, detail: string, extra: Partial<Problem> = {}): ProblemError =>
  new ProblemError(problem(code, detail, extra));

/** What the client learns of an error: problems as they are, anything else without its text, which goes to the log. */
export function problemOf(error: unknown, log: Log, what: string): Problem {
  if (error instanceof ProblemError) return error.problem;
  log.error('A request failed', { request: what, error });
  return problem(
    'internal',
    'The reason is in server.log in the data folder. Nothing was changed by halves; try again.',
  );
}

export function problemHeaders(details: Problem): Record<string, string> {
  const after = retryAfter[details.code];
  return {
    ...apiHeaders,
    'Content-Type': 'application/problem+json',
    ...(after === undefined ? {} : { 'Retry-After': after }),
  };
}

export function sendProblem(response: ServerResponse, details: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(details);
  response.writeHead(details.status, {
    ...problemHeaders(details),
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Answers an upgrade that will not take place, in HTTP. */
export function refuseUpgrade(socket: Duplex, details: Problem): void {
  const body = JSON.stringify(details);
  const headers = {
    ...problemHeaders(details),
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${details.status} ${details.title}\r\n${lines.join('')}\r\n${body}`);
}
