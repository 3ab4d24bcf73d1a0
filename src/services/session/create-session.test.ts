import { createStudioClient } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { createFakeBackend, createFakeLog, createFakePage, problemResponse } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createOrigin } from '../origin.ts';
import { createGate } from '../studio-api/gate.ts';
import { createSession } from './create-session.ts';

const me = { userProfileId: 'ann', domainId: 'd', displayName: 'Ann', role: 'user' };
const capabilities = { version: '1.0', serverId: 's', driver: 'local', features: ['executions', 'journal'] };

const out = () => problemResponse(401, 'sign-in-required', { loginUrl: '/login?here' });

function start() {
  const backend = createFakeBackend();
  const page = createFakePage();
  const origin = createOrigin('', 'http://studio.test');
  const session = createSession({ origin, fetch: backend.fetch, page, log: createFakeLog() });
  const gate = createGate({
    clock: createFakeClock(),
    origin,
    fetch: backend.fetch,
    token: () => session.token(),
    refreshToken: () => session.refreshToken(),
    onDidReject: () => session.didReject(),
  });
  const api = createStudioClient({ baseUrl: '', fetch: gate.fetch });
  session.useClient(api);
  const server = { token: 'one' as string | null };
  const guarded = (answer: object) => () => (server.token === null ? out() : answer);
  backend.on('GET /session', () =>
    server.token === null ? out() : { userId: 'ann', xsrfToken: server.token, serverId: 's' },
  );
  backend.on('GET /api/studio/v1/me', guarded(me));
  backend.on('GET /api/studio/v1/capabilities', guarded(capabilities));
  backend.on('POST /api/studio/v1/apps', ({ headers }) => {
    if (server.token === null) return out();
    if (headers.get('X-XSRF-Token') !== server.token) return problemResponse(403, 'forbidden');
    return problemResponse(409, 'limit-exceeded');
  });
  return { backend, page, session, api, server, settle: createFakeClock().settle };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error as { problem?: { code: string } }).problem?.code ?? String(error),
  );

