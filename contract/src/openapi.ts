import { z } from 'zod';
import { problemSchema } from './problems.ts';
import { type RouteSpec, apiBase, routes } from './routes.ts';
import { pageSchema } from './schema/common.ts';
import * as compute from './schema/compute.ts';
import * as documents from './schema/documents.ts';
import { studioEventSchema } from './schema/events.ts';
import * as identity from './schema/identity.ts';

/*
 * The OpenAPI 3.1 document, made from the routes and schemas. `contract/openapi.json` is this, committed; a test of the
 * server's side compares them, so that a change of the contract is always seen in a review.
 */

/*
 * Schemas are written in their `input` form: unknown fields are allowed, as readers ignore them. Query parameters are
 * coerced from text, so only their `output` form says what they are.
 */

/** Schemas that get a name of their own in the document; others are written where they are used. */
const named: Readonly<Record<string, z.ZodType>> = {
  Problem: problemSchema,
  Me: identity.meSchema,
  Capabilities: identity.capabilitiesSchema,
  Domain: identity.domainSchema,
  UserProfile: identity.userProfileSchema,
  Token: identity.tokenSchema,
  CreateToken: identity.createTokenSchema,
  CreatedToken: identity.createdTokenSchema,
  InstanceType: compute.instanceTypeSchema,
  Image: compute.imageSchema,
  App: compute.appSchema,
  CreateApp: compute.createAppSchema,
  Instance: compute.instanceSchema,
  Document: documents.documentSchema,
  PutDocument: documents.putDocumentSchema,
  PutBinding: documents.putBindingSchema,
  MoveDocument: documents.moveDocumentSchema,
  LeaseRequest: documents.leaseRequestSchema,
  Execution: documents.executionSchema,
  CreateExecutions: documents.createExecutionsSchema,
  PatchExecution: documents.patchExecutionSchema,
  Queue: documents.queueSchema,
  Recorded: documents.recordedSchema,
  Seen: documents.seenSchema,
  ExecutionResult: documents.executionResultSchema,
  Kernel: documents.kernelSchema,
  Registry: documents.registrySchema,
  StudioEvent: studioEventSchema,
};

type Json = Record<string, unknown>;
const refOf = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const known = Object.entries(named).find(([, each]) => each === schema);
  return known ? refOf(known[0]) : plain(schema, io);
}

function plain(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _version, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  // Pages are made anew for each route, so their item is looked up by its place.
  const items =
    schema instanceof z.ZodObject ? (schema.shape as Record<string, unknown>)['items'] : undefined;
  if (items instanceof z.ZodArray && schema instanceof z.ZodObject && 'nextCursor' in schema.shape) {
    const item = Object.entries(named).find(([, each]) => each === items.element);
    if (item) {
      const { $schema: _page, ...page } = z.toJSONSchema(pageSchema(z.unknown()), { io });
      return {
        ...page,
        properties: { items: { type: 'array', items: refOf(item[0]) }, nextCursor: { type: 'string' } },
      };
    }
  }
  return rest;
}

const content = (schema: Json, type = 'application/json'): Json => ({ [type]: { schema } });

const header = (name: string, description: string, required: boolean): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

function parametersOf(spec: RouteSpec): Json[] {
  const path = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const query = Object.entries(spec.query ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: plain(schema, 'output'),
  }));
  const headers: Json[] = [];
  if (spec.ifMatch)
    headers.push(header('If-Match', 'Generation of the binding that was seen, in quotes', true));
  if (spec.method === 'POST')
    headers.push(
      header('Idempotency-Key', 'The same key, user and body within 10 minutes is done once', false),
    );
  return [...path, ...query, ...headers];
}

const descriptions: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted: events tell how it goes on',
  204: 'Done; there is nothing to say',
};

function responsesOf(spec: RouteSpec): Json {
  const responses: Json = {};
  for (const [status, schema] of Object.entries(spec.responses)) {
    const description = descriptions[Number(status)] ?? 'An answer';
    responses[status] = schema
      ? { description, content: content(schemaOf(schema, 'input')) }
      : { description };
  }
  responses['default'] = {
    description: 'A problem (RFC 9457)',
    content: content(refOf('Problem'), 'application/problem+json'),
  };
  return responses;
}

function operationOf(name: string, spec: RouteSpec): Json {
  const parameters = parametersOf(spec);
  return {
    operationId: name,
    summary: spec.summary,
    ...(spec.feature === undefined ? {} : { 'x-feature': spec.feature }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(spec.body ? { requestBody: { required: true, content: content(schemaOf(spec.body, 'input')) } } : {}),
    responses: responsesOf(spec),
  };
}

const events: Json = {
  get: {
    operationId: 'streamEvents',
    summary:
      'The resumable stream of changes, as SSE; with an upgrade as WebSocket of one JSON text frame an event',
    parameters: [
      {
        name: 'after',
        in: 'query',
        required: false,
        description: 'Number of the last event that was seen',
        schema: { type: 'integer' },
      },
      {
        name: 'page',
        in: 'query',
        required: false,
        description:
          'Name of the page that listens; documents that it holds are free when its last stream ends',
        schema: { type: 'string' },
      },
      header('Last-Event-ID', 'The same as after, for SSE', false),
    ],
    responses: {
      200: { description: 'A stream of events', content: content(refOf('StudioEvent'), 'text/event-stream') },
      101: { description: 'The stream as WebSocket' },
      default: {
        description: 'A problem (RFC 9457)',
        content: content(refOf('Problem'), 'application/problem+json'),
      },
    },
  },
};

/** The OpenAPI document of the contract. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const [name, spec] of Object.entries(routes) as [string, RouteSpec][])
    (paths[spec.path] ??= {})[spec.method.toLowerCase()] = operationOf(name, spec);
  paths['/events'] = events;
  const schemas = Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, plain(schema, 'input')]),
  );
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Studio app model',
      version: '1.0.0',
      description: 'What a backend implements so that the SPA and any other client can work with it.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: apiBase }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A personal token' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-atelier',
          description:
            'The session of a browser; writes also carry X-XSRF-Token. The name is followed by the server’s id.',
        },
      },
    },
  };
}
