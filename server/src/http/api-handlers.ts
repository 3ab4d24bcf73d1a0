import { type Capabilities, type Domain, type LeaseRequest, apiBase } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { DocumentService } from '../documents/document-service.ts';
import type { Driver } from '../drivers/driver.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { ExecutionResults } from '../recorder/execution-results.ts';
import type { Users } from '../studio/users.ts';
import type { ApiAnswer, ApiHandlers } from './api-call.ts';
import { imageHandlers } from './image-handlers.ts';
import type { LiveCredentials } from './live-credentials.ts';
import { pageOf } from './pages.ts';
import { credentialOfToken, type PersonalTokens } from './personal-tokens.ts';
import { fail } from './problem-response.ts';
import { switchHandlers } from './switch-handlers.ts';

export type ApiServices = {
  domain: Domain;
  driver: Driver;
  users: Users;
  apps: AppService;
  kernels: KernelService;
  executions: ExecutionService;
  results: Pick<ExecutionResults, 'read'>;
  documents: DocumentService;
  tokens: PersonalTokens;
  live: LiveCredentials;
  capabilities: Capabilities;
};

const ok = (body: unknown, status = 200, headers: Record<string, string> = {}): ApiAnswer => ({
  status,
  body,
  headers,
});
const gone: ApiAnswer = { status: 204 };
const leaseChange = ({ release, take }: LeaseRequest) =>
  release === true ? 'release' : take === true ? 'take' : 'keep';
const byId = (item: { id: string }): string => item.id;
const location = (path: string): Record<string, string> => ({ Location: `${apiBase}${path}` });

type Part<K extends keyof ApiHandlers> = Pick<ApiHandlers, K>;

function identity(
  s: ApiServices,
): Part<
  'getMe' | 'getCapabilities' | 'getDomain' | 'listUserProfiles' | 'getUserProfile' | 'listRegistries'
> {
  return {
    getMe: ({ principal: { user } }) =>
      ok({ userProfileId: user.id, domainId: s.domain.id, displayName: user.name, role: user.role }),
    getCapabilities: () => ok(s.capabilities),
    getDomain: () => ok(s.domain),
    listUserProfiles: ({ principal: { user }, query }) => {
      const visible = user.role === 'admin' ? s.users.all() : [user];
      return ok(
        pageOf(
          visible.map((each) => s.users.profileOf(each)),
          byId,
          query,
        ),
      );
    },
    getUserProfile: ({ principal: { user }, params }) => {
      const asked = s.users.byId(params.id);
      if (!asked || (asked.id !== user.id && user.role !== 'admin'))
        throw fail('not-found', 'There is no such user profile.');
      return ok(s.users.profileOf(asked));
    },
    // A place for registries that later drivers bring; this backend has none.
    listRegistries: ({ query }) => ok(pageOf([], byId, query)),
  };
}

function compute(
  s: ApiServices,
): Part<
  | 'listInstanceTypes'
  | 'listImages'
  | 'getImage'
  | 'listApps'
  | 'createApp'
  | 'getApp'
  | 'deleteApp'
  | 'getAppLog'
  | 'listInstances'
  | 'getInstance'
  | 'deleteInstance'
  | 'listKernels'
> {
  return {
    listInstanceTypes: async ({ query }) =>
      ok(pageOf(await s.driver.instanceTypes(), (type) => type.name, query)),
    listImages: async ({ query }) => ok(pageOf(await s.driver.images(), byId, query)),
    getImage: async ({ params }) => {
      const image = (await s.driver.images()).find((each) => each.id === params.id);
      if (!image) throw fail('not-found', 'There is no such image.');
      return ok(image);
    },
    listApps: ({ principal, query }) => ok(pageOf(s.apps.list(principal.user), byId, query)),
    createApp: ({ principal, body }) => {
      const { app, created } = s.apps.create(principal.user, body);
      return ok(app, created ? 202 : 200, location(`/apps/${app.id}`));
    },
    getApp: ({ principal, params }) => ok(s.apps.get(principal.user, params.id)),
    deleteApp: ({ principal, params }) => {
      const app = s.apps.remove(principal.user, params.id);
      return app ? ok(app, 202) : gone;
    },
    getAppLog: async ({ principal, params }) => {
      const { id } = s.apps.get(principal.user, params.id);
      return ok((await s.driver.appLog?.(id)) ?? { text: '', cutBytes: 0 });
    },
    listInstances: ({ principal, query }) => ok(pageOf(s.apps.instances(principal.user), byId, query)),
    getInstance: ({ principal, params }) => ok(s.apps.instance(principal.user, params.id)),
    deleteInstance: ({ principal, params }) => {
      const instance = s.apps.removeInstance(principal.user, params.id);
      return instance ? ok(instance, 202) : gone;
    },
    listKernels: ({ principal, query }) =>
      ok(pageOf(s.kernels.list(principal.user), (kernel) => `${kernel.appId}/${kernel.id}`, query)),
  };
}

