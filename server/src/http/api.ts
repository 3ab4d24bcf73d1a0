import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import {
  type Capabilities,
  ProblemError,
  type RouteName,
  type RouteSpec,
  type Scope,
  apiBase,
  routes,
} from '@atelier-ide/contract';
import type { Authentication } from './authenticate.ts';
import type { ApiAnswer, ApiHandlers } from './api-call.ts';
import type { Guard } from './guard.ts';
import type { HttpEnv } from './http-env.ts';
import { createIdempotency } from './idempotency.ts';
import type { Principal } from './principal.ts';
import { isJson, readBody } from './read-body.ts';
import { apiHeaders, fail, signInRequired } from './problem-response.ts';

/** Enough for every cell of a very large notebook in one submission. */
const maxBodyBytes = 32 * 1024 * 1024;

export type ApiOptions = {
  authentication: Authentication;
  guard: Guard;
  handlers: ApiHandlers;
  capabilities: Capabilities;
  now: () => number;
  /** Tests: an answer that breaks its schema is an error, not only the client's finding. */
  checkAnswers: boolean;
};

type Handler = (call: {
  principal: Principal;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  generation: number | undefined;
}) => ApiAnswer | Promise<ApiAnswer>;

/** Routes that put compute to work or take it away; other writes are `write`, reads are `read`. */
const computeRoutes: ReadonlySet<string> = new Set<RouteName>([
  'createApp',
  'deleteApp',
  'deleteInstance',
  'putBinding',
  'createSwitch',
  'deleteSwitch',
  'createImage',
  'retryImage',
  'deleteImage',
  'createExecutions',
  'deleteExecution',
  'dropExecutions',
  'patchExecution',
]);

function scopeOf(name: string, spec: RouteSpec): Scope {
  if (spec.method === 'GET') return 'read';
  return computeRoutes.has(name) ? 'compute' : 'write';
}

/** Who may call; throws what the client is told otherwise. Shared by the API and the relay. */
export function authorise(
  options: Pick<ApiOptions, 'authentication' | 'guard'>,
  principal: Principal | undefined,
  headers: Parameters<Guard['isOwnRead']>[0],
  need: { scope: Scope; isWrite: boolean },
): asserts principal is Principal {
  if (!principal) throw new ProblemError(signInRequired());
  if (principal.session && !options.guard.isOwnRead(headers))
    throw fail('forbidden', 'Another site may not use this session.', { reason: 'origin' });
  const forgery = need.isWrite ? options.authentication.forgery(principal, headers) : undefined;
  if (forgery === 'origin')
    throw fail('forbidden', 'Another site may not use this session.', { reason: 'origin' });
  if (forgery === 'xsrf')
    throw fail('forbidden', 'Send the X-XSRF-Token of GET /session.', { reason: 'xsrf' });
  if (!principal.scopes.has(need.scope))
    throw fail('forbidden', `This token lacks the scope ${need.scope}.`, { scope: need.scope });
}

function parseWith(schema: z.ZodType, value: unknown, prefix: readonly string[] = []): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = [...prefix, ...(issue?.path ?? []).map(String)].join('.');
  throw fail('bad-input', `${path === '' ? 'The body' : path}: ${issue?.message ?? 'not valid'}.`, { path });
}

