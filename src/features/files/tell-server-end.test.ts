import type { App } from '@atelier-ide/contract';
import { expect, it, vi } from 'vitest';
import { createFakeEvents } from '@/services/fake-events.ts';
import { tellServerEnd } from './tell-server-end.ts';

const time = '2026-11-23T00:00:00.000Z';
const app = (id: string, change: Partial<App>): App => ({
  id,
  type: 'JupyterServer',
  status: 'InService',
  health: 'ok',
  phases: [],
  imageId: null,
  instanceId: null,
  instanceType: null,
  identity: { uid: null, gid: null, mountPath: '/home' },
  createdAt: time,
  lastActivity: null,
  ...change,
});

it('tells each end of the file server once, and no other app’s', () => {
  const events = createFakeEvents();
  const error = vi.fn();
  const end = tellServerEnd({ events: events.stream, notifications: { error } as never });
  const failure = { code: 'app-exited', message: 'The file server was ended by SIGKILL.' };
  const tell = (one: App) => events.fire({ type: 'app', app: one, seq: 1, time });
  tell(app('js', {}));
  tell(app('kg', { type: 'KernelGateway', status: 'Failed', failure }));
  expect(error).not.toHaveBeenCalled();
  tell(app('js', { status: 'Failed', failure }));
  tell(app('js', { status: 'Failed', failure }));
  expect(error.mock.calls).toEqual([
    ['The file server ended', expect.objectContaining({ message: failure.message })],
  ]);
  end.dispose();
  tell(app('js2', { status: 'Failed', failure }));
  expect(error).toHaveBeenCalledTimes(1);
});
