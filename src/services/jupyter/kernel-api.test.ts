import { ProblemError } from '@atelier-ide/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeBackend } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createGate } from '../studio-api/gate.ts';
import { createKernelApi } from './kernel-api.ts';

function start() {
  const backend = createFakeBackend();
  const gate = createGate({
    clock: createFakeClock(),
    origin: { http: (path) => path, absolute: (path) => path, ws: (path) => path },
    fetch: backend.fetch,
    token: () => 'token',
    refreshToken: async () => null,
    onDidReject: () => undefined,
  });
  return { backend, api: createKernelApi(gate, 'http://studio.test/app/', 'k') };
}

// The library writes down what it cannot read.
beforeEach(() => {
  for (const level of ['debug', 'log', 'info', 'warn'] as const) vi.spyOn(console, level).mockReturnValue();
});
afterEach(() => void vi.restoreAllMocks());

const page = (status: number) => () =>
  new Response('<!doctype html><title>Nothing here</title>', {
    status,
    headers: { 'Content-Type': 'text/html' },
  });
const none = () => Response.json({ message: 'Kernel does not exist: k' }, { status: 404 });

describe('the state of a kernel, as its server tells it', () => {
  it('is that of its model', async () => {
    const { backend, api } = start();
    backend.on('GET /app/api/kernels/k', () => ({ id: 'k', name: 'python3', execution_state: 'busy' }));
    expect(await api.state()).toBe('busy');
    backend.on('GET /app/api/kernels/k', () => ({ id: 'k', name: 'python3' }));
    expect(await api.state()).toBe('unknown');
  });

  it('is gone when the list of kernels lacks it, too', async () => {
    const { backend, api } = start();
    backend.on('GET /app/api/kernels/k', none);
    backend.on('GET /app/api/kernels', () => Response.json([{ id: 'other', name: 'python3' }]));
    backend.on('GET /app/api/kernels/k', none);
    expect(await api.state()).toBeNull();
  });

  it.each([401, 403, 404, 500, 502, 503])(
    'is not told by the page of a proxy with %i [F5]',
    async (status) => {
      const { backend, api } = start();
      backend.on('GET /app/api/kernels', page(status));
      await expect(api.state()).rejects.toThrow(ProblemError);
    },
  );

  it('is not told by a page that says 200 [F5]', async () => {
    const { backend, api } = start();
    backend.on('GET /app/api/kernels', page(200));
    await expect(api.state()).rejects.toThrow(ProblemError);
  });
});
