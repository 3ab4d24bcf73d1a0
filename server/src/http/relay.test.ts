import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { beat } from '@atelier-ide/contract';
import type { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestHttp, fateOf, nextMessage, startHttp } from './http.fixture.ts';

const app = '/jupyter/ada/app-1/';

describe('the relay', () => {
  let t: TestHttp;
  let own: Record<string, string>;
  beforeEach(async () => {
    t = await startHttp();
    own = await t.signIn();
  });
  afterEach(() => t.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    t.send(path, { headers: { ...own, ...headers } });

  it('passes a request on with the token of the app and nothing of the browser', async () => {
    const answer = await t.send(`${app}api/contents/a%20b/%C3%A9.txt?type=file&token=x&t%6Fken=y&a=1`, {
      method: 'PUT',
      headers: {
        ...own,
        Referer: `${t.origin}/?path=secret.ipynb`,
        'X-Forwarded-For': '10.0.0.1',
        'X-Forwarded-Host': 'evil.example',
        Forwarded: 'for=10.0.0.1',
        'Sec-Fetch-Site': 'same-origin',
        Connection: 'keep-alive, X-Hop, Authorization',
        'X-Hop': 'gone',
        'X-Custom': 'kept',
        'Content-Type': 'application/json',
      },
      body: '{"a":1}',
    });
    expect(answer.json()).toEqual({ ok: true });
    const [seen] = t.upstream.seen;
    expect(seen).toMatchObject({
      method: 'PUT',
      url: `${app}api/contents/a%20b/%C3%A9.txt?type=file&a=1`,
      body: '{"a":1}',
    });
    expect(seen?.headers).toEqual({
      host: 'localhost',
      authorization: 'token app-secret',
      'x-custom': 'kept',
      'content-type': 'application/json',
      'content-length': '7',
      connection: 'keep-alive',
    });
  });

  it('reaches a Jupyter Server with another base path under the same public path', async () => {
    t.upstream.endpoint = { ...t.upstream.endpoint, basePath: '/hub/base/', token: '' };
    t.upstream.handler = (_request, response) => {
      response.writeHead(302, { Location: '/hub/base/files/b.txt?x=1' }).end();
    };
    const answer = await get(`${app}files/a.txt`);
    expect(t.upstream.seen[0]?.url).toBe('/hub/base/files/a.txt');
    expect(t.upstream.seen[0]?.headers['authorization']).toBeUndefined();
    expect([answer.status, answer.headers['location']]).toEqual([302, `${app}files/b.txt?x=1`]);
    const ws = t.socket(`${app}terminals/websocket/1`, own);
    await once(ws, 'open');
    expect(t.upstream.seen[1]?.url).toBe('/hub/base/terminals/websocket/1');
    ws.terminate();
  });

  it('takes everything out of an answer but what describes its body', async () => {
    t.upstream.handler = (_request, response) => {
      response.writeHead(200, {
        'Content-Type': 'application/json',
        ETag: '"1"',
        'Set-Cookie': ['_xsrf=1; Path=/', `${own['Cookie']?.split('=')[0]}=stolen`],
        'Access-Control-Allow-Origin': '*',
        'Content-Security-Policy': 'default-src *',
        'Service-Worker-Allowed': '/',
        'X-Frame-Options': 'ALLOWALL',
        'WWW-Authenticate': 'Basic',
        'Clear-Site-Data': '"*"',
        Refresh: '0; url=https://evil.example',
        Link: '<https://evil.example>; rel=preload',
        Server: 'Tornado',
        'X-Atelier-Seq': '5',
      });
      response.end('{}');
    };
    const { headers } = await get(`${app}api/contents`);
    expect(Object.keys(headers).toSorted()).toEqual([
      'cache-control',
      'connection',
      'content-security-policy',
      'content-type',
      'cross-origin-resource-policy',
      'date',
      'etag',
      'referrer-policy',
      'transfer-encoding',
      'x-atelier-seq',
      'x-content-type-options',
    ]);
    expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['image/png', undefined],
    ['text/plain; charset=utf-8', undefined],
    ['application/json', undefined],
    ['text/html', 'attachment'],
    ['text/HTML; charset=utf-8', 'attachment'],
    ['image/svg+xml', 'attachment'],
    ['application/xml', 'attachment'],
    ['application/xhtml+xml', 'attachment'],
    ['application/pdf', 'attachment'],
    ['text/javascript', 'attachment'],
    ['application/octet-stream', 'attachment'],
    ['', 'attachment'],
  ])('puts files of type %j in a sandbox, active ones into the download', async (type, expected) => {
    t.upstream.handler = (_request, response) => {
      response.writeHead(200, type === '' ? {} : { 'Content-Type': type });
      response.end('x');
    };
    const { headers } = await get(`${app}files/a`);
    expect(headers['content-disposition']).toBe(expected);
    expect(headers['content-security-policy']).toMatch(/^sandbox;/);
    expect(headers['content-security-policy']).not.toContain('allow-');
  });

  it('keeps the name of a download', async () => {
    t.upstream.handler = (_request, response) => {
      const disposition = "inline; filename*=UTF-8''a%20b.html";
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Disposition': disposition });
      response.end('x');
    };
    const { headers } = await get(`${app}files/a`);
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''a%20b.html");
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/elsewhere',
    `${app}login?next=x`,
    'http://localhost:1/jupyter/ada/app-1/files/a',
    `${app}files/../../../api/studio/v1/me`,
  ])('follows no Location to %s', async (location) => {
    t.upstream.handler = (_request, response) => {
      response.writeHead(302, { Location: location }).end();
    };
    const answer = await get(`${app}files/a`);
    expect([answer.status, answer.headers['location']]).toEqual([502, undefined]);
  });

  it('does not let an app end the session of the browser', async () => {
    t.upstream.handler = (_request, response) => {
      response.writeHead(401, { 'Content-Type': 'application/json' }).end('{}');
    };
    const answer = await get(`${app}api/contents`);
    expect(answer.json()).toMatchObject({ status: 502, code: 'app-unreachable' });
  });

  it.each([
    ['/jupyter/ada/app-2/api/contents', 404],
    ['/jupyter/bob/app-1/api/contents', 404],
    ['/jupyter/ada/app-1', 404],
    [app, 404],
    [`${app}lab`, 404],
    [`${app}tree`, 404],
    [`${app}login`, 404],
    [`${app}logout`, 404],
    [`${app}nbconvert/html/a.ipynb`, 404],
    [`${app}static/a.js`, 404],
    [`${app}kernelspecs/python3/logo.svg`, 404],
    [`${app}terminals/1`, 404],
    [`${app}apiary/x`, 404],
    [`${app}files`, 404],
    [`${app}files/../api/contents`, 400],
    [`${app}files/%2e%2e/api/contents`, 400],
    [`${app}files/%2E%2E%2Fapi`, 400],
    [`${app}files/..%5c..%5capi`, 400],
    [`${app}files\\..\\api`, 400],
    [`${app}files/a%00.txt`, 400],
    [`${app}files//etc/passwd`, 400],
    [`${app}files/./a`, 400],
    [`${app}files/%zz`, 400],
    [`${app}api/contents/%ff%fe`, 400],
    ['/jupyter/ada/../bob/app-1/api', 400],
    ['//jupyter/ada/app-1/api', 400],
  ])('answers %s with %i and asks no app', async (path, status) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(t.upstream.seen).toEqual([]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('does not write below files/ by %s', async (method) => {
    expect((await t.send(`${app}files/a.txt`, { method, headers: own })).status).toBe(404);
    expect(t.upstream.seen).toEqual([]);
  });

  it('asks for a sign-in before it says anything of apps', async () => {
    for (const path of [`${app}api`, '/jupyter/bob/app-9/api', `${app}lab`])
      expect((await t.send(path)).json()).toMatchObject({ status: 401, loginUrl: '/login' });
  });

  it('says that an app is not running, or does not answer, and when to ask again', async () => {
    const stopped = await get('/jupyter/ada/stopped/api/contents');
    expect(stopped.json()).toMatchObject({ status: 503, code: 'app-not-running' });
    expect(stopped.headers['retry-after']).toBe('2');
    t.upstream.endpoint = { ...t.upstream.endpoint, target: { socketPath: '/nowhere/app.sock' } };
    const dead = await get(`${app}api/contents`);
    expect(dead.json()).toMatchObject({ status: 502, code: 'app-unreachable' });
    expect(dead.headers['retry-after']).toBe('1');
  });

  it('says when a foreign server lacks our extension', async () => {
    t.upstream.endpoint = { ...t.upstream.endpoint, extension: false };
    expect((await get(`${app}studio/list`)).json()).toMatchObject({ status: 501, code: 'not-offered' });
  });

  it('tells the app at once that the browser went away', async () => {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      t.upstream.handler = (request) => resolve(request);
    });
    const outgoing = httpRequest({
      port: t.port,
      path: `${app}api/contents`,
      headers: { ...own, Host: `127.0.0.1:${t.port}` },
    });
    outgoing.on('error', () => undefined);
    outgoing.end();
    const upstreamRequest = await arrived;
    outgoing.destroy();
    await once(upstreamRequest.socket, 'close');
  });

  it('cuts the answer when the app dies in the middle, so that half a file is not taken for a whole', async () => {
    t.upstream.handler = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': '100' });
      response.write('half', () => response.destroy());
    };
    await expect(get(`${app}files/a.txt`)).rejects.toThrow(/aborted|hang up/);
  });

  it('streams both ways and waits for the slower side', async () => {
    const size = 64 * 1024 * 1024;
    let produced = 0;
    let noteHeldUp = (): void => undefined;
    const heldUp = new Promise<void>((resolve) => {
      noteHeldUp = resolve;
    });
    t.upstream.handler = (_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      const more = (): void => {
        while (produced < size) {
          produced += chunk.length;
          if (!response.write(chunk)) {
            const timer = setTimeout(noteHeldUp, 300);
            response.once('drain', () => {
              clearTimeout(timer);
              more();
            });
            return;
          }
        }
        response.end();
      };
      more();
    };
    const outgoing = httpRequest({
      port: t.port,
      path: `${app}files/big`,
      headers: { ...own, Host: `127.0.0.1:${t.port}` },
    });
    outgoing.end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    await once(incoming, 'readable');
    // Nobody reads: the app is held up once the buffers of the connections are full.
    await heldUp;
    expect(produced).toBeLessThan(size / 2);
    let received = 0;
    for await (const chunk of incoming as AsyncIterable<Buffer>) received += chunk.length;
    expect(received).toBe(size);
  });

  it('tells the hub that an interrupt which the app never answers is over', async () => {
    t.upstream.handler = (_request, response) => void response.destroy();
    const answer = await t.send(`${app}api/kernels/k-1/interrupt`, { method: 'POST', headers: own });
    expect(answer.status).toBe(502);
    const told = t.calls.map(({ name }) => name).filter((name) => name.endsWith('Control'));
    expect(told).toEqual(['kernels.willControl', 'kernels.didNotControl']);
  });

  it.each([
    ['DELETE', 'api/kernels/k-1', 204, 'delete'],
    ['POST', 'api/kernels/k-1/restart', 200, 'restart'],
    ['POST', 'api/kernels/k-1/interrupt', 204, 'interrupt'],
    ['POST', 'api/kernels/k-1/restart', 500, undefined],
    ['GET', 'api/kernels/k-1', 200, undefined],
    ['PATCH', 'api/sessions/s-1', 200, undefined],
  ])('tells the hub of %s %s answered with %i', async (method, path, status, verb) => {
    t.upstream.handler = (_request, response) => {
      response.writeHead(status).end();
    };
    await t.send(`${app}${path}`, { method, headers: own });
    const told = t.calls.filter(({ name }) => name === 'kernels.didControl').map(({ args }) => args);
    expect(told).toEqual(verb === undefined ? [] : [['app-1', 'k-1', verb]]);
    const before = t.calls.filter(({ name }) => name === 'kernels.willControl').map(({ args }) => args[2]);
    expect(before.includes('restart')).toBe(path.endsWith('/restart'));
    const verbs = t.calls.filter(({ name }) => name === 'kernels.didNotControl').map(({ args }) => args[2]);
    expect(verbs).toEqual(status === 500 ? ['restart'] : []);
  });

  describe('sockets', () => {
    const terminal = `${app}terminals/websocket/1`;
    const kernel = `${app}api/kernels/k-1/channels?session_id=s`;

    it('hands kernel sockets to the hub and asks no app', async () => {
      const ws = t.socket(kernel, own);
      expect(await nextMessage(ws)).toBe('from the hub');
      const call = t.calls.find(({ name }) => name === 'kernels.handleUpgrade');
      expect(call?.args.slice(0, 3)).toMatchObject([{ id: 'ada' }, 'app-1', 'k-1']);
      expect(t.upstream.seen).toEqual([]);
      ws.terminate();
    });

    it('splices terminal sockets: text, binary, big frames, subprotocol and close code', async () => {
      t.upstream.sockets.on('connection', (ws) => {
        ws.send('welcome');
        ws.on('message', (data: Buffer, isBinary) => {
          if (data.toString() === 'bye') ws.close(4001, 'over');
          else ws.send(data, { binary: isBinary });
        });
      });
      const ws = t.socket(terminal, own, ['a.b.c', 'd']);
      expect(await nextMessage(ws)).toBe('welcome');
      expect(ws.protocol).toBe('a.b.c');
      ws.send('x'.repeat(3_000_000));
      expect((await nextMessage(ws)).length).toBe(3_000_000);
      ws.send(Buffer.from([0, 255]), { binary: true });
      const [data, isBinary] = (await once(ws, 'message')) as [Buffer, boolean];
      expect([[...data], isBinary]).toEqual([[0, 255], true]);
      ws.send('bye');
      const [code, reason] = (await once(ws, 'close')) as [number, Buffer];
      expect([code, reason.toString()]).toEqual([4001, 'over']);
      const { headers } = t.upstream.seen[0] ?? {};
      expect(headers).toMatchObject({ host: 'localhost', authorization: 'token app-secret' });
      expect(headers?.cookie ?? headers?.origin ?? headers?.['x-xsrf-token']).toBeUndefined();
      expect(t.calls.some(({ name }) => name === 'apps.touch')).toBe(true);
    });

    it('puts beats between the messages of a terminal, behind its scrollback, where they are asked for [Q3]', async () => {
      t.upstream.sockets.on('connection', (ws) => {
        ws.send('scrollback');
        ws.send('a message', { fin: false });
        ws.on('message', () => ws.send(' in two parts', { fin: true }));
      });
      const heard: string[] = [];
      const asking = t.socket(`${terminal}?beat=1`, own);
      asking.on('message', (data: Buffer) => heard.push(data.toString()));
      const plain: string[] = [];
      const other = t.socket(terminal, own);
      other.on('message', (data: Buffer) => plain.push(data.toString()));
      await Promise.all([once(asking, 'open'), once(other, 'open')]);
      // Longer than the first beat waits for the scrollback: it is due in the middle of the message.
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(heard).toEqual(['scrollback']);
      asking.send('go on');
      other.send('go on');
      await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(4);
      expect(heard).toEqual(['scrollback', 'a message in two parts', beat.text, beat.text]);
      expect(plain).toEqual(['scrollback', 'a message in two parts']);
      for (const ws of [asking, other]) ws.terminate();
    });

    it('ends both sides when either goes away', async () => {
      const connected = once(t.upstream.sockets, 'connection') as Promise<[WebSocket]>;
      const ws = t.socket(terminal, own);
      const isOpen = once(ws, 'open');
      const [upstreamSocket] = await connected;
      await isOpen;
      ws.terminate();
      await once(upstreamSocket, 'close');

      const again = once(t.upstream.sockets, 'connection') as Promise<[WebSocket]>;
      const fate = fateOf(t.socket(terminal, own));
      (await again)[0].terminate();
      expect((await fate).code).toBe(1006);
    });

    it.each([
      ['another user', '/jupyter/bob/app-1/terminals/websocket/1', 4404],
      ['another app', '/jupyter/ada/app-2/terminals/websocket/1', 4404],
      ['a kernel of another user', '/jupyter/bob/app-1/api/kernels/k-1/channels', 4404],
      ['a stopped app', '/jupyter/ada/stopped/terminals/websocket/1', 4503],
      ['a terminal that has ended', `${app}terminals/websocket/gone`, 4404],
      ['a path off the list', `${app}api/events/subscribe`, 4404],
      ['a kernel id that is none', `${app}api/kernels/k.1/channels`, 4404],
    ])('closes the socket of %s with its code', async (_what, path, code) => {
      expect(await fateOf(t.socket(path, own))).toEqual({ code, messages: [] });
      expect(t.calls.some(({ name }) => name === 'kernels.handleUpgrade')).toBe(false);
    });

    it('closes with 4401 when nobody is signed in, also under a subprotocol', async () => {
      const headers = { Origin: t.origin };
      for (const path of [terminal, kernel, '/api/studio/v1/events'])
        expect(await fateOf(t.socket(path, headers, ['v1.kernel.websocket.jupyter.org']))).toEqual({
          code: 4401,
          messages: [],
        });
      expect(t.upstream.seen).toEqual([]);
    });

    it('closes every socket of a session with 4401 when it signs out', async () => {
      t.upstream.sockets.on('connection', (ws) => ws.send('welcome'));
      const paths = [terminal, kernel, '/api/studio/v1/events'];
      const sockets = paths.map((path) => t.socket(path, own));
      await Promise.all(sockets.map(nextMessage));
      const other = t.socket(terminal, await t.signIn());
      await nextMessage(other);
      const fates = sockets.map(fateOf);
      await t.send('/logout', { method: 'POST', headers: own });
      expect((await Promise.all(fates)).map(({ code }) => code)).toEqual([4401, 4401, 4401]);
      expect(other.readyState).toBe(other.OPEN);
      other.terminate();
    });

    it('refuses other upgrades', async () => {
      const outgoing = httpRequest({
        port: t.port,
        path: terminal,
        headers: { ...own, Host: `127.0.0.1:${t.port}`, Connection: 'Upgrade', Upgrade: 'h2c' },
      });
      outgoing.end();
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      expect(incoming.statusCode).toBe(400);
      incoming.resume();
    });
  });
});
