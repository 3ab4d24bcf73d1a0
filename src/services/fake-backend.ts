import type { LogService } from '@/platform/log/log-service.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import { Emitter } from '@/base/emitter.ts';
import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import type { PageSignals } from './page-signals.ts';

/** One request as the backend saw it. */
export type SeenRequest = {
  method: string;
  /** Path and query. */
  url: string;
  headers: Headers;
  body: unknown;
  bytes: Uint8Array;
};

type Answer = Response | object | undefined;
type Route = (request: SeenRequest) => Answer | Promise<Answer>;

/** A backend made of routes, `GET /path` → answer (an object is 200 JSON). The longest prefix that fits is asked. */
export type FakeBackend = {
  fetch: typeof fetch;
  readonly requests: SeenRequest[];
  on: (route: string, answer: Route) => void;
  /** From now on every request fails as without a network, until it is called with false. */
  cutNetwork(isCut: boolean): void;
  seen(method: string, prefix: string): SeenRequest[];
};

export function createFakeBackend(): FakeBackend {
  const routes = new Map<string, Route>();
  const requests: SeenRequest[] = [];
  let isCut = false;
  const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    if (isCut) throw new TypeError('Failed to fetch');
    const request = new Request(new URL(input instanceof Request ? input.url : input, 'http://studio.test'), {
      ...(input instanceof Request ? { method: input.method, headers: input.headers } : {}),
      ...init,
    });
    const bytes = new Uint8Array(await request.arrayBuffer());
    const { pathname, search } = new URL(request.url);
    const seen: SeenRequest = {
      method: request.method,
      url: pathname + search,
      headers: request.headers,
      body: parse(bytes),
      bytes,
    };
    requests.push(seen);
    const name = `${seen.method} ${seen.url}`;
    const key = [...routes.keys()]
      .filter((one) => name.startsWith(one))
      .sort((a, b) => b.length - a.length)[0];
    const answer = key === undefined ? problemResponse(404, 'not-found') : await routes.get(key)?.(seen);
    if (answer instanceof Response) return answer;
    return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
  };
  return {
    fetch: send,
    requests,
    on: (route, answer) => void routes.set(route, answer),
    cutNetwork(cut) {
      isCut = cut;
    },
    seen: (method, prefix) => requests.filter((one) => one.method === method && one.url.startsWith(prefix)),
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return bytes.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Not JSON: a test looks at `bytes`.
    return undefined;
  }
}

export function problemResponse(status: number, code: string, extra: object = {}): Response {
  const body = {
    type: `urn:atelier:problem:${code}`,
    title: code,
    status,
    detail: `Said ${code}.`,
    code,
    ...extra,
  };
  return Response.json(body, { status, headers: { 'Content-Type': 'application/problem+json' } });
}

/** A page whose signals the test fires. */
export function createFakePage(): PageSignals & {
  wake(): void;
  maybeLose(): void;
  signInElsewhere(): void;
  readonly toldSignIns: number;
} {
  const wake = new Emitter<void>();
  const lose = new Emitter<void>();
  const signIn = new Emitter<void>();
  let told = 0;
  return {
    onDidWake: wake.event,
    onDidMaybeLose: lose.event,
    onDidSignInElsewhere: signIn.event,
    tellSignIn: () => void told++,
    signInElsewhere: () => signIn.fire(),
    get toldSignIns() {
      return told;
    },
    wake: () => wake.fire(),
    maybeLose: () => lose.fire(),
    dispose() {
      wake.dispose();
      lose.dispose();
      signIn.dispose();
    },
  };
}

/** Keeps what was logged. */
export function createFakeLog(): LogService & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    debug: (message) => void lines.push(`debug ${message}`),
    warn: (message, facts) => void lines.push(`warn ${message} ${JSON.stringify(facts ?? {})}`),
    error: (message, error) => void lines.push(`error ${message} ${String(error)}`),
  };
}

export function createFakeStorage(): StorageService & { readonly values: Map<string, JsonValue> } {
  const values = new Map<string, JsonValue>();
  return {
    values,
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, structuredClone(value)),
    remove: (key) => void values.delete(key),
  };
}
