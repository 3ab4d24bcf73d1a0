import { expect, it } from 'vitest';
import { Emitter } from '@/base/emitter.ts';
import { createProbeService } from '@/platform/probe/create-probe-service.ts';
import type { DocumentProbe } from '@/platform/probe/probe-service.ts';
import type { SessionService } from '@/services/session/session-service.ts';
import { createSessionStore } from '@/services/session/session-store.ts';
import { createStudioTest } from './studio-test.ts';

function createFakeProbe(path: string, text: string) {
  const changed = new Emitter<void>();
  let isIdle = false;
  const probe: DocumentProbe = {
    path: () => path,
    document: () => ({ text, isDirty: !isIdle }),
    kernel: () => null,
    isIdle: () => isIdle,
    onDidChange: changed.event,
  };
  const rest = () => {
    isIdle = true;
    changed.fire();
  };
  return { probe, rest };
}

function setUp() {
  const probes = createProbeService();
  const store = createSessionStore();
  const studioTest = createStudioTest(probes, { store } as SessionService);
  return { probes, store, studioTest };
}

it('gives a notebook as its JSON and any other file as text', () => {
  const { probes, studioTest } = setUp();
  probes.add(createFakeProbe('a.ipynb', '{"cells":[]}').probe);
  probes.add(createFakeProbe('b.py', 'x = 1').probe);
  expect(studioTest.document('a.ipynb')).toEqual({
    notebook: { cells: [] },
    text: '{"cells":[]}',
    isDirty: true,
  });
  expect(studioTest.document('b.py')).toEqual({ text: 'x = 1', isDirty: true });
  expect(studioTest.document('c.py')).toBeNull();
});

it('is idle when the last open document is', async () => {
  const { probes, studioTest } = setUp();
  await studioTest.idle();
  const one = createFakeProbe('a.ipynb', '{}');
  const two = createFakeProbe('b.py', '');
  probes.add(one.probe);
  const gone = probes.add(two.probe);
  let isIdle = false;
  const idle = studioTest.idle().then(() => (isIdle = true));
  one.rest();
  await Promise.resolve();
  expect(isIdle).toBe(false);
  // Closing the other leaves nothing that is busy.
  gone.dispose();
  await idle;
  expect(isIdle).toBe(true);
});

it('is ready when somebody is signed in', async () => {
  const { store, studioTest } = setUp();
  const ready = studioTest.ready();
  const me = { userProfileId: 'u', domainId: 'd', displayName: 'maya', role: 'user' as const };
  const capabilities = { version: '1.0', serverId: 's', driver: 'local', features: [] };
  store.setState({ status: 'signed-in', me, capabilities });
  await expect(ready).resolves.toBeUndefined();
});
