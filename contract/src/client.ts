import type { z } from 'zod';
import { type Problem, ProblemError, problem, problemSchema, strangerStatus } from './problems.ts';
import { apiBase, type RouteName, type RouteSpec, routes } from './routes.ts';

type Spec<N extends RouteName> = (typeof routes)[N];
type BodyOf<N extends RouteName> =
  Spec<N> extends { body: infer B extends z.ZodType } ? { body: z.input<B> } : object;
type AnswerOf<N extends RouteName> = {
  [S in keyof Spec<N>['responses']]: Spec<N>['responses'][S] extends z.ZodType
    ? z.output<Spec<N>['responses'][S]>
    : undefined;
}[keyof Spec<N>['responses']];

type ParamNames<P extends string> = P extends `${string}{${infer K}}${infer R}` ? K | ParamNames<R> : never;
type ParamsOf<N extends RouteName> =
  ParamNames<Spec<N>['path']> extends never
    ? object
    : { params: Record<ParamNames<Spec<N>['path']>, string> };

/** What a call of one route takes: path parameters, body and query by the route's schemas, and conditions. */
export type CallOptions<N extends RouteName> = BodyOf<N> &
  ParamsOf<N> & {
    query?: Record<string, string | number | undefined>;
    ifMatch?: string | number;
    idempotencyKey?: string;
    signal?: AbortSignal;
  };

/** What the client needs of its surroundings. */
export type ClientConfig = {
  /** Origin and prefix of the backend, without a trailing slash; '' = this page's origin. */
  baseUrl: string;
  fetch: typeof fetch;
  /** Headers for every request, e.g. `Authorization` or the XSRF header. */
  headers?: () => Record<string, string>;
};

/** Calls of the contract, typed by the list of routes. */
export type StudioClient = {
  /** Calls one route. Throws `ProblemError` for every answer that is not a success, and for one that breaks the schema. */
  call<N extends RouteName>(name: N, options: CallOptions<N>): Promise<AnswerOf<N>>;
  /** Reads all pages of a listing. */
  all<N extends RouteName>(
    name: N,
    options: CallOptions<N>,
  ): Promise<AnswerOf<N> extends { items: (infer I)[] } ? I[] : never>;
};

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const parsed = problemSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: a proxy in between answered. What it said is kept below.
  }
  const code =
    response.status === 401 ? 'sign-in-required' : response.status === 404 ? 'not-found' : 'app-unreachable';
  return {
    ...problem(code, `The server answered ${response.status}.`),
    status: strangerStatus(response.status),
    body: text.slice(0, 500),
  };
}

function urlOf(config: ClientConfig, spec: RouteSpec, options: CallOptions<RouteName>): string {
  const params = 'params' in options ? (options.params as Record<string, string>) : {};
  const path = spec.path.replace(/\{(\w+)\}/g, (_all, key: string) => encodeURIComponent(params[key] ?? ''));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(options.query ?? {}))
    if (value !== undefined) query.set(key, String(value));
  const tail = query.size > 0 ? `?${query.toString()}` : '';
  return `${config.baseUrl}${apiBase}${path}${tail}`;
}

/** Makes the typed client of the contract over a `fetch`. It holds no state and opens no connection by itself. */
export function createStudioClient(config: ClientConfig): StudioClient {
  async function call<N extends RouteName>(name: N, options: CallOptions<N>): Promise<AnswerOf<N>> {
    const spec: RouteSpec = routes[name];
    const headers: Record<string, string> = { Accept: 'application/json', ...config.headers?.() };
    const init: RequestInit = { method: spec.method, headers };
    if ('body' in options) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(options.body);
    }
    if (options.ifMatch !== undefined) headers['If-Match'] = `"${options.ifMatch}"`;
    if (options.idempotencyKey !== undefined) headers['Idempotency-Key'] = options.idempotencyKey;
    if (options.signal) init.signal = options.signal;
    const response = await config.fetch(urlOf(config, spec, options as CallOptions<RouteName>), init);
    if (!response.ok) throw new ProblemError(await problemOf(response));
    const schema = spec.responses[response.status];
    if (!schema) return undefined as AnswerOf<N>;
    const parsed = schema.safeParse(await response.json());
    if (!parsed.success) {
      throw new ProblemError(
        problem(
          'internal',
          `The answer of ${spec.method} ${spec.path} does not follow the contract: ${parsed.error.message}`,
        ),
      );
    }
    return parsed.data as AnswerOf<N>;
  }
  async function all(name: RouteName, options: CallOptions<RouteName>): Promise<never> {
    const items: unknown[] = [];
    let cursor: string | undefined;
    do {
      const answer = (await call(name, { ...options, query: { ...options.query, cursor } } as never)) as {
        items: unknown[];
        nextCursor?: string;
      };
      for (const item of answer.items) items.push(item);
      if (answer.nextCursor !== undefined && answer.nextCursor === cursor)
        throw new ProblemError(
          problem(
            'internal',
            `The pages of ${routes[name].path} do not end: the server gave one cursor twice.`,
          ),
        );
      cursor = answer.nextCursor;
    } while (cursor !== undefined);
    return items as never;
  }
  return { call, all: all as StudioClient['all'] };
}
