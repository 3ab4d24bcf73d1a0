import { routes } from '@atelier-ide/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestHttp, fateOf, nextMessage, startHttp } from './http.fixture.ts';

const base = '/api/studio/v1';

describe('personal tokens', () => {
  let t: TestHttp;
  let own: Record<string, string>;
  beforeEach(async () => {
    t = await startHttp();
    own = { ...(await t.signIn()), 'Content-Type': 'application/json' };
  });
  afterEach(() => t.close());

  const make = async (scopes: string[], more: object = {}, headers = own) => {
    const body = JSON.stringify({ name: 'script', scopes, ...more });
    return t.send(`${base}/tokens`, { method: 'POST', headers, body });
  };
  const bearer = async (scopes: string[], more: object = {}) => {
    const answer = (await make(scopes, more)).json();
    return {
      id: String(answer['id']),
      headers: { Authorization: `Bearer ${String(answer['secret'])}`, 'Content-Type': 'application/json' },
    };
  };
  const status = async (path: string, headers: Record<string, string>, method = 'GET', body?: string) =>
    (await t.send(path, { headers, method, ...(body === undefined ? {} : { body }) })).status;

  it('show their secret once and keep only its hash', async () => {
    const made = (await make(['read'])).json();
    const secret = String(made['secret']);
    expect(secret).toMatch(/^atl_[\w-]{43}$/);
    const list = await t.send(`${base}/tokens`, { headers: own });
    expect(list.text).not.toContain(secret);
    expect(list.text).not.toContain('secretHash');
    expect(list.json()).toMatchObject({ items: [{ id: made['id'], name: 'script', scopes: ['read'] }] });
    expect(JSON.stringify(await t.store.tokens.ofUser('ada'))).not.toContain(secret);
  });

  it('stand in the place of cookie, Origin and XSRF header, from any origin', async () => {
    const { headers } = await bearer(['read', 'write', 'compute']);
    const body = '{"type":"KernelGateway"}';
    expect(await status(`${base}/apps`, headers, 'POST', body)).toBe(202);
    const evil = { ...headers, Origin: 'https://evil.example' };
    expect(await status(`${base}/apps`, evil, 'POST', body)).toBe(202);
    const jupyter = { ...headers, Authorization: headers.Authorization.replace('Bearer', 'token') };
    expect(await status('/jupyter/ada/app-1/api/contents', jupyter)).toBe(200);
  });

  it('never fall back to the cookie', async () => {
    const headers: Record<string, string> = { ...own, Authorization: 'Bearer atl_wrong' };
    expect(await status(`${base}/me`, headers)).toBe(401);
    expect(await status('/jupyter/ada/app-1/api', headers)).toBe(401);
    expect(await fateOf(t.socket(`${base}/events`, headers))).toMatchObject({ code: 4401 });
    const { Origin: _origin, ...foreign } = headers;
    expect(await fateOf(t.socket(`${base}/events`, foreign))).toMatchObject({ status: 401 });
  });

  it.each([
    [['read'], 200, 403, 403],
    [['write'], 403, 201, 403],
    [['compute'], 403, 403, 202],
  ])('do what their scopes say: %j', async (scopes, read, write, compute) => {
    const { headers } = await bearer(scopes);
    expect(await status(`${base}/apps`, headers)).toBe(read);
    expect(await status(`${base}/documents`, headers, 'PUT', '{"path":"a.ipynb"}')).toBe(write);
    expect(await status(`${base}/apps`, headers, 'POST', '{"type":"KernelGateway"}')).toBe(compute);
  });

  it.each([
    ['GET', 'api/contents/a.txt', 'read'],
    ['GET', 'files/a.txt', 'read'],
    ['PUT', 'api/contents/a.txt', 'write'],
    ['POST', 'studio/save', 'write'],
    ['POST', 'api/kernels', 'compute'],
    ['DELETE', 'api/kernels/k-1', 'compute'],
    ['POST', 'api/sessions', 'compute'],
    ['POST', 'api/terminals', 'compute'],
    ['POST', 'api/shutdown', 'compute'],
  ])('relay %s %s with the scope %s only', async (method, path, needed) => {
    for (const scope of ['read', 'write', 'compute']) {
      const { headers } = await bearer([scope]);
      expect(await status(`/jupyter/ada/app-1/${path}`, headers, method), scope).toBe(
        scope === needed ? 200 : 403,
      );
    }
  });

  // Every write is named here, so that a new route is given its scope on purpose.
  const scopeOfWrite: Record<string, string> = {
    createApp: 'compute',
    deleteApp: 'compute',
    deleteInstance: 'compute',
    createImage: 'compute',
    retryImage: 'compute',
    deleteImage: 'compute',
    putBinding: 'compute',
    createSwitch: 'compute',
    deleteSwitch: 'compute',
    createExecutions: 'compute',
    patchExecution: 'compute',
    deleteExecution: 'compute',
    dropExecutions: 'compute',
    recordExecutions: 'write',
    seeExecutions: 'write',
    putDocument: 'write',
    moveDocument: 'write',
    leaseDocument: 'write',
    createToken: 'write',
    deleteToken: 'write',
  };

  it('do nothing on any route without its one scope', async () => {
    const tokens = await Promise.all(['read', 'write', 'compute'].map((scope) => bearer([scope])));
    for (const [name, { method, path }] of Object.entries(routes)) {
      const needed = method === 'GET' ? 'read' : scopeOfWrite[name];
      const answers = await Promise.all(
        tokens.map(({ headers }) => t.send(base + path.replaceAll(/\{\w+\}/g, 'x'), { method, headers })),
      );
      const refused = answers.filter(({ status }) => status === 403).map((each) => each.json()['scope']);
      expect(refused, name).toEqual([needed, needed]);
    }
  });

  it('open sockets with compute only', async () => {
    const compute = await bearer(['compute']);
    expect(await nextMessage(t.socket('/jupyter/ada/app-1/api/kernels/k-1/channels', compute.headers))).toBe(
      'from the hub',
    );
    const read = await bearer(['read']);
    const fate = await fateOf(t.socket('/jupyter/ada/app-1/api/kernels/k-1/channels', read.headers));
    expect(fate).toEqual({ code: 4403, messages: [] });
  });

  it('make only tokens that can do no more and live no longer', async () => {
    const { headers } = await bearer(['write'], { expiresInSeconds: 3600 });
    expect((await make(['write', 'compute'], {}, headers as never)).status).toBe(403);
    const child = (await make(['write'], { expiresInSeconds: 31_536_000 }, headers as never)).json();
    expect(Date.parse(String(child['expiresAt']))).toBe(t.clock.now + 3_600_000);
  });

  it('end when they are revoked or expire, with their sockets', async () => {
    const revoked = await bearer(['read', 'write']);
    const expiring = await bearer(['read'], { expiresInSeconds: 60 });
    const sockets = [revoked, expiring].map(({ headers }) => t.socket(`${base}/events`, headers));
    await Promise.all(sockets.map(nextMessage));
    const fates = sockets.map(fateOf);
    expect(await status(`${base}/tokens/${revoked.id}`, own, 'DELETE')).toBe(204);
    expect((await fates[0])?.code).toBe(4401);
    expect(await status(`${base}/me`, revoked.headers)).toBe(401);
    expect(await status(`${base}/tokens/${revoked.id}`, own, 'DELETE')).toBe(404);
    t.clock.now += 61_000;
    t.http.sweep();
    expect((await fates[1])?.code).toBe(4401);
    expect(await status(`${base}/me`, expiring.headers)).toBe(401);
  });

  it('say when they were last used', async () => {
    const { headers } = await bearer(['read']);
    t.clock.now += 5000;
    await status(`${base}/me`, headers);
    const items = (await t.send(`${base}/tokens`, { headers: own })).json()['items'];
    expect(items).toMatchObject([{ lastUsedAt: new Date(t.clock.now).toISOString() }]);
  });
});
