import { describe, expect, it } from 'vitest';
import { createStudioClient } from './client.ts';
import { ProblemError, problem } from './problems.ts';

const token = {
  id: 't1',
  name: 'laptop',
  scopes: ['read'],
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
};

type Seen = { url: string; init: RequestInit };

function setUp(...answers: (() => Response)[]) {
  const seen: Seen[] = [];
  const client = createStudioClient({
    baseUrl: 'http://studio.test',
    fetch: async (input, init = {}) => {
      seen.push({ url: input instanceof Request ? input.url : input.toString(), init });
      const answer = answers[seen.length - 1];
      if (!answer) throw new Error('Nothing more was to be asked.');
      return answer();
    },
    headers: () => ({ 'X-XSRF-Token': 'x' }),
  });
  return { client, seen };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status });

describe('the typed client', () => {
  it('puts parameters, query, conditions and body where the route has them [A1]', async () => {
    const { client, seen } = setUp(json(problem('stale-generation', 'Read it again.'), 412));
    const body = { environment: null };
    const options = { params: { id: 'a/b' }, body, ifMatch: 7, idempotencyKey: 'k', query: { dry: 1 } };
    await expect(client.call('putBinding', options)).rejects.toThrow('Read it again.');
    expect(seen[0]?.url).toBe('http://studio.test/api/studio/v1/documents/a%2Fb/binding?dry=1');
    expect(seen[0]?.init).toMatchObject({
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'If-Match': '"7"', 'Idempotency-Key': 'k', 'X-XSRF-Token': 'x' },
    });
  });

  it('reads all pages of a listing, in order [A1]', async () => {
    const second = { ...token, id: 't2' };
    const { client, seen } = setUp(json({ items: [token], nextCursor: 'n & 1' }), json({ items: [second] }));
    expect(await client.all('listTokens', {})).toEqual([token, second]);
    expect(seen.map(({ url }) => new URL(url).searchParams.get('cursor'))).toEqual([null, 'n & 1']);
  });

  it('ends with a problem when a listing goes round in circles', async () => {
    const page = json({ items: [token], nextCursor: 'same' });
    const { client } = setUp(page, page, page);
    await expect(client.all('listTokens', {})).rejects.toThrow(ProblemError);
  });

  it('answers nothing where the contract has no body', async () => {
    const { client } = setUp(() => new Response(null, { status: 204 }));
    expect(await client.call('deleteToken', { params: { id: 't1' } })).toBeUndefined();
  });

  it('gives problems as they are, and others the shape of one [A1]', async () => {
    const told = problem('limit-exceeded', 'Choose another type.', { limit: 4, current: 4, delta: 1 });
    const page = () => new Response('<h1>Bad Gateway</h1>', { status: 502 });
    const { client } = setUp(json(told, 409), page, () => new Response('', { status: 401 }));
    await expect(client.call('getMe', {})).rejects.toMatchObject({ problem: told });
    const proxy = { code: 'app-unreachable', status: 502, body: '<h1>Bad Gateway</h1>' };
    await expect(client.call('getMe', {})).rejects.toMatchObject({ problem: proxy });
    await expect(client.call('getMe', {})).rejects.toMatchObject({ problem: { code: 'sign-in-required' } });
  });

  it('takes the 424 of a hub for a server that is away', async () => {
    const page = () => new Response('{"message": "JupyterHub: server not running"}', { status: 424 });
    const { client } = setUp(page);
    const problemOfHub = { code: 'app-unreachable', status: 503 };
    await expect(client.call('getMe', {})).rejects.toMatchObject({ problem: problemOfHub });
  });

  it('refuses an answer that breaks the contract [A1]', async () => {
    const { client } = setUp(json({ userProfileId: 'u' }));
    await expect(client.call('getMe', {})).rejects.toThrow('GET /me does not follow the contract');
  });
});
