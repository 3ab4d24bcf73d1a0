import type { Binding, Feature, StudioDocument, Switch } from '@atelier-ide/contract';
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { createStore } from 'zustand/vanilla';
import { createDocumentsStore } from '@/services/documents/documents-store.ts';
import { createFakeComputeStore, fakeApp } from '@/services/fake-compute-store.ts';
import type { Services } from '@/services/services.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { createNotebookStore } from '../session/notebook-store.ts';
import { KernelBar } from './KernelBar.tsx';
import { StartBar } from './StartBar.tsx';
import { NotebookContext, type NotebookView } from './use-notebook.ts';

afterEach(cleanup);

const place = { imageId: 'base-python', kernelName: 'python3' };
const bound = { generation: 2, state: 'bound' as const, appId: 'a1', kernelId: 'k1', kernelName: 'python3' };
const move: Switch = {
  id: 's1',
  documentId: 'd1',
  notebookPath: 'work/churn.ipynb',
  from: { ...place, instanceType: 'ml.t3.medium', appId: 'a1', kernelId: 'k1' },
  to: { ...place, instanceType: 'ml.m5.large', appId: 'a2', kernelId: 'k2' },
  state: 'starting',
  createdAt: new Date().toISOString(),
};
const environment = { ...place, instanceType: 'ml.m5.large' };

type Options = {
  binding?: Binding;
  move?: Switch;
  compute?: Partial<ComputeState>;
  features?: readonly Feature[];
  /** What is open, and the key of what shows the bars. */
  tabs?: readonly { key: string }[];
  path?: string;
};

function setUp({ binding = bound, move: told, compute = {}, features = [], tabs = [], path }: Options = {}) {
  const documents = createDocumentsStore();
  const document: StudioDocument = {
    id: 'd1',
    path: 'work/churn.ipynb',
    kind: 'notebook',
    binding,
    proposal: { ...environment, source: 'remembered' },
    lease: { fence: 0 },
  };
  documents.setState({ byId: { d1: document }, switches: told ? { d1: told } : {} });
  const store = createNotebookStore(path ?? document.path);
  store.setState({ document });
  const run = vi.fn(async (_id: string, _args?: object) => undefined);
  const cancelSwitch = vi.fn(async (_id: string) =>
    documents.setState(({ switches }) => ({
      switches: told ? { d1: { ...told, state: 'cancelled' } } : switches,
    })),
  );
  const putAwaySwitch = vi.fn(() => documents.setState({ switches: {} }));
  const bind = vi.fn(async () => document);
  const cancelStart = vi.fn(async (_id: string) => true);
  const notifications = { info: vi.fn(), error: vi.fn() };
  const services = {
    compute: { store: createFakeComputeStore({ apps: [fakeApp('a1')], ...compute }) },
    documents: { store: documents, cancelSwitch, putAwaySwitch, bind, cancelStart },
    session: { has: (feature: Feature) => features.includes(feature) },
    commands: { run },
    tabs: { store: createStore(() => ({ tabs })) },
    notifications,
  } as unknown as Services;
  const view = { session: { store }, services } as unknown as NotebookView;
  render(
    <ServicesContext value={services}>
      <NotebookContext value={view}>
        <StartBar />
        <KernelBar />
      </NotebookContext>
    </ServicesContext>,
  );
  const tell = (change: Partial<Switch>) =>
    act(() => documents.setState({ switches: { d1: { ...move, ...change } } }));
  return { run, bind, cancelStart, cancelSwitch, putAwaySwitch, notifications, tell, store };
}

const click = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

