import type { Origin } from '../origin.ts';

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
  /**
   * The network went silent: requests that wait for an answer since then fail as if it had been cut, because on a dead
   * connection their answer never comes. Younger ones may be on a connection of now.
   */
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
  now(): number;
};

const SILENT_MS = 5_000;
const xsrfHeader = 'X-XSRF-Token';

/** Makes the one `fetch` that all requests to the server go through. */
export function createGate(config: GateConfig): Gate {
  const writeHeaders = (): Record<string, string> => {
    const token = config.token();
    return token === null ? {} : { [xsrfHeader]: token };
  };

  const waiting = new Map<AbortController, number>();

  async function send(
    input: RequestInfo | URL,
    init: RequestInit | undefined,
    isWrite: boolean,
  ): Promise<Response> {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    if (isWrite) for (const [name, value] of Object.entries(writeHeaders())) headers.set(name, value);
    const given = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const ours = new AbortController();
    const signal = given ? AbortSignal.any([given, ours.signal]) : ours.signal;
    waiting.set(ours, config.now());
    try {
      return await config.fetch(input, { credentials: 'same-origin', ...init, headers, signal });
    } finally {
      waiting.delete(ours);
    }
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
    giveUp() {
      const since = config.now() - SILENT_MS;
      for (const [request, sentAt] of waiting)
        if (sentAt <= since) request.abort(new TypeError('The network went silent'));
    },
    origin: config.origin,
  };
}