describe('session', () => {
  it('reads who is signed in and what the backend offers', async () => {
    const { session } = start();
    await session.start();
    expect(session.store.getState()).toMatchObject({ status: 'signed-in', me: { displayName: 'Ann' } });
    expect(session.has('journal')).toBe(true);
    expect(session.has('quota')).toBe(false);
  });

  it('goes on at once when somebody signs in in another tab, and tells the others [Q3]', async () => {
    const { session, page, server, settle } = start();
    await session.start();
    expect(page.toldSignIns).toBe(1);
    server.token = null;
    await session.retry();
    expect(session.store.getState().status).toBe('expired');
    server.token = 'two';
    page.signInElsewhere();
    await expect.poll(() => session.store.getState().status).toBe('signed-in');
    await settle();
    expect(session.token()).toBe('two');
    expect(page.toldSignIns).toBe(2);
    page.signInElsewhere();
    await settle();
    expect(page.toldSignIns).toBe(2);
  });

  it('is signed out, not failed, without a session', async () => {
    const { session, server } = start();
    server.token = null;
    await session.start();
    expect(session.store.getState()).toEqual({ status: 'signed-out', loginUrl: '/login?here' });
  });

  it('says why it failed when the server is away, and comes back when the page wakes', async () => {
    const { session, backend, page, settle } = start();
    backend.cutNetwork(true);
    await session.start();
    expect(session.store.getState()).toMatchObject({ status: 'failed' });
    backend.cutNetwork(false);
    page.wake();
    await settle();
    await settle();
    expect(session.store.getState().status).toBe('signed-in');
  });

  it('expires at the first 401 of any client and keeps me and capabilities', async () => {
    const { session, api, server, settle } = start();
    await session.start();
    server.token = null;
    expect(await codeOf(api.call('getMe', {}))).toBe('sign-in-required');
    await settle();
    expect(session.store.getState()).toMatchObject({
      status: 'expired',
      me: { displayName: 'Ann' },
      loginUrl: '/login?here',
    });
    expect(session.has('journal')).toBe(true);
  });

  it('asks for the session once however many requests are refused', async () => {
    const { session, api, server, backend, settle } = start();
    await session.start();
    server.token = null;
    await Promise.all([1, 2, 3].map(() => codeOf(api.call('getMe', {}))));
    await settle();
    expect(backend.seen('GET', '/session')).toHaveLength(2);
  });

  it('goes on with a new token after a sign-in elsewhere', async () => {
    const { session, api, server, page, settle } = start();
    await session.start();
    server.token = null;
    await codeOf(api.call('getMe', {}));
    await settle();
    server.token = 'two';
    page.wake();
    await settle();
    await settle();
    expect(session.store.getState().status).toBe('signed-in');
    expect(await codeOf(api.call('createApp', { body: { type: 'KernelGateway' } }))).toBe('limit-exceeded');
  });

  it('sends a write once more when only its token was old', async () => {
    const { session, api, server, backend } = start();
    await session.start();
    server.token = 'two';
    expect(await codeOf(api.call('createApp', { body: { type: 'KernelGateway' } }))).toBe('limit-exceeded');
    const sent = backend.seen('POST', '/api/studio/v1/apps');
    expect(sent.map((one) => one.headers.get('X-XSRF-Token'))).toEqual(['one', 'two']);
    expect(sent[1]?.body).toEqual({ type: 'KernelGateway' });
  });

  it('does not send a write again that is forbidden for another reason', async () => {
    const { session, api, backend } = start();
    await session.start();
    backend.on('POST /api/studio/v1/apps', () => problemResponse(403, 'forbidden'));
    expect(await codeOf(api.call('createApp', { body: { type: 'KernelGateway' } }))).toBe('forbidden');
    expect(backend.seen('POST', '/api/studio/v1/apps')).toHaveLength(1);
  });

  it('puts no token on reads', async () => {
    const { session, backend } = start();
    await session.start();
    for (const request of backend.requests) expect(request.headers.has('X-XSRF-Token')).toBe(false);
  });

  it('signs in with a token in the place, and says what is wrong with one that is refused [Q3]', async () => {
    const { session, server, backend, page } = start();
    await session.start();
    server.token = null;
    await session.retry();
    backend.on('POST /login', ({ body }) => {
      if ((body as { token: string }).token !== 'good') return out();
      server.token = 'two';
      return { userId: 'ann', xsrfToken: 'two', serverId: 's' };
    });
    expect(await session.signIn('old')).toContain('not valid any more');
    expect(session.store.getState().status).toBe('expired');
    expect(await session.signIn('good')).toBeNull();
    expect(session.store.getState().status).toBe('signed-in');
    expect(session.token()).toBe('two');
    expect(page.toldSignIns).toBe(2);
  });

  it('says so when a token does not reach the server, or a page of something between answers', async () => {
    const { session, server, backend } = start();
    await session.start();
    server.token = null;
    await session.retry();
    backend.on('POST /login', () => new Response('<h1>502</h1>', { status: 502 }));
    expect(await session.signIn('good')).toContain('cannot be reached');
    backend.cutNetwork(true);
    expect(await session.signIn('good')).toContain('cannot be reached');
    backend.cutNetwork(false);
    backend.on('POST /login', () =>
      problemResponse(403, 'forbidden', { detail: 'This server has no user.' }),
    );
    expect(await session.signIn('good')).toBe('This server has no user.');
    expect(session.store.getState().status).toBe('expired');
  });

  it('does not let another person go on with the work on the page', async () => {
    const { session, api, server, backend, settle } = start();
    await session.start();
    server.token = null;
    await codeOf(api.call('getMe', {}));
    await settle();
    server.token = 'two';
    backend.on('GET /api/studio/v1/me', () => ({ ...me, userProfileId: 'bob', displayName: 'Bob' }));
    expect(await session.retry()).toBe(false);
    expect(session.store.getState()).toEqual({
      status: 'failed',
      reason: 'Signed in as Bob now. Reload the page to go on.',
    });
  });
});
