import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { AppEndpoint } from '../drivers/driver.ts';
import { problem } from '@atelier-ide/contract';
import { requestHeaders, responseHeaders } from './relay-headers.ts';
import type { RelayKind, RelayTarget } from './relay-path.ts';
import { sendProblem } from './problem-response.ts';
import { upstreamRequest } from './upstream-request.ts';

export type RelayedRequest = {
  target: RelayTarget;
  kind: RelayKind;
  endpoint: AppEndpoint;
  /** `/jupyter/{user}/{app}/` as the browser sees it. */
  publicBase: string;
};

export type RelayHttpOptions = {
  /** A connection on which nothing moved for so long is given up. */
  idleMs: number;
  onDidAnswer: (status: number) => void;
  onDidFail: (error: Error) => void;
};

const unreachable = problem(
  'app-unreachable',
  'The app did not answer. Its kernels may be gone; the files are not touched. Try again, or start the app again.',
);

/** The app does not take the token of the server: that is no matter of the browser's session. */
const refused = problem('app-unreachable', 'The app refused the token of the server. Start the app again.');

/** Sends one request to an app and its answer back, streaming both ways; each side's abort reaches the other. */
export function relayHttp(
  request: IncomingMessage,
  response: ServerResponse,
  relayed: RelayedRequest,
  options: RelayHttpOptions,
): void {
  const { target, kind, endpoint, publicBase } = relayed;
  const method = request.method ?? 'GET';
  const path = `${endpoint.basePath}${target.path}${target.search}`;
  const headers = requestHeaders(request.headers, endpoint);
  const upstream = upstreamRequest(endpoint, method, path, headers);
  let isDone = false;
  const failWith = (details: typeof unreachable, error: Error): void => {
    if (isDone) return;
    isDone = true;
    upstream.destroy();
    options.onDidFail(error);
    // Once the head is sent, cutting is the only way to say that the body is not whole.
    sendProblem(response, details);
  };

  upstream.setTimeout(options.idleMs, () => {
    failWith(unreachable, new Error('Idle for too long'));
    upstream.destroy();
  });
  upstream.on('error', (error) => failWith(unreachable, error));
  upstream.on('response', (answer) => {
    const status = answer.statusCode ?? 502;
    const mapped = responseHeaders(answer.headers, { kind, endpoint, publicBase });
    const leadsAway = answer.headers.location !== undefined && mapped['location'] === undefined;
    if (status === 401 || (status >= 300 && status < 400 && leadsAway)) {
      answer.resume();
      failWith(refused, new Error(`The app answered ${status}`));
      return;
    }
    isDone = true;
    options.onDidAnswer(status);
    response.writeHead(status, mapped);
    pipeline(answer, response, (error) => {
      if (error) {
        upstream.destroy();
        options.onDidFail(error);
      }
    });
  });
  // The browser went away: what the app still does for it is told to stop.
  response.on('close', () => {
    if (!response.writableFinished) {
      isDone = true;
      upstream.destroy();
    }
  });
  // Errors of either side are handled above; a plain pipe leaves the answer open when the app answers early.
  request.pipe(upstream);
}
