import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDocumentsStore } from '@/services/documents/documents-store.ts';
import { createFakeComputeStore } from '@/services/fake-compute-store.ts';
import { createFakeEvents } from '@/services/fake-events.ts';
import type { Services } from '@/services/services.ts';
import { createSessionStore } from '@/services/session/session-store.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { fakeFacts } from './running.fixture.ts';
import { View } from './RunningView.tsx';

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function setUp(options: { isEmpty?: boolean; hasUsage?: boolean } = {}) {
  const { compute, paths, terminals } = fakeFacts();
  const store = createFakeComputeStore(
    options.isEmpty ? { apps: [], instances: [], kernels: [] } : { ...compute },
  );
  const tabStore = { getState: () => ({ tabs: [] }), subscribe: () => () => undefined };
  const services = {
    api: {
      call: vi.fn(async (_name: string, { params }: { params: { id: string } }) => ({
        path: paths[params.id],
      })),
      all: vi.fn(async () => []),
    },
    commands: { run: vi.fn() },
    compute: {
      store,
      start: vi.fn(),
      removeApp: vi.fn(async () => {}),
      removeInstance: vi.fn(async () => {}),
    },
    dialogs: { show: vi.fn(async () => ({ includesServer: false }) as object | null) },
    documents: { store: createDocumentsStore(), sessions: { all: () => [] } },
    events: createFakeEvents().stream,
    kernels: { shutdown: vi.fn(async () => {}) },
    log: { warn: vi.fn() },
    notifications: { error: vi.fn(), info: vi.fn() },
    session: {
      store: createSessionStore(),
      has: (name: string) => name !== 'usage' || options.hasUsage !== false,
    },
    tabs: { store: tabStore, openPath: vi.fn(), open: vi.fn() },
    terminals: {
      list: vi.fn(async (id: string) => terminals[id] ?? []),
      shutdown: vi.fn(async () => {}),
    },
  };
  render(
    <ServicesContext value={services as unknown as Services}>
      <View />
    </ServicesContext>,
  );
  return services;
}

const row = (name: string) => screen.findByRole('treeitem', { name });
const press = (element: Element, key: string) => fireEvent.keyDown(element, { key });

describe('the panel of what runs', () => {
  it('says that nothing runs, and how compute is started [H1]', () => {
    setUp({ isEmpty: true });
    expect(screen.getByText('Nothing is running')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Shut down all' }).getAttribute('aria-disabled')).toBe('true');
  });

  it('shows shares as meters with their numbers, none where nothing is measured [H2]', async () => {
    setUp();
    await row('churn.ipynb');
    const meter = screen.getByRole('meter', { name: 'Memory of ml.t3.medium' });
    expect(meter.getAttribute('aria-valuetext')).toBe('2.9 / 4 GiB');
    expect(screen.getByRole('meter', { name: 'CPU of churn.ipynb' }).getAttribute('aria-valuenow')).toBe(
      '91',
    );
    cleanup();
    setUp({ hasUsage: false });
    await row('churn.ipynb');
    expect(screen.queryByRole('meter')).toBeNull();
  });

  it('opens notebooks and terminals, folds what has rows below [H1]', async () => {
    const { tabs } = setUp();
    fireEvent.focus(await row('churn.ipynb'));
    press(await row('churn.ipynb'), 'Enter');
    expect(tabs.openPath).toHaveBeenCalledWith('work/churn.ipynb');
    fireEvent.click(await row('System terminal 1'));
    expect(tabs.open).toHaveBeenCalledWith(expect.objectContaining({ kind: 'terminal', key: 'js/1' }));
    fireEvent.focus(await row('ml.t3.medium'));
    press(await row('ml.t3.medium'), 'ArrowLeft');
    expect(screen.queryByRole('treeitem', { name: 'churn.ipynb' })).toBeNull();
    press(await row('ml.t3.medium'), 'ArrowDown');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('ml.m5.large');
  });

  it('asks before a kernel ends and leaves it when the person stays [H1]', async () => {
    const { dialogs, kernels } = setUp();
    dialogs.show.mockResolvedValueOnce(null);
    fireEvent.focus(await row('churn.ipynb'));
    press(await row('churn.ipynb'), 'Delete');
    await waitFor(() => expect(dialogs.show).toHaveBeenCalledOnce());
    expect(kernels.shutdown).not.toHaveBeenCalled();
    press(await row('churn.ipynb'), 'Delete');
    await waitFor(() => expect(kernels.shutdown).toHaveBeenCalledWith('a1', 'k1'));
    expect((await row('churn.ipynb')).getAttribute('aria-description')).toBe('shutting down');
  });

  it('shows an instance as it is again when its end failed, and says so [H1]', async () => {
    const { compute, notifications } = setUp();
    compute.removeInstance.mockRejectedValueOnce(new Error('away'));
    await row('churn.ipynb');
    fireEvent.click(screen.getByRole('button', { name: 'Shut down ml.t3.medium' }));
    await waitFor(() =>
      expect(notifications.error).toHaveBeenCalledWith('ml.t3.medium did not shut down', expect.any(Error)),
    );
    expect((await row('ml.t3.medium')).getAttribute('data-status')).toBe('running');
  });

  it('forgets a terminal that it ended', async () => {
    const { terminals } = setUp();
    await row('Terminal 1');
    fireEvent.click(screen.getByRole('button', { name: 'Shut down Terminal 1' }));
    await waitFor(() => expect(screen.queryByRole('treeitem', { name: 'Terminal 1' })).toBeNull());
    expect(terminals.shutdown).toHaveBeenCalledWith('a1', '1');
  });

  it('shows the four sections when asked to [H1]', async () => {
    setUp();
    await row('churn.ipynb');
    fireEvent.click(screen.getByRole('button', { name: 'Show by kind' }));
    expect((await row('Kernel sessions')).getAttribute('aria-level')).toBe('1');
    expect((await row('churn.ipynb')).getAttribute('aria-level')).toBe('2');
  });
});
