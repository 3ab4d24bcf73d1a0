import { randomBytes } from 'node:crypto';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { NetConnectOpts } from 'node:net';
import type { AppEndpoint } from '../drivers/driver.ts';

/** An answer of an app's Jupyter Server. `body` is the parsed JSON, or undefined when it is none. */
export type AppAnswer = { status: number; body: unknown };

/** The app did not answer at all: no connection, cut, or too late. */
export class AppUnreachableError extends Error {
  override readonly name = 'AppUnreachableError';
  /** It took the connection, or may have, and did not answer in time. */
  readonly isLate: boolean;
  constructor(message: string, isLate = false) {
    super(message);
    this.isLate = isLate;
  }
}

export type AppCall = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below the Jupyter base URL, without a leading slash, e.g. `api/kernels`. */
  path: string;
  body?: unknown;
  timeoutMs: number;
};

/** Answers larger than this are a fault: kernels and sessions are small. */
const maxAnswerBytes = 8 * 1024 * 1024;

/** Headers by which the server shows itself to an app. */
export function appHeaders(endpoint: AppEndpoint): Record<string, string> {
  if (endpoint.token !== '') return { Authorization: `token ${endpoint.token}` };
  // Without a token Jupyter wants its XSRF cookie and header to agree; they need not come from it.
  const xsrf = randomBytes(16).toString('hex');
  return { Cookie: `_xsrf=${xsrf}`, 'X-XSRFToken': xsrf };
}

/** Socket options that reach the app, for sockets opened by hand. */
export function connectOptions(endpoint: AppEndpoint): NetConnectOpts {
  const { target } = endpoint;
  return 'socketPath' in target ? { path: target.socketPath } : { host: target.host, port: target.port };
}

function optionsFor(endpoint: AppEndpoint, call: AppCall, body: string | undefined): RequestOptions {
  const { target } = endpoint;
  // Kept, and ended by this side after the answer: an app that closes first would break node's last, empty write.
  const headers: Record<string, string> = {
    Accept: 'application/json',
    Connection: 'keep-alive',
    ...appHeaders(endpoint),
  };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    headers['Content-Length'] = String(Buffer.byteLength(body));
  }
  const base: RequestOptions = {
    method: call.method,
    path: endpoint.basePath + call.path,
    headers,
    agent: false,
  };
  if ('socketPath' in target) return { ...base, socketPath: target.socketPath };
  return { ...base, host: target.host, port: target.port };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page or an empty body: the status says what there is to say.
    return undefined;
  }
}

/** One call of an app's Jupyter REST API. Rejects with `AppUnreachableError`; every HTTP status is an answer. */
export function callApp(endpoint: AppEndpoint, call: AppCall): Promise<AppAnswer> {
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const isTls = 'protocol' in endpoint.target && endpoint.target.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const fail = (message: string): void => {
      clearTimeout(timer);
      reject(new AppUnreachableError(message, isLate));
    };
    let isLate = false;
    const request = (isTls ? httpsRequest : httpRequest)(optionsFor(endpoint, call, body), (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size > maxAnswerBytes) request.destroy(new Error('the answer is too large'));
        else parts.push(part);
      });
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, body: parseJson(Buffer.concat(parts).toString('utf8')) });
      });
      response.on('error', (error) => fail(error.message));
    });
    const timer = setTimeout(() => {
      isLate = true;
      request.destroy(new Error(`no answer within ${call.timeoutMs / 1000} s`));
    }, call.timeoutMs);
    request.on('error', (error) => fail(error.message));
    request.end(body);
  });
}
