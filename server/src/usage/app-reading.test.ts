import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AppEndpoint } from '../drivers/driver.ts';
import { portOf } from '../http/http.fixture.ts';
import { AppUnreachableError } from '../kernels/app-http.ts';
import { readApp } from './app-reading.ts';

const reading = {
  time: 12.5,
  group: null,
  app: { cpuUsec: 1, memoryBytes: 2 },
  kernels: [{ id: 'k', cpuUsec: 3, memoryBytes: 4 }],
  terminals: [{ name: '1', cpuUsec: 5, memoryBytes: 6 }],
  disk: { path: '/x', bytes: 7 },
};

async function serve(listener: RequestListener, extension = true): Promise<AppEndpoint> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const target = { protocol: 'http:' as const, host: '127.0.0.1', port: portOf(server) };
  return { target, basePath: '/jupyter/u/a/', token: 'secret', extension };
}

const failureOf = async (endpoint: AppEndpoint, timeoutMs: number): Promise<unknown> =>
  readApp(endpoint, timeoutMs).catch((error: unknown) => error);

describe('reading an app', () => {
  it('asks our extension with the token of the app', async () => {
    const asked: unknown[] = [];
    const endpoint = await serve((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.end(JSON.stringify({ ...reading, later: 'more' }));
    });
    expect(await readApp(endpoint, 5000)).toEqual({ status: 200, reading });
    expect(asked).toEqual(['/jupyter/u/a/studio/usage', 'token secret']);
  });

  it('asks a stock server only whether it is there', async () => {
    const asked: unknown[] = [];
    const endpoint = await serve((request, response) => {
      asked.push(request.url);
      response.end('{"started": "now"}');
    }, false);
    expect(await readApp(endpoint, 5000)).toEqual({ status: 200, reading: null });
    expect(asked).toEqual(['/jupyter/u/a/api/status']);
  });

  it('takes an answer that is no reading for an answer', async () => {
    const strange = await serve((_request, response) => response.end('<html>'));
    expect(await readApp(strange, 5000)).toEqual({ status: 200, reading: null });
    const older = await serve((_request, response) => response.writeHead(404).end('{}'));
    expect(await readApp(older, 5000)).toEqual({ status: 404, reading: null });
  });

  it('tells one that hangs from one that is not there', async () => {
    const hanging = await serve(() => undefined);
    const late = await failureOf(hanging, 50);
    expect(late).toBeInstanceOf(AppUnreachableError);
    expect(late).toMatchObject({ isLate: true });
    const gone: AppEndpoint = { ...hanging, target: { socketPath: '/nowhere/s' } };
    expect(await failureOf(gone, 5000)).toMatchObject({ isLate: false });
    const cut = await serve((request) => request.socket.destroy());
    expect(await failureOf(cut, 5000)).toMatchObject({ isLate: false });
  });
});
