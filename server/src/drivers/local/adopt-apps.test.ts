import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../log.ts';
import { adoptApps } from './adopt-apps.ts';
import { LocalApps } from './local-apps.ts';
import { LocalGroups } from './local-groups.ts';
import { ZygoteError } from './zygote-connection.ts';

it('an app that ends between the list and the take-over is told as ended, and holds no start up', async () => {
  const instancesDir = await mkdtemp(join(tmpdir(), 'atelier-adopt-'));
  onTestFinished(() => rm(instancesDir, { recursive: true }));
  const request = () => Promise.reject(new ZygoteError('no-such-app', 'There is no such app.'));
  const apps = new LocalApps({ folder: instancesDir, request, log: silentLog });
  // Of nobody's pid: it has gone.
  const name = { pid: 2 ** 30, startTime: 1 };
  const app = (id: string) => ({ app: id, appType: 'KernelGateway' as const, state: 'running', ...name });
  const spec = { userId: 'u', type: 'KernelGateway' as const, baseUrl: '/', image: null };
  const facts = JSON.stringify({ process: name, runtimeDir: join(instancesDir, 'r'), token: 't' });
  const end = { code: 3, signal: null, requested: false, logTail: 'the end' };
  for (const id of ['kept', 'unknown']) apps.handleEvent({ event: 'exit', app: id, ...name, ...end });

  const result = await adoptApps(
    [{ spec: { ...spec, appId: 'kept', instanceId: null }, instance: null, kept: facts }],
    {
      left: { apps: [app('kept'), app('unknown')], groups: [] },
      apps,
      groups: new LocalGroups({ request }),
      instancesDir,
      take: () => expect.fail('it has ended'),
      removeGroup: () => Promise.resolve(),
    },
  );

  expect([...result]).toEqual([['kept', expect.objectContaining({ code: 3, log: 'the end' })]]);
});
