import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '@atelier-ide/contract';
import { expect, it, onTestFinished } from 'vitest';
import type { User } from '../studio/user.ts';
import { createNotebookFiles } from './notebook-files.ts';

const user: User = { id: 'ann', name: 'Ann', role: 'user' };

it('a file that is too large is not read, and it is said that its outputs are kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-files-'));
  const socketPath = join(folder, 's');
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Length': String(256 * 1024 * 1024 + 1) });
    response.write('{');
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  server.listen(socketPath);
  await once(server, 'listening');
  const app = { id: 'a' } as App;
  const files = createNotebookFiles({
    ensureJupyterServer: () => app,
    whenInService: () => Promise.resolve(app),
    endpoint: () => ({ target: { socketPath }, basePath: '/', token: 't', extension: true }),
  });
  const closed = once(server, 'connection').then(([socket]) => once(socket as never, 'close'));
  await expect(files.read(user, 'a.ipynb', new AbortController().signal)).rejects.toMatchObject({
    problem: { code: 'too-large', detail: expect.stringContaining('They are kept.') as string },
  });
  await closed;
});
