import { type App, problem, ProblemError } from '@atelier-ide/contract';
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readNotebook } from '@atelier-ide/core/notebook/read.ts';
import { createContextService } from '@/platform/context/create-context-service.ts';
import { createFakeComputeStore, fakeApp } from '@/services/fake-compute-store.ts';
import type { Services } from '@/services/services.ts';
import { createSessionStore } from '@/services/session/session-store.ts';
import { ServicesContext } from '@/services/use-services.ts';
import './launcher.contribution.ts';
import { View } from './LauncherView.tsx';

afterEach(cleanup);

const server = fakeApp('js', { type: 'JupyterServer', instanceType: null });

function setUp(taken: readonly string[] = []) {
  const files = new Map<string, string>(taken.map((path) => [path, 'taken']));
  const compute = createFakeComputeStore();
  const waits: { resolve: (app: App) => void; reject: (error: Error) => void }[] = [];
  const tabs = { open: vi.fn(), openPath: vi.fn() };
  const createApp = vi.fn(async (_request: object): Promise<App> => {
    const app = fakeApp('a1', { status: 'Pending', phase: 'image' });
    compute.setState({ apps: [app] });
    return app;
  });
  const removeApp = vi.fn(async (_id: string) => {});
  const create = vi.fn(async (_appId: string, _cwd?: string) => '7');
  const error = vi.fn();
  const run = vi.fn(async (_id: string, _args: object) => {});
  const context = createContextService();
  const services = {
    compute: {
      store: compute,
      createApp,
      removeApp,
      jupyterServer: async () => server,
      whenInService: () => new Promise<App>((resolve, reject) => waits.push({ resolve, reject })),
      defaultEnvironment: () => ({
        imageId: 'base-python',
        kernelName: 'python3',
        instanceType: 'ml.t3.medium',
      }),
    },
    context,
    commands: { run },
    files: {
      async writeText(path: string, text: string, condition: string) {
        if (condition !== 'new' || files.has(path))
          throw new ProblemError(problem('changed-on-disk', 'There.'));
        files.set(path, text);
      },
    },
    notifications: { error },
    session: { store: createSessionStore(), has: () => true },
    tabs,
    terminals: { create },
  } as unknown as Services;
  const tab = {
    id: 't',
    kind: 'launcher',
    key: 'launcher',
    title: 'Launcher',
    isDirty: false,
    isActive: true,
  };
  render(
    <ServicesContext value={services}>
      <View tab={tab} isVisible />
    </ServicesContext>,
  );
  return { files, compute, tabs, createApp, removeApp, create, error, run, waits, context };
}

const click = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

describe('launcher', () => {
  it('shows what notebooks will run on, and changes it [C1] [C2]', async () => {
    const { run } = setUp();
    expect(screen.getByRole('region', { name: 'Launcher' }).textContent).toContain(
      'ml.t3.medium 2 vCPU + 4 GiB',
    );
    click('Change environment');
    expect(run).toHaveBeenCalledWith('compute.changeEnvironment', { documentId: null });
  });

  it('makes a notebook under the first free name and starts nothing [C1] [C4]', async () => {
    const { files, tabs, createApp } = setUp(['Untitled.ipynb', 'Untitled1.ipynb']);
    click('Create notebook');
    await waitFor(() => expect(tabs.openPath).toHaveBeenCalledExactlyOnceWith('Untitled2.ipynb'));
    const parsed = readNotebook(files.get('Untitled2.ipynb') ?? '');
    expect(parsed).toBeTruthy();
    expect(JSON.parse(files.get('Untitled2.ipynb') ?? '')).toMatchObject({
      nbformat: 4,
      cells: [{ source: [] }],
    });
    expect(createApp).not.toHaveBeenCalled();
  });

  it('puts new items into the folder that the file browser shows', async () => {
    const { context, tabs } = setUp();
    act(() => context.set({ currentFolder: 'projects/churn' }));
    expect(screen.getByText('~/projects/churn')).toBeTruthy();
    click('Markdown file');
    await waitFor(() => expect(tabs.openPath).toHaveBeenCalledExactlyOnceWith('projects/churn/untitled.md'));
  });

  it('opens a terminal of the home [C1] [I1]', async () => {
    const { tabs, create } = setUp();
    click('System terminal');
    await waitFor(() => expect(tabs.open).toHaveBeenCalledTimes(1));
    expect(create).toHaveBeenCalledWith('js');
    expect(tabs.open.mock.calls[0]?.[0]).toMatchObject({
      kind: 'terminal',
      key: 'js/7',
      area: 'bottom',
      state: { appId: 'js', name: '7', where: 'system' },
    });
  });

  it('starts an image terminal with phases, and opens it when the app is ready [I1]', async () => {
    const { tabs, createApp, waits } = setUp();
    click('Open image terminal');
    const status = await screen.findByRole('status', { name: 'Starting ml.t3.medium' });
    expect(status.textContent).toContain('Image');
    expect(createApp).toHaveBeenCalledWith({
      type: 'KernelGateway',
      imageId: 'base-python',
      instanceType: 'ml.t3.medium',
    });
    act(() => waits[0]?.resolve(fakeApp('a1')));
    await waitFor(() => expect(tabs.open).toHaveBeenCalledTimes(1));
    expect(tabs.open.mock.calls[0]?.[0]).toMatchObject({
      key: 'a1/7',
      state: { where: 'Base Python, ml.t3.medium' },
    });
    expect(screen.queryByRole('status', { name: /Starting/ })).toBeNull();
  });

  it('cancels the start [C3]', async () => {
    const { removeApp, waits, error } = setUp();
    click('Open image terminal');
    await screen.findByRole('status', { name: 'Starting ml.t3.medium' });
    click('Cancel');
    expect(removeApp).toHaveBeenCalledWith('a1');
    const ended = new ProblemError(problem('app-not-running', 'Cancelled.'));
    await act(async () => waits[0]?.reject(ended));
    expect(error).toHaveBeenCalledWith('The image terminal was not opened', ended);
  });

  it('says that something was not made, once, and makes one thing a click', async () => {
    const { create, error } = setUp();
    create.mockRejectedValueOnce(new Error('no room'));
    click('System terminal');
    click('System terminal');
    await waitFor(() => expect(error).toHaveBeenCalledTimes(1));
    expect(error.mock.calls[0]?.[0]).toBe('The terminal was not opened');
    expect(create).toHaveBeenCalledTimes(1);
  });
});
