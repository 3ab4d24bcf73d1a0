import type { App } from '@atelier-ide/contract';
import { expect, it } from 'vitest';
import { createFakeBackend, problemResponse } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createOrigin } from '../origin.ts';
import { createGate } from '../studio-api/gate.ts';
import { createFormatter } from './create-formatter.ts';

function start(isOffered = true) {
  const backend = createFakeBackend();
  const gate = createGate({
    clock: createFakeClock(),
    origin: createOrigin('', 'http://studio.test'),
    fetch: (input, init) => backend.fetch(input, init),
    token: () => 'token',
    refreshToken: async () => 'token',
    onDidReject: () => {},
  });
  const compute = { jupyterServer: async () => ({ endpoint: { baseUrl: '/jupyter/ann/default/' } }) as App };
  return { backend, formatter: createFormatter({ gate, session: { has: () => isOffered }, compute }) };
}

const request = { path: 'a/n.ipynb', language: 'python', sources: ['x=1', 'y=('] };

it('asks the server of the files, and has a result for each source [E9]', async () => {
  const { backend, formatter } = start();
  const results = [{ source: 'x = 1' }, { problem: { line: 1, column: 3, message: 'unexpected EOF' } }];
  backend.on('POST /jupyter/ann/default/studio/format', () => ({ formatter: 'ruff', results }));
  expect(await formatter.format(request)).toEqual(results);
  expect(backend.requests[0]?.body).toEqual(request);
});

it('hands on why nothing was formatted', async () => {
  const { backend, formatter } = start();
  backend.on('POST /jupyter/ann/default/studio/format', () => problemResponse(422, 'format-failed'));
  await expect(formatter.format(request)).rejects.toThrow('Said format-failed.');
  backend.on('POST /jupyter/ann/default/studio/format', () => ({ results: [] }));
  await expect(formatter.format(request)).rejects.toThrow('left out');
});

it('says for which languages there is none, and where none is offered', () => {
  const { formatter } = start();
  expect(formatter.canFormat('python')).toBe(true);
  expect(formatter.canFormat('R')).toEqual({ reason: 'There is no formatter for R' });
  expect(start(false).formatter.canFormat('python')).toEqual({
    reason: 'This backend offers no formatter',
  });
});
