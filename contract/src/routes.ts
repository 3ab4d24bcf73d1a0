import { z } from 'zod';
import { pageSchema } from './schema/common.ts';
import {
  appSchema,
  createAppSchema,
  createImageSchema,
  foundEnvironmentSchema,
  imageSchema,
  instanceSchema,
  instanceTypeSchema,
  logTextSchema,
} from './schema/compute.ts';
import {
  createExecutionsSchema,
  createSwitchSchema,
  documentSchema,
  executionResultSchema,
  executionSchema,
  kernelSchema,
  leaseRequestSchema,
  moveDocumentSchema,
  patchExecutionSchema,
  queueSchema,
  putBindingSchema,
  putDocumentSchema,
  dropSchema,
  recordedSchema,
  registrySchema,
  seenSchema,
  switchSchema,
} from './schema/documents.ts';
import {
  capabilitiesSchema,
  createTokenSchema,
  createdTokenSchema,
  domainSchema,
  meSchema,
  tokenSchema,
  userProfileSchema,
} from './schema/identity.ts';

/** Where the app model lives on every backend. */
export const apiBase = '/api/studio/v1';

/** One route: where it is, what it takes and what it answers. */
export type RouteSpec = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below `apiBase`, parameters as `{name}`. */
  path: string;
  summary: string;
  /** Answers by status; `null` = no body. */
  responses: Record<number, z.ZodType | null>;
  body?: z.ZodType;
  query?: Record<string, z.ZodType>;
  /** Absent = required of every backend. */
  feature?: string;
  /** The request carries If-Match with the binding's generation. */
  ifMatch?: true;
};

const page = { limit: z.coerce.number().int().min(1).max(100).optional(), cursor: z.string().optional() };

