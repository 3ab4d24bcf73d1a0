import { problem, ProblemError, type Switch } from '@atelier-ide/contract';
import { describe, expect, it, vi } from 'vitest';
import { createDocumentsStore } from '@/services/documents/documents-store.ts';
import { createFakeComputeStore, fakeApp } from '@/services/fake-compute-store.ts';
import type { Services } from '@/services/services.ts';
import { stopFormer } from './stop-former.ts';

const place = { imageId: 'base-python', kernelName: 'python3' };
const done: Switch = {
  id: 's1',
  documentId: 'd1',
  notebookPath: 'work/churn.ipynb',
  from: { ...place, instanceType: 'ml.t3.medium', appId: 'a1', kernelId: 'k1' },
  to: { ...place, instanceType: 'ml.m5.large', appId: 'a2', kernelId: 'k2' },
  state: 'done',
  old: { state: 'running', otherDocuments: [] },
  createdAt: '2026-11-23T00:00:00.000Z',
};

function setUp(change: Partial<Switch> = {}, inApp: { terminals?: string[]; kernels?: string[] } = {}) {
  const documents = createDocumentsStore();
  documents.setState({ switches: { d1: { ...done, ...change } } });
  const kernels = (inApp.kernels ?? ['k1']).map((id) => ({
    id,
    appId: 'a1',
    name: 'python3',
    state: 'idle' as const,
    documentId: null,
  }));
  const confirm = vi.fn(async (_request: { items: readonly string[] }) => true);
  const removeApp = vi.fn(async (_id: string) => {});
  const shutdown = vi.fn(async (_appId: string, _kernelId: string) => {});
  const putAwaySwitch = vi.fn();
  const notifications = { success: vi.fn(), error: vi.fn() };
  const services = {
    compute: { store: createFakeComputeStore({ apps: [fakeApp('a1'), fakeApp('a2')], kernels }), removeApp },
    documents: { store: documents, putAwaySwitch },
    kernels: { shutdown },
    terminals: { list: async () => inApp.terminals ?? [] },
    dialogs: { confirm },
    notifications,
    log: { warn: vi.fn() },
  } as unknown as Services;
  return { services, confirm, removeApp, shutdown, putAwaySwitch, notifications };
}

describe('stopping what a document left [G3]', () => {
  it('ends the app where nothing else is in it, unasked', async () => {
    const { services, confirm, removeApp, shutdown, putAwaySwitch } = setUp();
    await stopFormer(services, 'd1');
    expect(removeApp).toHaveBeenCalledExactlyOnceWith('a1');
    expect(confirm).not.toHaveBeenCalled();
    expect(shutdown).not.toHaveBeenCalled();
    expect(putAwaySwitch).toHaveBeenCalledExactlyOnceWith('d1');
  });

  it('ends the kernel only where others are in the app, and says who', async () => {
    const others = { state: 'running' as const, otherDocuments: ['work/explore.ipynb'] };
    const { services, confirm, removeApp, shutdown } = setUp(
      { old: others },
      { terminals: ['1'], kernels: ['k1', 'k9'] },
    );
    await stopFormer(services, 'd1');
    expect(confirm.mock.calls[0]?.[0].items).toEqual([
      'The kernel of explore.ipynb',
      '1 further kernel',
      'Terminal 1',
    ]);
    expect(shutdown).toHaveBeenCalledExactlyOnceWith('a1', 'k1');
    expect(removeApp).not.toHaveBeenCalled();
  });

  it('ends nothing when the person stays', async () => {
    const { services, confirm, removeApp, shutdown, putAwaySwitch } = setUp({}, { terminals: ['1'] });
    confirm.mockResolvedValueOnce(false);
    await stopFormer(services, 'd1');
    expect([removeApp, shutdown, putAwaySwitch].flatMap((one) => one.mock.calls)).toEqual([]);
  });

  it('never ends the app that the document runs in now', async () => {
    const { services, removeApp, shutdown } = setUp({ to: { ...done.to, appId: 'a1' } });
    await stopFormer(services, 'd1');
    expect(removeApp).not.toHaveBeenCalled();
    expect(shutdown).toHaveBeenCalledExactlyOnceWith('a1', 'k1');
  });

  it('takes it as done when somebody was faster, and says when it was not done', async () => {
    const faster = setUp();
    faster.removeApp.mockRejectedValueOnce(new ProblemError(problem('not-found', 'There is no such app.')));
    await stopFormer(faster.services, 'd1');
    expect(faster.putAwaySwitch).toHaveBeenCalledTimes(1);
    const away = setUp();
    away.removeApp.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await stopFormer(away.services, 'd1');
    expect(away.putAwaySwitch).not.toHaveBeenCalled();
    expect(away.notifications.error).toHaveBeenCalledWith(
      'The old kernel on ml.t3.medium was not stopped',
      expect.any(TypeError),
    );
  });
});