function documents(
  s: ApiServices,
): Part<'listDocuments' | 'putDocument' | 'getDocument' | 'putBinding' | 'moveDocument' | 'leaseDocument'> {
  return {
    listDocuments: async ({ principal, query }) => {
      const filter = {
        ...(query.path === undefined ? {} : { path: query.path }),
        ...(query.prefix === undefined ? {} : { prefix: query.prefix }),
      };
      return ok(pageOf(await s.documents.list(principal.user, filter), byId, query));
    },
    putDocument: async ({ principal, body }) => {
      const { document, created } = await s.documents.put(principal.user, body);
      return ok(document, created ? 201 : 200, location(`/documents/${document.id}`));
    },
    getDocument: async ({ principal, params }) => ok(await s.documents.get(principal.user, params.id)),
    putBinding: async ({ principal, params, generation, body }) =>
      ok(await s.documents.bind(principal.user, params.id, generation, body)),
    moveDocument: async ({ principal, params, body }) =>
      ok(await s.documents.move(principal.user, params.id, body.path)),
    leaseDocument: async ({ principal, params, body }) =>
      ok(await s.documents.lease(principal.user, params.id, body.holder, leaseChange(body))),
  };
}

function executions(
  s: ApiServices,
): Part<
  | 'createExecutions'
  | 'listExecutions'
  | 'getQueue'
  | 'dropExecutions'
  | 'recordExecutions'
  | 'seeExecutions'
  | 'getExecutionResult'
  | 'deleteExecution'
  | 'patchExecution'
> {
  return {
    // The document is read first: it is not found for other users, and their queues stay unknown to them.
    createExecutions: async ({ principal, params, body }) => {
      await s.documents.check(principal.user, params.id);
      const items = s.executions.submit(principal.user.id, params.id, body);
      // Who is answered may rely on it; the first request is on its way to the kernel meanwhile.
      await s.executions.whenKept();
      return ok({ items }, 202);
    },
    listExecutions: async ({ principal, params, query }) => {
      await s.documents.check(principal.user, params.id);
      return ok(pageOf(s.executions.list(params.id), byId, query));
    },
    getQueue: async ({ principal, params }) => {
      await s.documents.check(principal.user, params.id);
      return ok(s.executions.queue(principal.user.id, params.id));
    },
    dropExecutions: async ({ principal, params, body }) => {
      await s.documents.check(principal.user, params.id);
      const items = s.executions.drop(principal.user.id, params.id, body.executionIds);
      await s.executions.whenKept();
      return ok({ items });
    },
    recordExecutions: async ({ principal, params, body }) => {
      await s.documents.check(principal.user, params.id);
      s.executions.recorded(params.id, body.executionIds);
      return gone;
    },
    seeExecutions: async ({ principal, params, body }) => {
      await s.documents.check(principal.user, params.id);
      s.executions.seen(params.id, body.executionIds);
      return gone;
    },
    getExecutionResult: async ({ principal, params }) =>
      ok({ notebook: await s.results.read(principal.user.id, params.id) }),
    deleteExecution: ({ principal, params }) => {
      s.executions.remove(principal.user.id, params.id);
      return gone;
    },
    patchExecution: ({ principal, params, body }) =>
      ok(s.executions.move(principal.user.id, params.id, body)),
  };
}

function tokens(s: ApiServices): Part<'listTokens' | 'createToken' | 'deleteToken'> {
  return {
    listTokens: async ({ principal, query }) =>
      ok(pageOf(await s.tokens.list(principal.user.id), byId, query)),
    createToken: async ({ principal, body }) => ok(await s.tokens.create(principal, body), 201),
    deleteToken: async ({ principal, params }) => {
      if (!(await s.tokens.remove(principal.user.id, params.id)))
        throw fail('not-found', 'There is no such token.');
      s.live.end(credentialOfToken(params.id));
      return gone;
    },
  };
}

/** One handler a route of the contract: what the services answer, in the form of HTTP. */
export function createApiHandlers(services: ApiServices): ApiHandlers {
  return {
    ...identity(services),
    ...compute(services),
    ...imageHandlers(services),
    ...switchHandlers(services),
    ...documents(services),
    ...executions(services),
    ...tokens(services),
  };
}