describe('a switch [G1] [G3]', () => {
  it('says where one stays, and goes on to what it waits for', () => {
    const { tell, run } = setUp({ move, binding: { ...bound, state: 'switching' } });
    const bar = () => screen.getByRole('status', { name: 'Starting ml.m5.large' });
    expect(bar().textContent).toContain('You stay on ml.t3.medium until ml.m5.large is ready.');
    tell({ waitingFor: 'executions' });
    expect(bar().textContent).toContain('ml.m5.large is ready. Saving what ran on ml.t3.medium.');
    expect(run).not.toHaveBeenCalled();
  });

  it('is cancelled: nothing has changed', async () => {
    const { cancelSwitch, putAwaySwitch, notifications } = setUp({ move });
    click('Cancel');
    await waitFor(() => expect(putAwaySwitch).toHaveBeenCalledExactlyOnceWith('d1'));
    expect(cancelSwitch).toHaveBeenCalledExactlyOnceWith('s1');
    expect(notifications.info).toHaveBeenCalledWith(
      'Switch cancelled',
      'You are still on ml.t3.medium, nothing changed.',
    );
  });

  it('that failed says why, what is kept, and can be tried again', () => {
    const failure = { code: 'impossible', message: 'No host has 32 GiB free.' };
    const app = fakeApp('a2', {
      status: 'Failed',
      failure: { code: 'start-failed', message: 'x', log: 'Traceback' },
    });
    const { run } = setUp({
      move: { ...move, state: 'failed', failure },
      compute: { apps: [fakeApp('a1'), app] },
      features: ['logs'],
    });
    expect(screen.getByRole('alert').textContent).toContain(
      'The switch failed: no host has 32 GiB free. You are still on ml.t3.medium, nothing changed.',
    );
    expect(screen.getByText('Traceback')).toBeTruthy();
    click('Try again');
    expect(run).toHaveBeenLastCalledWith('compute.moveTo', { documentId: 'd1', environment });
    click('Show log');
    expect(run).toHaveBeenLastCalledWith('compute.showLog', { of: 'app', id: 'a2' });
  });

  it.each([
    { tabs: [{ key: 'work/churn.ipynb' }], count: 0 },
    { tabs: [{ key: 'work/other.ipynb' }], count: 1 },
  ])('is told in a console of the kernel only where the notebook is not open: $count', ({ tabs, count }) => {
    const failed = { ...move, state: 'failed' as const, failure: { code: 'impossible', message: 'No.' } };
    setUp({ move: failed, path: 'work/churn.ipynb#console-1', tabs });
    expect(screen.queryAllByRole('alert')).toHaveLength(count);
  });

  it('that is done offers to stop what was left, or to keep it', () => {
    const binding = { ...bound, appId: 'a2', kernelId: 'k2' };
    const old = { state: 'running' as const, otherDocuments: [] };
    const { run, putAwaySwitch, tell } = setUp({ move: { ...move, state: 'done', old }, binding });
    expect(screen.getByRole('status').textContent).toContain(
      'Now on ml.m5.large. Variables stay on ml.t3.medium, which still runs.',
    );
    click('Stop ml.t3.medium');
    expect(run).toHaveBeenLastCalledWith('compute.stopFormer', { documentId: 'd1' });
    tell({ state: 'done', old: { ...old, otherDocuments: ['other.ipynb'] } });
    expect(screen.getByRole('button', { name: 'Stop the old kernel' })).toBeTruthy();
    click('Keep it');
    expect(putAwaySwitch).toHaveBeenCalledExactlyOnceWith('d1');
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('that was done is not told of a notebook that has moved on', () => {
    setUp({ move: { ...move, state: 'done', old: { state: 'running', otherDocuments: [] } } });
    expect(screen.queryByText(/Now on/)).toBeNull();
  });
});

describe('a first start [C3]', () => {
  it('shows its log where the backend keeps one, and is cancelled to nothing', async () => {
    const starting = { generation: 3, state: 'starting' as const, appId: 'a2', kernelName: 'python3' };
    const pending = fakeApp('a2', { status: 'Pending', instanceType: 'ml.m5.large' });
    const { run, cancelStart, notifications } = setUp({
      binding: starting,
      compute: { apps: [pending] },
      features: ['logs'],
    });
    click('Show log');
    expect(run).toHaveBeenLastCalledWith('compute.showLog', { of: 'app', id: 'a2' });
    click('Cancel');
    await waitFor(() => expect(notifications.info).toHaveBeenCalledWith('Start cancelled', 'Nothing runs.'));
    expect(cancelStart).toHaveBeenCalledExactlyOnceWith('d1');
  });

  it('that was over before it was cancelled says that the kernel runs', async () => {
    const { cancelStart, notifications } = setUp({
      binding: { generation: 3, state: 'starting', appId: 'a2', kernelName: 'python3' },
    });
    cancelStart.mockResolvedValueOnce(false);
    click('Cancel');
    await waitFor(() =>
      expect(notifications.info).toHaveBeenCalledWith(
        'The kernel was ready first',
        expect.stringMatching(/^It runs\./),
      ),
    );
  });

  it('that failed folds the end of its log away, and can be tried again', () => {
    const failure = { code: 'start-failed', message: 'The interpreter ended with code 1.' };
    const app = fakeApp('a2', {
      status: 'Failed',
      instanceType: 'ml.m5.large',
      failure: { ...failure, log: 'ModuleNotFoundError: ipykernel' },
    });
    const { run } = setUp({ binding: { generation: 3, state: 'none', failure }, compute: { apps: [app] } });
    const alert = screen.getByRole('alert');
    expect(alert.textContent).toContain('The kernel was not started. The interpreter ended with code 1.');
    expect(alert.textContent).toContain('Nothing runs. Your edits and outputs are kept.');
    expect(screen.getByText('ModuleNotFoundError: ipykernel').closest('details')?.open).toBe(false);
    click('Try again');
    expect(run).toHaveBeenLastCalledWith('compute.moveTo', { documentId: 'd1', environment });
  });
});

describe('an end for lack of memory', () => {
  it('names the limit, says what is kept and offers a larger instance', async () => {
    const { store, run } = setUp();
    const cause =
      'The kernel ran out of memory (4 GiB) in churn.ipynb. Your code, outputs and files are kept.';
    act(() => store.setState({ death: { cause }, kernel: { state: 'dead', since: 0, cause } }));
    expect(screen.getByRole('alert').textContent).toContain('ran out of memory (4 GiB)');
    click('Continue on 8 GiB');
    await waitFor(() => expect(store.getState().death).toBeNull());
    expect(run).toHaveBeenCalledExactlyOnceWith('compute.moveTo', { documentId: 'd1', environment });
  });
});

it('a start that failed is told once: no variables are gone [C3]', () => {
  const failure = { code: 'start-failed', message: 'No host has 32 GiB free.' };
  const { store } = setUp({ binding: { generation: 2, state: 'ended', failure } });
  act(() =>
    store.setState(({ kernel }) => ({ kernel: { ...kernel, state: 'dead', cause: failure.message } })),
  );
  const [alert, ...others] = screen.getAllByRole('alert');
  expect(alert?.textContent).toContain('The kernel was not started. No host has 32 GiB free.');
  expect(others).toEqual([]);
});