/** The routes of contract v1, the single list from which the OpenAPI document, client and server are made. */
export const routes = {
  getMe: { method: 'GET', path: '/me', summary: 'Who is signed in', responses: { 200: meSchema } },
  getCapabilities: {
    method: 'GET',
    path: '/capabilities',
    summary: 'What this backend offers',
    responses: { 200: capabilitiesSchema },
  },
  getDomain: { method: 'GET', path: '/domain', summary: 'The domain', responses: { 200: domainSchema } },
  listUserProfiles: {
    method: 'GET',
    path: '/user-profiles',
    summary: 'User profiles (one’s own, or all for admins)',
    query: page,
    responses: { 200: pageSchema(userProfileSchema) },
  },
  getUserProfile: {
    method: 'GET',
    path: '/user-profiles/{id}',
    summary: 'One user profile',
    responses: { 200: userProfileSchema },
  },
  listInstanceTypes: {
    method: 'GET',
    path: '/instance-types',
    summary: 'The catalogue of instance types, with what this host can hold',
    query: page,
    responses: { 200: pageSchema(instanceTypeSchema) },
  },
  listImages: {
    method: 'GET',
    path: '/images',
    summary: 'Images that this user may start',
    query: page,
    responses: { 200: pageSchema(imageSchema) },
  },
  getImage: { method: 'GET', path: '/images/{id}', summary: 'One image', responses: { 200: imageSchema } },
  getImageLog: {
    method: 'GET',
    path: '/images/{id}/log',
    summary: 'The log of the making of an image',
    feature: 'logs',
    responses: { 200: logTextSchema },
  },
  retryImage: {
    method: 'POST',
    path: '/images/{id}/retry',
    summary: 'Make an image again whose making failed',
    feature: 'environments',
    responses: { 202: imageSchema },
  },
  createImage: {
    method: 'POST',
    path: '/images',
    summary: 'Make an image of an environment that was found, or get the one that was made of it',
    body: createImageSchema,
    feature: 'environments',
    responses: { 200: imageSchema, 201: imageSchema },
  },
  deleteImage: {
    method: 'DELETE',
    path: '/images/{id}',
    summary: 'Take back an image that the user made; refused while an app runs it',
    feature: 'environments',
    responses: { 204: null },
  },
  listEnvironments: {
    method: 'GET',
    path: '/environments',
    summary:
      'Environments in the home (kernelspecs, .venv, uv, conda) that can become images; looked for at each call',
    query: page,
    feature: 'environments',
    responses: { 200: pageSchema(foundEnvironmentSchema) },
  },
  listApps: {
    method: 'GET',
    path: '/apps',
    summary: 'Apps of this user',
    query: page,
    responses: { 200: pageSchema(appSchema) },
  },
  createApp: {
    method: 'POST',
    path: '/apps',
    summary: 'Start an app, or get the one that already runs for this image and type',
    body: createAppSchema,
    responses: { 200: appSchema, 202: appSchema },
  },
  getApp: { method: 'GET', path: '/apps/{id}', summary: 'One app', responses: { 200: appSchema } },
  deleteApp: {
    method: 'DELETE',
    path: '/apps/{id}',
    summary: 'Cancel or end an app',
    responses: { 202: appSchema, 204: null },
  },
  getAppLog: {
    method: 'GET',
    path: '/apps/{id}/log',
    summary: 'What an app has written to its log, also while it starts and after it failed',
    feature: 'logs',
    responses: { 200: logTextSchema },
  },
  listInstances: {
    method: 'GET',
    path: '/instances',
    summary: 'Instances of this user that exist now',
    query: page,
    responses: { 200: pageSchema(instanceSchema) },
  },
  getInstance: {
    method: 'GET',
    path: '/instances/{id}',
    summary: 'One instance',
    responses: { 200: instanceSchema },
  },
  deleteInstance: {
    method: 'DELETE',
    path: '/instances/{id}',
    summary: 'End all apps of an instance, and so the instance',
    responses: { 202: instanceSchema, 204: null },
  },
  listKernels: {
    method: 'GET',
    path: '/kernels',
    summary: 'Kernels of this user’s apps with their state',
    query: page,
    responses: { 200: pageSchema(kernelSchema) },
  },
  listDocuments: {
    method: 'GET',
    path: '/documents',
    summary: 'Documents by path, or all below a folder with prefix; never creates one',
    query: { path: z.string().optional(), prefix: z.string().optional(), ...page },
    responses: { 200: pageSchema(documentSchema) },
  },
  putDocument: {
    method: 'PUT',
    path: '/documents',
    summary: 'The document of a path, made when it is new',
    body: putDocumentSchema,
    responses: { 200: documentSchema, 201: documentSchema },
  },
  getDocument: {
    method: 'GET',
    path: '/documents/{id}',
    summary: 'One document',
    responses: { 200: documentSchema },
  },
  putBinding: {
    method: 'PUT',
    path: '/documents/{id}/binding',
    summary: 'Bind the document to an environment, or take its kernel away',
    body: putBindingSchema,
    ifMatch: true,
    responses: { 200: documentSchema },
  },
  createSwitch: {
    method: 'POST',
    path: '/switches',
    summary:
      'Move a document with a kernel to another environment; the old one goes on until the new one stands',
    body: createSwitchSchema,
    feature: 'switch',
    responses: { 202: switchSchema },
  },
  getSwitch: {
    method: 'GET',
    path: '/switches/{id}',
    summary: 'One switch',
    feature: 'switch',
    responses: { 200: switchSchema },
  },
  deleteSwitch: {
    method: 'DELETE',
    path: '/switches/{id}',
    summary: 'Cancel a switch; the document keeps what it had. 204 when it had ended',
    feature: 'switch',
    responses: { 202: switchSchema, 204: null },
  },
  moveDocument: {
    method: 'POST',
    path: '/documents/{id}/move',
    summary: 'The file has a new path; the id, binding and executions follow it',
    body: moveDocumentSchema,
    responses: { 200: documentSchema },
  },
  leaseDocument: {
    method: 'POST',
    path: '/documents/{id}/lease',
    summary:
      'Hold the document for 20 s. The answer says who holds it, which may be another page, and the fencing number',
    body: leaseRequestSchema,
    feature: 'leases',
    responses: { 200: documentSchema },
  },
  createExecutions: {
    method: 'POST',
    path: '/documents/{id}/executions',
    summary: 'Queue cells; they run one after the other, whether or not a browser is there',
    body: createExecutionsSchema,
    feature: 'executions',
    responses: { 202: pageSchema(executionSchema) },
  },
  listExecutions: {
    method: 'GET',
    path: '/documents/{id}/executions',
    summary: 'The newest execution of each cell, and all that are not ended',
    query: page,
    feature: 'executions',
    responses: { 200: pageSchema(executionSchema) },
  },
  getQueue: {
    method: 'GET',
    path: '/documents/{id}/queue',
    summary:
      'What runs and waits on the kernel of the document, in order, also of other documents and clients',
    feature: 'executions',
    responses: { 200: queueSchema },
  },
  dropExecutions: {
    method: 'POST',
    path: '/documents/{id}/dropped',
    summary:
      'None of these executions begins from now on: what waits is aborted, and so is what arrives later. Answers those that are known',
    body: dropSchema,
    feature: 'executions',
    responses: { 200: pageSchema(executionSchema) },
  },
  recordExecutions: {
    method: 'POST',
    path: '/documents/{id}/recorded',
    summary: 'The outputs of these executions are in the file now, or are not wanted any more',
    body: recordedSchema,
    feature: 'executions',
    responses: { 204: null },
  },
  seeExecutions: {
    method: 'POST',
    path: '/documents/{id}/seen',
    summary: 'A person was told of these executions, which ended while no page was there',
    body: seenSchema,
    feature: 'executions',
    responses: { 204: null },
  },
  getExecutionResult: {
    method: 'GET',
    path: '/executions/{id}/result',
    summary:
      'The source and the outputs of an execution that has ended: while the journal of its kernel is kept, or they are `unplaced`',
    feature: 'executions',
    responses: { 200: executionResultSchema },
  },
  deleteExecution: {
    method: 'DELETE',
    path: '/executions/{id}',
    summary: 'Take a queued execution out of the queue',
    feature: 'executions',
    responses: { 204: null },
  },
  patchExecution: {
    method: 'PATCH',
    path: '/executions/{id}',
    summary: 'Move a queued execution to another place in the queue; `seen` is its condition',
    body: patchExecutionSchema,
    feature: 'executions',
    responses: { 200: executionSchema },
  },
  listTokens: {
    method: 'GET',
    path: '/tokens',
    summary: 'Personal tokens of this user',
    query: page,
    feature: 'tokens',
    responses: { 200: pageSchema(tokenSchema) },
  },
  createToken: {
    method: 'POST',
    path: '/tokens',
    summary: 'Make a personal token; its secret is in this answer only',
    body: createTokenSchema,
    feature: 'tokens',
    responses: { 201: createdTokenSchema },
  },
  deleteToken: {
    method: 'DELETE',
    path: '/tokens/{id}',
    summary: 'Revoke a personal token',
    feature: 'tokens',
    responses: { 204: null },
  },
  listRegistries: {
    method: 'GET',
    path: '/registries',
    summary: 'Registries that this backend offers',
    query: page,
    feature: 'registries',
    responses: { 200: pageSchema(registrySchema) },
  },
} as const satisfies Record<string, RouteSpec>;
/** Name of a route, as the typed client and the OpenAPI document have it. */
export type RouteName = keyof typeof routes;
