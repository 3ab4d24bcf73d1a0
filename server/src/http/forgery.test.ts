import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestHttp, fateOf, startHttp } from './http.fixture.ts';

/** Attacks 37 to 40 of the list: forged requests and sockets, DNS rebinding, redirects, smuggling. */
describe('requests that our pages did not send', () => {
  let t: TestHttp;
  let own: Record<string, string>;
  beforeAll(async () => {
    t = await startHttp();
    own = await t.signIn();
  });
  afterAll(() => t.close());

  const create = (headers: Record<string, string>) =>
    t.send('/api/studio/v1/apps', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{"type":"KernelGateway"}',
    });
  const created = () => t.calls.filter(({ name }) => name === 'apps.create').length;

  it('lets our own page through', async () => {
    const answer = await create(own);
    expect([answer.status, answer.text]).toEqual([202, expect.stringContaining('"id"')]);
  });

  it.each([
    ['evil origin', { Origin: 'https://evil.example' }],
    ['null origin', { Origin: 'null' }],
    ['suffix domain', { Origin: 'http://127.0.0.1.evil.example' }],
    ['prefix domain', { Origin: 'http://evil127.0.0.1' }],
    ['other port of this machine', { Origin: 'http://127.0.0.1:1' }],
    ['other scheme', { Origin: 'https://127.0.0.1' }],
    ['other name of this machine', { Origin: 'http://localhost:80' }],
    ['userinfo trick', { Origin: 'http://127.0.0.1@evil.example' }],
    ['no origin at all', { Origin: '' }],
    ['cross-site navigation', { Origin: '', 'Sec-Fetch-Site': 'cross-site' }],
    ['same-site, other port', { Origin: '', 'Sec-Fetch-Site': 'same-site' }],
    ['no XSRF token', { 'X-XSRF-Token': '' }],
    ['wrong XSRF token', { 'X-XSRF-Token': 'x'.repeat(43) }],
  ] as [string, Record<string, string>][])('refuses a write: %s', async (_name, change) => {
    const before = created();
    const headers = Object.fromEntries(
      Object.entries({ ...own, ...change }).filter(([, value]) => value !== ''),
    );
    const answer = await create(headers);
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ type: 'urn:atelier:problem:forbidden', code: 'forbidden' });
    expect(created()).toBe(before);
  });

  it('takes a write without Origin when the browser says that it is same-origin', async () => {
    const { Origin: _origin, ...rest } = own;
    expect((await create({ ...rest, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(202);
  });

  it('refuses the simple POST of a form of another site, without a preflight', async () => {
    const before = created();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const headers = { Cookie: own['Cookie'] ?? '', Origin: 'https://evil.example', 'Content-Type': type };
      expect((await create(headers)).status).toBe(403);
    }
    expect(created()).toBe(before);
  });

  it('answers no preflight and gives no CORS header', async () => {
    for (const path of ['/api/studio/v1/apps', '/jupyter/ada/app-1/api/contents/a']) {
      const answer = await t.send(path, {
        method: 'OPTIONS',
        headers: {
          Origin: 'https://evil.example',
          'Access-Control-Request-Method': 'POST',
          Cookie: own['Cookie'] ?? '',
        },
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('keeps reads from other sites', async () => {
    const headers = { ...own, 'Sec-Fetch-Site': 'cross-site' };
    for (const path of ['/api/studio/v1/me', '/api/studio/v1/events', '/jupyter/ada/app-1/files/a.png'])
      expect((await t.send(path, { headers })).status, path).toBe(403);
    const me = await t.send('/api/studio/v1/me', { headers: own });
    expect(me.headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  it.each(['evil.example', '127.0.0.1.nip.io', 'localhost.evil.example', '127.0.0.1', '[::1]:1'])(
    'knows only its own Host, not %j',
    async (host) => {
      const answer = await t.send('/api/studio/v1/me', { headers: { ...own, Host: host } });
      expect([400, 403]).toContain(answer.status);
      expect((await t.send('/', { headers: { Host: host } })).status).not.toBe(200);
    },
  );

  it('answers to each of its own names', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const host = `${name}:${t.port}`;
      const headers = { ...own, Host: host, Origin: `http://${host}` };
      expect((await create(headers)).status, name).toBe(202);
    }
  });

  const socketPaths = [
    '/api/studio/v1/events',
    '/jupyter/ada/app-1/api/kernels/k-1/channels',
    '/jupyter/ada/app-1/terminals/websocket/1',
  ];
  it.each(
    socketPaths.flatMap((path) =>
      [
        { Origin: 'https://evil.example' },
        { Origin: 'null' },
        { Origin: '' },
        { Origin: 'http://127.0.0.1.evil.example' },
        { Origin: 'http://127.0.0.1:1' },
      ].map((headers) => [path, headers.Origin] as const),
    ),
  )('refuses the socket %s of origin %j before the handshake', async (path, origin) => {
    const seen = t.upstream.seen.length;
    const headers: Record<string, string> = { Cookie: own['Cookie'] ?? '' };
    if (origin !== '') headers['Origin'] = origin;
    expect(await fateOf(t.socket(path, headers))).toMatchObject({ status: 403, messages: [] });
    expect(t.upstream.seen).toHaveLength(seen);
    expect(t.calls.some(({ name }) => name === 'kernels.handleUpgrade')).toBe(false);
  });

  it('refuses a socket of a rebound Host even with an Origin that matches it', async () => {
    const headers = {
      Cookie: own['Cookie'] ?? '',
      Host: `evil.example:${t.port}`,
      Origin: `http://evil.example:${t.port}`,
    };
    expect(await fateOf(t.socket(socketPaths[0] ?? '', headers))).toMatchObject({ status: 403 });
  });

  it('never redirects, whatever is asked', async () => {
    const paths = [
      '//evil.example/',
      '/\\evil.example',
      '/%5Cevil.example',
      '/login?next=//evil.example',
      '/login/?next=/%5Cevil.example',
      '/?next=https://evil.example',
      'http://evil.example/',
    ];
    for (const path of paths) {
      const answer = await t.send(path);
      expect(answer.headers['location'], path).toBeUndefined();
      expect(answer.status < 300 || answer.status >= 400, path).toBe(true);
    }
  });

  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(t.port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString();
        socket.end();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(answer));
    });

  it.each([
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a hidden transfer encoding', 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
    ['a folded header', 'X-A: b\r\n c: d\r\n\r\n'],
    ['a blank before the colon', 'Content-Length : 5\r\n\r\nhello'],
    ['no Host', undefined],
    ['an empty Host', 'Host:\r\n\r\n'],
    ['two Hosts', 'Host: evil.example\r\n\r\n'],
  ])('does not relay a request with %s', async (_name, tail) => {
    const seen = t.upstream.seen.length;
    const host = tail === undefined || tail.startsWith('Host:\r') ? '' : `Host: 127.0.0.1:${t.port}\r\n`;
    const head = `POST /jupyter/ada/app-1/api/sessions HTTP/1.1\r\n${host}Origin: ${t.origin}\r\nX-XSRF-Token: ${own['X-XSRF-Token']}\r\nCookie: ${own['Cookie']}\r\n`;
    const answer = await raw(`${head}${tail ?? '\r\n'}`);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(t.upstream.seen).toHaveLength(seen);
  });
});