function queryOf(spec: RouteSpec, search: Record<string, string>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(spec.query ?? {})) {
    const value = parseWith(schema, search[name], [name]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function bodyOf(spec: RouteSpec, text: string, contentType: string | undefined): unknown {
  if (!spec.body) return undefined;
  if (!isJson(contentType))
    throw fail('bad-input', 'Send the body as JSON, with Content-Type: application/json.', { path: '' });
  try {
    return parseWith(spec.body, JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw fail('bad-input', `The body is not JSON: ${error.message}.`, { path: '' });
  }
}

function generationOf(spec: RouteSpec, header: string | undefined): number | undefined {
  if (!spec.ifMatch) return undefined;
  if (header === undefined)
    throw fail('condition-required', 'Name the generation of the binding you saw in If-Match.');
  const digits = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (digits === undefined)
    throw fail('bad-input', 'If-Match is the generation of the binding, in quotes.', { path: 'If-Match' });
  return Number(digits);
}

function paramsOf(spec: RouteSpec, c: Context): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [, name] of spec.path.matchAll(/\{(\w+)\}/g)) {
    const value = name === undefined ? undefined : c.req.param(name);
    if (name === undefined || value === undefined || !/^[\w.-]{1,128}$/.test(value))
      throw fail('not-found', 'There is nothing with this id.');
    params[name] = value;
  }
  return params;
}

function respond(c: Context<HttpEnv>, spec: RouteSpec, answer: ApiAnswer, check: boolean): Response {
  const schema = spec.responses[answer.status];
  if (check && (schema === undefined || (schema === null) !== (answer.body === undefined)))
    throw new Error(`${spec.method} ${spec.path} answered ${answer.status} against the contract.`);
  if (check && schema) schema.parse(answer.body);
  const headers: Record<string, string> = { ...apiHeaders, ...answer.headers };
  if (answer.body === undefined) return c.body(null, answer.status as 204, headers);
  const text = JSON.stringify(answer.body);
  if (spec.method === 'GET' && spec.path.endsWith('}')) {
    const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    headers['ETag'] = tag;
    headers['Cache-Control'] = 'no-cache';
    const known = c.req.header('If-None-Match')?.split(',') ?? [];
    if (known.some((each) => each.trim().replace(/^W\//, '') === tag)) return c.body(null, 304, headers);
  }
  headers['Content-Type'] = 'application/json';
  return c.body(text, answer.status as ContentfulStatusCode, headers);
}

/** The routes of the contract over the services, below `/api/studio/v1`. */
export function createApi(options: ApiOptions): Hono<HttpEnv> {
  const { authentication, handlers, capabilities, now, checkAnswers } = options;
  const idempotency = createIdempotency(now);
  const app = new Hono<HttpEnv>().basePath(apiBase);
  app.use('*', async (c, next) => {
    const principal = await authentication.of(c.env.incoming.headers);
    if (!principal) throw new ProblemError(signInRequired());
    c.set('principal', principal);
    await next();
  });

  const methods = new Map<string, string[]>();
  for (const [name, spec] of Object.entries(routes) as [RouteName, RouteSpec][]) {
    const path = spec.path.replace(/\{(\w+)\}/g, ':$1');
    const handler = handlers[name] as Handler;
    methods.set(path, [...(methods.get(path) ?? []), spec.method]);
    app.on(spec.method, path, async (c) => {
      const principal = c.var.principal;
      const { headers } = c.env.incoming;
      authorise(options, principal, headers, { scope: scopeOf(name, spec), isWrite: spec.method !== 'GET' });
      if (spec.feature !== undefined && !capabilities.features.some((each) => each === spec.feature))
        throw fail('not-offered', `This backend does not offer ${spec.feature}.`, { feature: spec.feature });
      const params = paramsOf(spec, c);
      const query = queryOf(spec, c.req.query());
      const generation = generationOf(spec, c.req.header('If-Match'));
      const text = spec.body ? await readBody(c.env.incoming, maxBodyBytes) : '';
      const body = bodyOf(spec, text, c.req.header('Content-Type'));
      const act = async () => handler({ principal, params, query, body, generation });
      const key = spec.method === 'POST' ? c.req.header('Idempotency-Key') : undefined;
      const answer = await idempotency.run(
        key,
        `${principal.user.id} ${spec.method} ${c.req.path}`,
        text,
        act,
      );
      return respond(c, spec, answer, checkAnswers);
    });
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) => {
      throw new MethodError(allowed, c.req.method);
    });
  }
  return app;
}

/** A path that exists, by a method that it does not know. */
export class MethodError extends ProblemError {
  readonly allow: string;
  constructor(allowed: readonly string[], method: string) {
    const list = [...new Set([...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])])].join(', ');
    const details = fail('bad-input', `This path answers ${list}, not ${method}.`).problem;
    super({
      ...details,
      status: 405,
      title: 'Method not allowed',
      code: 'method-not-allowed',
      type: 'urn:atelier:problem:method-not-allowed',
    });
    this.allow = list;
  }
}
