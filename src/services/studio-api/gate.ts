import type { Clock } from '../clock.ts';
import type { Origin } from '../origin.ts';
import { createSilence } from './silence.ts';

/**
 * The one way by which requests leave the page. It puts the XSRF token on everything that writes and tells the
 * session of every 401. A write that is refused because somebody signed in again in another tab (the cookie is new,
 * our token is old) is sent once more with the new token: the server did nothing with the first one.
 */
export type Gate = {
  fetch: typeof fetch;
  /** Headers of a write, for requests that cannot go through `fetch` (uploads with progress). */
  writeHeaders(): Record<string, string>;
  /** Somebody else saw a 401. */
  reject(): void;
  /** The network went silent: what waits for an answer may wait on a dead connection. */
  giveUp(): void;
  readonly origin: Origin;
};

/** What the gate is made of. */
export type GateConfig = {
  origin: Origin;
  fetch: typeof fetch;
  token(): string | null;
  /** Asks the server for the token again; answers the new one, or null when signed out. */
  refreshToken(): Promise<string | null>;
  onDidReject(): void;
  clock: Clock;
};

const xsrfHeader = 'X-XSRF-Token';

/** Makes the one `fetch` that all requests to the server go through. */
export function createGate(config: GateConfig): Gate {
  const silence = createSilence(config.clock);
  const writeHeaders = (): Record<string, string> => {
    const token = config.token();
    return token === null ? {} : { [xsrfHeader]: token };
  };

  async function send(
    input: RequestInfo | URL,
    init: RequestInit | undefined,
    isWrite: boolean,
  ): Promise<Response> {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    if (isWrite) for (const [name, value] of Object.entries(writeHeaders())) headers.set(name, value);
    const given = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const attempt = (signal: AbortSignal) =>
      config.fetch(input, { credentials: 'same-origin', ...init, headers, signal });
    return silence.guard(attempt, given ?? undefined, { isSafe: !isWrite, size: sizeOf(init?.body) });
  }

  async function gated(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    const isWrite = method !== 'GET' && method !== 'HEAD';
    const again = isWrite && input instanceof Request ? input.clone() : input;
    const used = config.token();
    const response = await send(input, init, isWrite);
    if (response.status === 401) config.onDidReject();
    if (response.status !== 403 || !isWrite) return response;
    const fresh = await config.refreshToken();
    return fresh === null || fresh === used ? response : send(again, init, isWrite);
  }

  return {
    fetch: gated,
    writeHeaders,
    reject: () => config.onDidReject(),
    giveUp: () => silence.begin(),
    origin: config.origin,
  };
}

/** In bytes. Of what does not tell its size we send little. */
function sizeOf(body: BodyInit | null | undefined): number {
  if (typeof body === 'string') return body.length;
  if (body instanceof Blob) return body.size;
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : 0;
}
