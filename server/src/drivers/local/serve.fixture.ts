/** The driver with one app of each kind in a process that a test can kill. Bundled and run by serve-in-child.fixture.ts. */
import { join } from 'node:path';
import { silentLog } from '../../log.ts';
import { LocalDriver } from './local-driver.ts';

const dataDir = process.argv[2] ?? '';
const driver = new LocalDriver(
  {
    host: '127.0.0.1',
    port: 0,
    root: join(dataDir, '..', 'home'),
    dataDir,
    pythonDir: process.env['ATELIER_TEST_PYTHON_DIR'] ?? '',
    pythonExecutable: process.env['ATELIER_TEST_PYTHON'] ?? '',
    driver: { kind: 'local' },
    orphanGraceSeconds: 5,
    withoutFeatures: [],
    rotateLink: false,
  },
  silentLog,
);
await driver.prepare();
const [image] = await driver.images();
const { signal } = new AbortController();
const [type] = await driver.instanceTypes();
await driver.startInstance({ instanceId: 'i', userId: 'ann', type: type ?? null }, signal);
const spec = { userId: 'ann', baseUrl: '/jupyter/ann/a/' };
await Promise.all([
  driver.startApp(
    { ...spec, appId: 'server', type: 'JupyterServer', image: null, instanceId: null },
    () => undefined,
    signal,
  ),
  driver.startApp(
    { ...spec, appId: 'gateway', type: 'KernelGateway', image: image ?? null, instanceId: 'i' },
    () => undefined,
    signal,
  ),
]);
process.stdout.write('ready\n');
