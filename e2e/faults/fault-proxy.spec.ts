import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, test } from '@playwright/test';
import { runCommand } from './commands.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** A server whose WebSocket sends `ready`, then a frame of `size` bytes for each request to `/push`. */
async function startServer() {
  const sockets = new Set<Duplex>();
  const frame = (size: number) =>
    Buffer.concat([Buffer.from([0x82, 127, 0, 0, 0, 0]), size32(size), Buffer.alloc(size)]);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let length = 0;
    request.on('data', (chunk: Buffer) => (length += chunk.length));
    request.on('end', () => {
      const path = request.url ?? '';
      if (path === '/push') for (const socket of sockets) socket.write(frame(300_000));
      response.setHeader('X-Host', request.headers.host ?? '');
      response.end(path === '/large' ? Buffer.alloc(100_000) : `got ${length}`);
    });
  });
  server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
    // The page of the runner checks nothing of this; only bytes are looked at.
    socket.write('Sec-WebSocket-Accept: x\r\n\r\n');
    socket.write(Buffer.from([0x81, 5, ...Buffer.from('ready')]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function size32(size: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(size);
  return bytes;
}

type Line = { socket: Duplex; bytes: () => Buffer; isClosed: () => boolean };

async function openLine(proxy: FaultProxy, path = '/line'): Promise<Line> {
  const { request } = await import('node:http');
  const upgrade = request(`${proxy.origin}${path}`, {
    headers: { Connection: 'Upgrade', Upgrade: 'websocket' },
  });
  upgrade.end();
  const [, socket, head] = (await once(upgrade, 'upgrade')) as [IncomingMessage, Duplex, Buffer];
  let bytes = head;
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => (bytes = Buffer.concat([bytes, chunk])));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => (isClosed = true));
  await expect.poll(() => bytes.toString().includes('ready')).toBe(true);
  return { socket, bytes: () => bytes, isClosed: () => isClosed };
}

test.describe('the fault proxy', () => {
  let proxy: FaultProxy;
  let server: Awaited<ReturnType<typeof startServer>>;
  test.beforeEach(async () => {
    proxy = await startFaultProxy();
    server = await startServer();
    proxy.aim(server.port);
  });
  test.afterEach(async () => {
    await proxy.stop();
    server.stop();
  });
  const get = (path: string, init?: RequestInit) => fetch(`${proxy.origin}${path}`, init);

  test('passes requests and sockets as they are, Host included', async () => {
    const answer = await get('/a', { method: 'POST', body: 'x'.repeat(70_000) });
    expect(await answer.text()).toBe('got 70000');
    expect(answer.headers.get('x-host')).toBe(new URL(proxy.origin).host);
    const line = await openLine(proxy);
    await get('/push');
    await expect.poll(() => line.bytes().length).toBe(7 + 10 + 300_000);
    expect(proxy.passed).toMatchObject({ requests: 2, upgrades: 1 });
  });

  test('refuses and resets, then lets pass again', async () => {
    const line = await openLine(proxy);
    const end = proxy.begin({ kind: 'refuse' });
    await expect.poll(line.isClosed).toBe(true);
    await expect(get('/a')).rejects.toThrow('fetch failed');
    end();
    expect((await get('/a')).status).toBe(200);
  });

  test('a blackhole keeps everything and gives it back', async () => {
    const line = await openLine(proxy);
    const end = proxy.begin({ kind: 'blackhole' });
    const answer = get('/push');
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isAnswered).toBe(false);
    end();
    expect((await answer).status).toBe(200);
    await expect.poll(() => line.bytes().length).toBe(7 + 10 + 300_000);
  });

  test('half-open: what is open goes dead without a word, what is new passes', async () => {
    const line = await openLine(proxy);
    expect(proxy.halfOpen(/line/)).toBe(1);
    await get('/push');
    const other = await openLine(proxy);
    await get('/push');
    await expect.poll(() => other.bytes().length).toBe(7 + 10 + 300_000);
    expect(line.bytes().length).toBe(7);
    expect(line.isClosed()).toBe(false);
  });

  test('closes a socket with a code between two frames', async () => {
    const line = await openLine(proxy);
    proxy.slow({ bytesPerSecond: 1_000_000 });
    const pushed = get('/push');
    await expect.poll(() => line.bytes().length).toBeGreaterThan(20);
    expect(proxy.close(1001)).toBe(1);
    await expect.poll(line.isClosed).toBe(true);
    await pushed;
    expect(line.bytes().length).toBe(7 + 10 + 300_000 + 4);
    expect([...line.bytes().subarray(-4)]).toEqual([0x88, 2, 1001 >> 8, 1001 & 0xff]);
  });

  test('answers with the pages of proxies, where it is told to', async () => {
    proxy.begin({ kind: 'status', status: 502 }, /^\/api/);
    proxy.begin({ kind: 'body-limit', bytes: 1_000 });
    const answer = await get('/api/x');
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('<h1>502</h1>');
    expect((await get('/a', { method: 'PUT', body: 'x'.repeat(1_001) })).status).toBe(413);
    expect((await get('/a', { method: 'PUT', body: 'x'.repeat(1_000) })).status).toBe(200);
    proxy.heal();
    expect((await get('/api/x')).status).toBe(200);
  });

  test('does what its command line says', async () => {
    const line = await openLine(proxy);
    expect(runCommand(proxy, 'cut /nowhere/')).toBe('0 cut');
    expect(runCommand(proxy, 'status 503 /^\\/api/')).toBe('status 503, until heal');
    expect([(await get('/api')).status, (await get('/a')).status]).toEqual([503, 200]);
    expect(runCommand(proxy, 'heal')).toBe('healed');
    expect((await get('/api')).status).toBe(200);
    expect(runCommand(proxy, 'cut /line/')).toBe('1 cut');
    await expect.poll(line.isClosed).toBe(true);
    expect(runCommand(proxy, 'what?')).toContain('half-open');
  });

  test('makes the line slow, in order and whole', async () => {
    proxy.slow({ bytesPerSecond: 200_000, delayMs: 100 });
    const begin = performance.now();
    expect((await (await get('/large')).arrayBuffer()).byteLength).toBe(100_000);
    expect(performance.now() - begin).toBeGreaterThan(600);
  });
});
