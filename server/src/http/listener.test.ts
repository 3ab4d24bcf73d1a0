import { afterEach, expect, it } from 'vitest';
import type { Front } from './front.ts';
import { type Listener, listen } from './listener.ts';

let listener: Listener | undefined;
afterEach(() => listener?.close());

it('before there is anything to serve it is like a server that is away: who asks comes again [F8]', async () => {
  listener = await listen('127.0.0.1', 0);
  const ask = () => fetch(`http://127.0.0.1:${listener?.port}/api`, { method: 'POST' });
  const early = await ask();
  expect(early.status).toBe(502);
  expect(await early.json()).toMatchObject({
    code: 'app-unreachable',
    detail: expect.stringContaining('is starting'),
  });
  const front: Front = {
    request: (_request, response) => void response.end('served'),
    upgrade: () => undefined,
  };
  listener.serve(front);
  expect(await (await ask()).text()).toBe('served');
});
