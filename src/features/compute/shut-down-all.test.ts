import { describe, expect, it, vi } from 'vitest';
import { createDocumentsStore } from '@/services/documents/documents-store.ts';
import { createFakeComputeStore, fakeApp } from '@/services/fake-compute-store.ts';
import type { Services } from '@/services/services.ts';
import { shutDownAll } from './shut-down-all.ts';

function setUp(apps: ReturnType<typeof fakeApp>[]) {
  const documents = createDocumentsStore();
  documents.setState({
    byId: {
      d1: {
        id: 'd1',
        path: 'work/churn.ipynb',
        binding: { generation: 1, state: 'bound', appId: 'a1' },
      } as never,
    },
  });
  const confirm = vi.fn(async (_request: { title: string; items: readonly string[] }) => true);
  const removeApp = vi.fn(async (_id: string) => {});
  const notifications = { info: vi.fn(), error: vi.fn() };
  const services = {
    compute: { store: createFakeComputeStore({ apps }), removeApp },
    documents: { store: documents },
    dialogs: { confirm },
    notifications,
  } as unknown as Services;
  return { services, confirm, removeApp, notifications };
}

const server = fakeApp('js', { type: 'JupyterServer', instanceType: null });

describe('Shut down all', () => {
  it('lists what ends, then ends it, and leaves the file server', async () => {
    const { services, confirm, removeApp } = setUp([
      server,
      fakeApp('a1'),
      fakeApp('a2', { imageId: 'torch-gpu', instanceType: 'ml.g4dn.xlarge', status: 'Pending' }),
      fakeApp('a3', { status: 'Failed' }),
    ]);
    await shutDownAll(services);
    expect(confirm.mock.calls[0]?.[0]).toMatchObject({
      title: 'Shut down 2 apps?',
      items: ['Base Python on ml.t3.medium: churn.ipynb', 'PyTorch GPU on ml.g4dn.xlarge'],
    });
    expect(removeApp.mock.calls.map(([id]) => id)).toEqual(['a1', 'a2']);
  });

  it('ends nothing when the person stays', async () => {
    const { services, confirm, removeApp } = setUp([fakeApp('a1')]);
    confirm.mockResolvedValueOnce(false);
    await shutDownAll(services);
    expect(removeApp).not.toHaveBeenCalled();
  });

  it('says that nothing is running', async () => {
    const { services, confirm, notifications } = setUp([server]);
    await shutDownAll(services);
    expect(confirm).not.toHaveBeenCalled();
    expect(notifications.info).toHaveBeenCalledWith('Nothing is running.', expect.any(String));
  });

  it('ends the others when one fails, and says so', async () => {
    const { services, removeApp, notifications } = setUp([fakeApp('a1'), fakeApp('a2')]);
    removeApp.mockRejectedValueOnce(new Error('away'));
    await shutDownAll(services);
    expect(removeApp).toHaveBeenCalledTimes(2);
    expect(notifications.error).toHaveBeenCalledWith('1 of 2 apps did not shut down', expect.any(Error));
  });
});
