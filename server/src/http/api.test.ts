import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError, createStudioClient } from '@atelier-ide/contract';
import { type TestHttp, startHttp } from './http.fixture.ts';

const base = '/api/studio/v1';

describe('the routes of the contract', () => {
  let t: TestHttp;
  let own: Record<string, string>;
  beforeAll(async () => {
    t = await startHttp();
    own = { ...(await t.signIn()), 'Content-Type': 'application/json' };
  });
  afterAll(() => t.close());

  const put = (body: string, headers: Record<string, string> = {}) =>
    t.send(`${base}/documents`, { method: 'PUT', headers: { ...own, ...headers }, body });

  it('are what the typed client expects [A1]', async () => {
    const client = createStudioClient({
      baseUrl: t.origin,
      fetch,
      headers: () => own,
    });
    expect(await client.call('getMe', {})).toMatchObject({ userProfileId: 'ada', role: 'user' });
    const { features, driver, serverId } = await client.call('getCapabilities', {});
    expect([driver, serverId]).toEqual(['local', 'abcdef0123456789']);
    expect(features).toEqual(['executions', 'leases', 'tokens', 'usage', 'registries']);
    expect(await client.all('listApps', { query: { limit: 2 } })).toHaveLength(3);
    expect(await client.call('putDocument', { body: { path: 'a.ipynb' } })).toMatchObject({ id: 'd1' });
    const execution = { id: 'message-1', cellId: 'c', sourceHash: 'h', code: 'x'.repeat(3_000_000) };
    const submitted = client.call('createExecutions', {
      params: { id: 'd1' },
      body: { stopOnError: true, items: [execution] },
    });
    expect(await submitted).toEqual({ items: [] });
    await expect(client.call('getApp', { params: { id: 'of-another' } })).rejects.toThrow(ProblemError);
  });

  it('ask for a sign-in by a problem, never by a redirect', async () => {
    const answer = await t.send(`${base}/apps`);
    expect([answer.status, answer.headers['content-type']]).toEqual([401, 'application/problem+json']);
    expect(answer.json()).toMatchObject({
      type: 'urn:atelier:problem:sign-in-required',
      status: 401,
      loginUrl: '/login',
    });
  });

  it.each([
    ['{"path":"../a"}', 'path'],
    ['{"path":"/etc/passwd"}', 'path'],
    ['{}', 'path'],
    ['{"path":"a.ipynb","metadata":{"instanceType":5}}', 'metadata.instanceType'],
    ['[]', ''],
    ['{"path":', ''],
    ['', ''],
  ])('name the field of bad input: %s', async (body, path) => {
    const answer = await put(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad-input', path });
  });

  it('do not guess what a body is', async () => {
    expect((await put('{"path":"a.ipynb"}', { 'Content-Type': 'text/plain' })).status).toBe(400);
  });

  it('refuse a body beyond the limit, announced or not', async () => {
    const big = `{"path":"${'a'.repeat(33 * 1024 * 1024)}"}`;
    const announced = await put('', { 'Content-Length': String(big.length) });
    expect(announced.json()).toMatchObject({ status: 413, code: 'too-large', limit: 33_554_432 });
    const streamed = await put(big, { 'Transfer-Encoding': 'chunked' });
    expect(streamed.json()).toMatchObject({ status: 413, code: 'too-large' });
    expect(
      t.calls.filter(({ name, args }) => name === 'documents.put' && JSON.stringify(args).length > 1e6),
    ).toEqual([]);
  });

  it('want the generation of a binding in If-Match', async () => {
    const bind = (headers: Record<string, string>) =>
      t.send(`${base}/documents/d1/binding`, {
        method: 'PUT',
        headers: { ...own, ...headers },
        body: '{"environment":null}',
      });
    expect((await bind({})).json()).toMatchObject({ status: 428, code: 'condition-required' });
    expect((await bind({ 'If-Match': '*' })).status).toBe(400);
    for (const tag of ['"3"', 'W/"3"', '3']) expect((await bind({ 'If-Match': tag })).status).toBe(200);
    const call = t.calls.find(({ name }) => name === 'documents.bind');
    expect(call?.args.slice(1)).toEqual(['d1', 3, { environment: null }]);
  });

  it('tell unknown paths, unknown methods and strange ids apart', async () => {
    expect((await t.send(`${base}/nothing`, { headers: own })).json()).toMatchObject({ code: 'not-found' });
    const wrong = await t.send(`${base}/me`, { method: 'DELETE', headers: own });
    expect([wrong.status, wrong.headers['allow']]).toEqual([405, 'GET, HEAD']);
    expect(wrong.headers['content-type']).toBe('application/problem+json');
    for (const id of ['a%20b', '%2e%2e', '%00', 'x'.repeat(200), 'a%2Fb', '%ff'])
      expect((await t.send(`${base}/apps/${id}`, { headers: own })).status, id).toBe(404);
  });

  it('page by cursor and refuse a limit or cursor that is not theirs', async () => {
    const first = (await t.send(`${base}/apps?limit=2`, { headers: own })).json();
    expect(first['items']).toHaveLength(2);
    const next = await t.send(`${base}/apps?limit=2&cursor=${String(first['nextCursor'])}`, { headers: own });
    expect(next.json()).toMatchObject({ items: [{ id: 'app-3' }] });
    expect(next.json()['nextCursor']).toBeUndefined();
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x'])
      expect((await t.send(`${base}/apps?${query}`, { headers: own })).status, query).toBe(400);
  });

  it('give single resources an ETag and 304 for it', async () => {
    const one = await t.send(`${base}/apps/app-1`, { headers: own });
    const etag = one.headers['etag'] ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const two = await t.send(`${base}/apps/app-1`, {
      headers: { ...own, 'If-None-Match': `"x", W/${etag}` },
    });
    expect([two.status, two.text]).toEqual([304, '']);
    expect((await t.send(`${base}/apps/app-1`, { method: 'HEAD', headers: own })).headers['etag']).toBe(etag);
  });

  it('do a POST with an Idempotency-Key once', async () => {
    const create = (key: string, imageId: string) =>
      t.send(`${base}/apps`, {
        method: 'POST',
        headers: { ...own, 'Idempotency-Key': key },
        body: JSON.stringify({ type: 'KernelGateway', imageId }),
      });
    const count = () => t.calls.filter(({ name }) => name === 'apps.create').length;
    const before = count();
    const answers = await Promise.all([create('k1', 'one'), create('k1', 'one'), create('k1', 'one')]);
    expect(answers.map((answer) => [answer.status, answer.text])).toEqual(
      answers.map(() => [202, answers[0]?.text]),
    );
    expect(answers.filter((answer) => answer.headers['idempotent-replay'] === 'true')).toHaveLength(2);
    expect(answers[0]?.headers['location']).toBe('/api/studio/v1/apps/made-one');
    expect((await create('k1', 'two')).json()).toMatchObject({ status: 409, code: 'conflict' });
    expect(count()).toBe(before + 1);
    await create('k2', 'one');
    t.clock.now += 11 * 60_000;
    await create('k1', 'two');
    expect(count()).toBe(before + 3);
  });

  it('keep another user out of a document by not finding it', async () => {
    const answer = await t.send(`${base}/documents/d2/executions`, { headers: own });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not-found' });
    expect(t.calls.filter(({ name }) => name === 'executions.list')).toEqual([]);
  });

  it('hide what went wrong inside, and say where it is written', async () => {
    const answer = await t.send(`${base}/instances`, { headers: own });
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.text).not.toMatch(/apps\.instances|at .*\.ts/);
  });
});

describe('a backend with features taken away', () => {
  it('answers 501 and does not list them', async () => {
    const config = { host: '127.0.0.1', withoutFeatures: ['executions', 'usage'], rotateLink: false };
    const t = await startHttp({ config });
    const headers = await t.signIn();
    const features = (await t.send(`${base}/capabilities`, { headers })).json()['features'];
    expect(features).toEqual(['leases', 'tokens', 'registries']);
    const answer = await t.send(`${base}/documents/d1/executions`, { headers });
    expect(answer.json()).toMatchObject({ status: 501, code: 'not-offered' });
    await t.close();
  });
});
