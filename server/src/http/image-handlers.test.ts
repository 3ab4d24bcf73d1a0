import type { App, FoundEnvironment, Image } from '@atelier-ide/contract';
import { ProblemError, problem } from '@atelier-ide/contract';
import { afterEach, expect, it } from 'vitest';
import { fakeImage } from '../apps/fake-driver.ts';
import type { AppService } from '../apps/app-service.ts';
import type { Driver, ImageMaking } from '../drivers/driver.ts';
import { type TestHttp, startHttp } from './http.fixture.ts';

const base = '/api/studio/v1';
let t: TestHttp;
afterEach(() => t.close());

const image: Image = { ...fakeImage('venv-1'), scope: 'user' };
const place: FoundEnvironment = { id: 'venv-1', kind: 'venv', displayName: 'shop', path: 'shop/.venv' };

async function start(making?: Partial<ImageMaking>, apps: readonly Partial<App>[] = []) {
  const driver = { name: 'local', features: ['environments', 'logs'], images: async () => [image] };
  t = await startHttp({
    driver: { ...driver, ...(making ? { imageMaking: making } : {}) } as unknown as Driver,
    apps: { list: () => apps } as unknown as AppService,
  });
  const headers = { ...(await t.signIn()), 'Content-Type': 'application/json' };
  return (method: string, path: string, body?: object) =>
    t.send(`${base}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
}

it('lists what was found, makes an image of it once, and tells its log', async () => {
  let made = 0;
  const call = await start({
    found: async () => [place],
    create: async (userId, environmentId) => {
      expect([userId, environmentId]).toEqual(['ada', 'venv-1']);
      made += 1;
      return { image, created: made === 1 };
    },
    log: async () => ({ text: 'Check the kernel.\n', cutBytes: 0 }),
    retry: async () => ({ ...image, status: 'CREATING' }),
  });
  expect((await call('GET', '/environments')).json()).toEqual({ items: [place] });
  const [first, second] = [1, 2].map(() => call('POST', '/images', { environmentId: 'venv-1' }));
  expect((await first)?.status).toBe(201);
  expect((await second)?.status).toBe(200);
  expect((await call('GET', '/images/venv-1/log')).json()).toEqual({
    text: 'Check the kernel.\n',
    cutBytes: 0,
  });
  const retried = await call('POST', '/images/venv-1/retry');
  expect([retried.status, retried.json()['status']]).toEqual([202, 'CREATING']);
});

it.each(['Pending', 'InService', 'Deleting'] as const)(
  'an image is not taken away while an app of it is %s',
  async (status) => {
    const removed: string[] = [];
    const remove = async (_user: string, id: string): Promise<void> => void removed.push(id);
    const call = await start({ remove }, [{ imageId: 'venv-1', status, instanceType: 'ml.t3.medium' }]);
    const answer = await call('DELETE', '/images/venv-1');
    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({
      code: 'conflict',
      detail: 'An app on ml.t3.medium runs this image. Shut it down first.',
    });
    expect(removed).toEqual([]);
  },
);

it('an image is taken away once no app runs it; what the driver refuses is told', async () => {
  const remove = async (_user: string, id: string): Promise<void> => {
    if (id !== 'venv-1') throw new ProblemError(problem('forbidden', 'It stays.'));
  };
  const call = await start({ remove }, [{ imageId: 'venv-1', status: 'Failed' }]);
  expect((await call('DELETE', '/images/venv-1')).status).toBe(204);
  expect((await call('DELETE', '/images/base')).status).toBe(403);
});

it('a driver that makes no images says so', async () => {
  const call = await start();
  for (const [method, path] of [
    ['GET', '/environments'],
    ['GET', '/images/x/log'],
    ['DELETE', '/images/x'],
  ] as const)
    expect((await call(method, path)).status).toBe(501);
});
