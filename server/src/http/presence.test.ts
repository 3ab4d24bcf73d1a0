import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { withPresence } from './presence.ts';
import type { Principal } from './principal.ts';

const principal = { user: { id: 'ann', name: 'Ann', role: 'user' } } as Principal;

function start() {
  const streams = { upgrade: vi.fn(), sse: vi.fn(), close: vi.fn() };
  const didArrive = vi.fn();
  const didLeave = vi.fn();
  const server = createServer();
  const present = withPresence(streams, { didArrive, didLeave });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  const ask = async (): Promise<ReturnType<typeof get>> => {
    if (!server.listening) await once(server, 'listening');
    const request = get({ port: (server.address() as AddressInfo).port, path: '/events?page=one' });
    request.on('error', () => undefined);
    return request;
  };
  return { streams, didArrive, didLeave, server, present, ask };
}

it('a page is there until its stream ends', async () => {
  const { streams, didArrive, didLeave, server, present, ask } = start();
  const left = new Promise<void>((resolve) => didLeave.mockImplementation(() => resolve()));
  const client = await ask();
  const [request, response] = await once(server, 'request');
  present.sse(principal, request, response);
  expect(streams.sse).toHaveBeenCalledTimes(1);
  expect(didArrive.mock.calls).toEqual([['ann', 'one']]);
  client.destroy();
  await left;
  expect(didLeave.mock.calls).toEqual([['ann', 'one']]);
});

it('a page that hung up before it was known who asks is not there', async () => {
  const { streams, didArrive, server, present, ask } = start();
  const client = await ask();
  const [request, response] = await once(server, 'request');
  client.destroy();
  await once(response, 'close');
  present.sse(principal, request, response);
  present.upgrade(principal, request, request.socket, Buffer.alloc(0));
  expect(didArrive).not.toHaveBeenCalled();
  expect(streams.sse).not.toHaveBeenCalled();
  expect(streams.upgrade).not.toHaveBeenCalled();
});
