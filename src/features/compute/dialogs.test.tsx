import {
  type Binding,
  type Environment,
  type Feature,
  type FoundEnvironment,
  type Instance,
  problem,
  ProblemError,
  type StudioDocument,
  type Usage,
} from '@atelier-ide/contract';
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import type { ComponentType } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { createDocumentsStore } from '@/services/documents/documents-store.ts';
import { createFakeComputeStore, fakeApp, fakeImage } from '@/services/fake-compute-store.ts';
import type { Services } from '@/services/services.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { View as ChangeEnvironment } from './ChangeEnvironmentDialog.tsx';
import { View as SelectInstance } from './SelectInstanceDialog.tsx';

afterEach(cleanup);

const domainEnvironment: Environment = {
  imageId: 'base-python',
  kernelName: 'python3',
  instanceType: 'ml.t3.medium',
};

/** A store in which nothing happens. */
const silent = { getState: () => ({}), getInitialState: () => ({}), subscribe: () => () => undefined };

type SetUp = {
  compute?: Partial<ComputeState>;
  binding?: Partial<Binding>;
  note?: string;
  features?: readonly Feature[];
  found?: readonly FoundEnvironment[];
};

function setUp(options: SetUp = {}) {
  const documents = createDocumentsStore();
  const document: StudioDocument = {
    id: 'd1',
    path: 'work/churn.ipynb',
    kind: 'notebook',
    binding: { generation: 1, state: 'none', ...options.binding },
    proposal: { ...domainEnvironment, source: 'default', ...(options.note ? { note: options.note } : {}) },
    lease: { fence: 0 },
  };
  documents.setState({ byId: { d1: document } });
  const bind = vi.fn(async (_id: string, _environment: Environment | null) => document);
  const switchTo = vi.fn(async (_id: string, _environment: Environment) => undefined);
  const call = vi.fn(async (_route: string, _options: object): Promise<unknown> => undefined);
  const run = vi.fn(async () => undefined);
  const remember = vi.fn();
  const services = {
    compute: {
      store: createFakeComputeStore(options.compute),
      defaultEnvironment: () => domainEnvironment,
      rememberEnvironment: remember,
    },
    documents: { store: documents, bind, switchTo },
    session: { has: (feature: Feature) => options.features?.includes(feature) ?? false, store: silent },
    api: { call, all: async () => options.found ?? [] },
    commands: { run },
  } as unknown as Services;
  const close = vi.fn();
  const show = <A,>(View: ComponentType<DialogProps<A, true>>, args: A) =>
    render(
      <ServicesContext value={services}>
        <View args={args} close={close} />
      </ServicesContext>,
    );
  return { bind, switchTo, call, run, compute: services.compute.store, remember, close, show };
}

const kernel = {
  id: 'k1',
  appId: 'a1',
  name: 'python3',
  state: 'idle' as const,
  documentId: 'd1',
};
const running = {
  compute: { apps: [fakeApp('a1')], kernels: [kernel] },
  binding: { state: 'bound' as const, appId: 'a1', kernelId: 'k1', kernelName: 'python3' },
};
/** The catalogue with prices for two of its types. */
const priced = () =>
  createFakeComputeStore()
    .getState()
    .instanceTypes.map((type) => ({
      ...type,
      ...(type.name === 'ml.m5.large' ? { pricePerHour: 0.11 } : {}),
      ...(type.name === 'ml.t3.medium' ? { pricePerHour: 0.2 } : {}),
    }));
const field = (name: string) => screen.getByRole<HTMLSelectElement>('combobox', { name });
const choose = (name: string, value: string) => fireEvent.change(field(name), { target: { value } });
const button = (name: string) => screen.getByRole('button', { name });

describe('Change environment', () => {
  it('shows the proposal and binds the document to what is selected [C2]', async () => {
    const { show, bind, remember, close } = setUp();
    show(ChangeEnvironment, { documentId: 'd1' });
    expect(screen.getByRole('dialog', { name: 'Change environment' })).toBeTruthy();
    expect(['Image', 'Kernel', 'Instance type', 'Start-up script'].map((name) => field(name).value)).toEqual([
      'base-python',
      'python3',
      'ml.t3.medium',
      '',
    ]);
    expect(field('Start-up script').selectedOptions[0]?.textContent).toBe('No script');
    choose('Kernel', 'ir');
    choose('Instance type', 'ml.m5.large');
    fireEvent.click(button('Select'));
    const chosen = { imageId: 'base-python', kernelName: 'ir', instanceType: 'ml.m5.large' };
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    expect(bind).toHaveBeenCalledExactlyOnceWith('d1', chosen);
    expect(remember).toHaveBeenCalledExactlyOnceWith(chosen);
  });

  it('names sizes, and why a type cannot be had', () => {
    setUp().show(ChangeEnvironment, { documentId: 'd1' });
    const options = [...field('Instance type').options];
    expect(options[0]?.textContent).toBe('ml.t3.medium, 2 vCPU + 4 GiB');
    const refused = options.find((option) => option.value === 'ml.m5.2xlarge');
    expect(refused?.disabled).toBe(true);
    expect(refused?.textContent).toContain('this host has 24 GiB');
  });

  it('switches a document with a kernel where the backend can [G1] [G6]', async () => {
    const { show, bind, switchTo, remember, close } = setUp({ ...running, features: ['switch'] });
    show(ChangeEnvironment, { documentId: 'd1' });
    choose('Kernel', 'ir');
    expect(screen.getByRole('dialog').textContent).toContain('until the new kernel is ready');
    fireEvent.click(button('Select'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    const chosen = { ...domainEnvironment, kernelName: 'ir' };
    expect(switchTo).toHaveBeenCalledExactlyOnceWith('d1', chosen);
    expect(bind).not.toHaveBeenCalled();
    expect(remember).toHaveBeenCalledExactlyOnceWith(chosen);
  });

  it('binds a document without a kernel, and takes a kernel away, without a switch', async () => {
    const without = setUp({ features: ['switch'] });
    without.show(ChangeEnvironment, { documentId: 'd1' });
    fireEvent.click(button('Select'));
    await waitFor(() => expect(without.bind).toHaveBeenCalledExactlyOnceWith('d1', domainEnvironment));
    cleanup();
    const bound = setUp({ ...running, features: ['switch'] });
    bound.show(ChangeEnvironment, { documentId: 'd1' });
    choose('Kernel', '');
    fireEvent.click(button('Select'));
    await waitFor(() => expect(bound.bind).toHaveBeenCalledExactlyOnceWith('d1', null));
    expect([without.switchTo, bound.switchTo].flatMap((one) => one.mock.calls)).toEqual([]);
  });

  it('takes the kernel away', async () => {
    const { show, bind, remember, close } = setUp(running);
    show(ChangeEnvironment, { documentId: 'd1' });
    fireEvent.change(field('Kernel'), { target: { value: '' } });
    expect(field('Kernel').selectedOptions[0]?.textContent).toBe('No kernel');
    fireEvent.click(button('Select'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    expect(bind).toHaveBeenCalledExactlyOnceWith('d1', null);
    expect(remember).not.toHaveBeenCalled();
  });

  it('says that variables stay in the old app, which goes on, before anything is changed [C2] [G6]', () => {
    setUp(running).show(ChangeEnvironment, { documentId: 'd1' });
    const text = () => screen.getByRole('dialog').textContent;
    expect(text()).not.toContain('until the new kernel is ready');
    choose('Instance type', 'ml.m5.large');
    expect(text()).toContain('You stay on ml.t3.medium until the new kernel is ready.');
    expect(text()).toContain('Edits and outputs are kept. Variables stay on ml.t3.medium, which goes on.');
  });

  it('does nothing to a document that stays where it is', async () => {
    const { show, bind, close } = setUp(running);
    show(ChangeEnvironment, { documentId: 'd1' });
    fireEvent.click(button('Select'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    expect(bind).not.toHaveBeenCalled();
  });

  it('gives a document whose kernel has died another one in the same environment', async () => {
    const compute = { ...running.compute, kernels: [] };
    const { show, bind, close, switchTo } = setUp({ ...running, compute, features: ['switch'] });
    show(ChangeEnvironment, { documentId: 'd1' });
    fireEvent.click(button('Select'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    expect(bind).toHaveBeenCalledWith('d1', domainEnvironment);
    expect(switchTo).not.toHaveBeenCalled();
  });

  it('keeps the dialog with the reason when the server refuses [A4]', async () => {
    const { show, bind, remember, close } = setUp();
    const full = 'ml.t3.medium is full: 4 of 4 apps. Stop one, or use ml.m5.large.';
    bind.mockRejectedValueOnce(new ProblemError(problem('limit-exceeded', full)));
    show(ChangeEnvironment, { documentId: 'd1' });
    fireEvent.click(button('Select'));
    expect((await screen.findByRole('alert')).textContent).toContain(full);
    expect(close).not.toHaveBeenCalled();
    expect(remember).not.toHaveBeenCalled();
    fireEvent.click(button('Select'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
  });

  it('says what to do when the server cannot be reached', async () => {
    const { show, bind } = setUp();
    bind.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    show(ChangeEnvironment, { documentId: 'd1' });
    fireEvent.click(button('Select'));
    expect((await screen.findByRole('alert')).textContent).toContain('Nothing was changed');
  });

  it('moves to a type with a GPU for a GPU image', () => {
    setUp().show(ChangeEnvironment, { documentId: 'd1' });
    choose('Image', 'torch-gpu');
    expect(field('Instance type').value).toBe('ml.g4dn.xlarge');
    expect(screen.getByRole<HTMLOptionElement>('option', { name: /ml.t3.medium/ }).disabled).toBe(true);
  });

  it('remembers the choice for what is made next, and starts nothing [C2] [C4]', async () => {
    const { show, bind, remember, close } = setUp();
    show(ChangeEnvironment, { documentId: null });
    choose('Instance type', 'ml.m5.large');
    fireEvent.click(button('Select'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    expect(bind).not.toHaveBeenCalled();
    expect(remember).toHaveBeenCalledExactlyOnceWith({ ...domainEnvironment, instanceType: 'ml.m5.large' });
  });

  it('shows an image that is being made, and lets it be selected once it is [C2]', () => {
    const steps = [
      { name: 'venv', title: 'Make the environment', state: 'done' as const },
      { name: 'download', title: 'Download 42 packages', state: 'running' as const },
    ];
    const base = createFakeComputeStore().getState().images;
    const making = fakeImage('science', 'Data Science', { status: 'CREATING', steps });
    const { show, compute } = setUp({ compute: { images: [...base, making] } });
    show(ChangeEnvironment, { documentId: 'd1' });
    const option = () =>
      screen.getByRole<HTMLOptionElement>('option', { name: /^Data Science/, hidden: true });
    expect(option().disabled).toBe(true);
    expect(option().textContent).toBe('Data Science, being made, step 2 of 2: Download 42 packages');
    expect(screen.getByRole('progressbar', { name: 'Making of Data Science' })).toBeTruthy();
    const { steps: _none, ...made } = making;
    act(() => compute.setState({ images: [...base, { ...made, status: 'CREATED' }] }));
    expect(option().disabled).toBe(false);
    expect(screen.queryByRole('list', { name: 'Images that are not ready' })).toBeNull();
  });

  it('says why an image was not made, shows its log and makes it again', async () => {
    const failureReason = 'lightgbm 4.9.9 does not exist, 4.6.0 is the newest.';
    const base = createFakeComputeStore().getState().images;
    const failed = fakeImage('science', 'Data Science', { status: 'CREATE_FAILED', failureReason });
    const { show, call, run } = setUp({ compute: { images: [...base, failed] }, features: ['logs'] });
    show(ChangeEnvironment, { documentId: 'd1' });
    const list = screen.getByRole('list', { name: 'Images that are not ready' });
    expect(list.textContent).toContain(`Data Science was not made. ${failureReason}`);
    fireEvent.click(within(list).getByRole('button', { name: 'Show log' }));
    expect(run).toHaveBeenCalledExactlyOnceWith('compute.showLog', { of: 'image', id: 'science' });
    call.mockRejectedValueOnce(new ProblemError(problem('limit-exceeded', 'The disk is full.')));
    fireEvent.click(within(list).getByRole('button', { name: 'Try again' }));
    expect((await within(list).findByRole('alert')).textContent).toBe('The disk is full.');
    fireEvent.click(within(list).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(within(list).queryByRole('alert')).toBeNull());
    expect(call).toHaveBeenCalledWith('retryImage', { params: { id: 'science' } });
  });

  it('offers environments of the person’s files: one click makes an image and selects it [H2]', async () => {
    const found: FoundEnvironment[] = [
      { id: 'e1', kind: 'uv', displayName: 'churn', path: 'projects/churn/.venv', version: '3.12.4' },
      { id: 'e2', kind: 'conda', displayName: 'old', path: 'old', reason: 'ipykernel is not installed.' },
    ];
    const { show, call, bind, compute } = setUp({ features: ['environments'], found });
    const image = fakeImage('found-e1', 'churn', { scope: 'user' });
    call.mockImplementation(async () => {
      compute.setState(({ images }) => ({ images: [...images, image] }));
      return image;
    });
    show(ChangeEnvironment, { documentId: 'd1' });
    const section = await screen.findByRole('region', { name: 'Found in your files' });
    const use = await within(section).findByRole('button', { name: 'Use churn' });
    expect(section.textContent).toContain('3.12.4');
    expect(section.textContent).toContain('projects/churn/.venv');
    expect(section.textContent).toContain('ipykernel is not installed.');
    expect(within(section).getByRole('button', { name: 'Use old' }).getAttribute('aria-disabled')).toBe(
      'true',
    );
    fireEvent.click(use);
    await waitFor(() => expect(field('Image').value).toBe('found-e1'));
    expect(call).toHaveBeenCalledExactlyOnceWith('createImage', { body: { environmentId: 'e1' } });
    fireEvent.click(button('Select'));
    await waitFor(() =>
      expect(bind).toHaveBeenCalledExactlyOnceWith('d1', { ...domainEnvironment, imageId: 'found-e1' }),
    );
  });

  it('takes the first kernel of an environment that becomes an image in a while', async () => {
    const found: FoundEnvironment[] = [{ id: 'e1', kind: 'venv', displayName: 'churn', path: 'churn/.venv' }];
    const { show, call, bind, compute } = setUp({ features: ['environments'], found });
    const { images } = compute.getState();
    const making = fakeImage('found-e1', 'churn', { scope: 'user', status: 'CREATING', kernels: [] });
    call.mockImplementation(async () => {
      compute.setState({ images: [...images, making] });
      return making;
    });
    show(ChangeEnvironment, { documentId: 'd1' });
    fireEvent.click(await screen.findByRole('button', { name: 'Use churn' }));
    await waitFor(() => expect(field('Image').value).toBe('found-e1'));
    expect(button('Select').getAttribute('aria-disabled')).toBe('true');
    const kernels = [{ name: 'ir', displayName: 'R', language: 'R' }];
    act(() => compute.setState({ images: [...images, { ...making, status: 'CREATED', kernels }] }));
    expect(field('Kernel').value).toBe('ir');
    fireEvent.click(button('Select'));
    await waitFor(() =>
      expect(bind).toHaveBeenCalledExactlyOnceWith('d1', {
        ...domainEnvironment,
        imageId: 'found-e1',
        kernelName: 'ir',
      }),
    );
  });

  it('says why a wish of the file was not followed', () => {
    const note = 'ml.p3.2xlarge is not available here: This host has no GPU.';
    setUp({ note }).show(ChangeEnvironment, { documentId: 'd1' });
    expect(screen.getByRole('dialog').textContent).toContain(note);
  });

  it('works on a backend without instance types [A11]', async () => {
    const { show, bind, close } = setUp({ compute: { instanceTypes: [] } });
    show(ChangeEnvironment, { documentId: 'd1' });
    expect(field('Instance type').disabled).toBe(true);
    fireEvent.click(button('Select'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    expect(bind).toHaveBeenCalledTimes(1);
  });

  it('changes nothing when it is cancelled', () => {
    const { show, bind, close } = setUp();
    show(ChangeEnvironment, { documentId: 'd1' });
    fireEvent.click(button('Cancel'));
    expect(close).toHaveBeenCalledExactlyOnceWith(null);
    expect(bind).not.toHaveBeenCalled();
  });
});

describe('Select instance', () => {
  const table = () => screen.getByRole('table', { name: 'Instance types' });
  const names = () =>
    within(table())
      .getAllByRole('row')
      .slice(1)
      .map((row) => /ml\.[\w.]+/.exec(row.textContent)?.[0]);
  const row = (name: RegExp) => within(table()).getByRole('row', { name });

  it('shows fast types first and all on demand', () => {
    setUp(running).show(SelectInstance, { documentId: 'd1' });
    expect(screen.getByRole('dialog', { name: 'Select instance' }).textContent).toContain(
      'churn.ipynb runs on ml.t3.medium, 2 vCPU + 4 GiB.',
    );
    expect(names()).toEqual(['ml.t3.medium', 'ml.m5.large', 'ml.g4dn.xlarge']);
    fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    expect(names()).toHaveLength(5);
    expect(row(/^ml.t3.medium/).textContent).toContain('Current');
    expect(row(/^ml.t3.medium/).textContent).toContain('Running, 3 free');
  });

  it('filters and sorts', () => {
    setUp().show(SelectInstance, { documentId: 'd1' });
    fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    fireEvent.click(button('Memory'));
    fireEvent.click(button('Memory'));
    expect(names()[0]).toBe('ml.m5.2xlarge');
    fireEvent.change(screen.getByRole('textbox', { name: 'Filter' }), { target: { value: 'm5' } });
    expect(names()).toEqual(['ml.m5.2xlarge', 'ml.m5.xlarge', 'ml.m5.large']);
    fireEvent.change(screen.getByRole('textbox', { name: 'Filter' }), { target: { value: 'none' } });
    expect(screen.getByRole('dialog').textContent).toContain('No type fits');
  });

  it('filters by vCPU, memory and GPU, and can be cleared [G2]', () => {
    setUp().show(SelectInstance, { documentId: 'd1' });
    choose('vCPU', '4');
    expect(names()).toEqual(['ml.g4dn.xlarge']);
    fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    expect(names()).toEqual(['ml.m5.xlarge', 'ml.m5.2xlarge', 'ml.g4dn.xlarge']);
    choose('GPU', '0');
    expect(names()).toEqual(['ml.m5.xlarge', 'ml.m5.2xlarge']);
    choose('Memory', '32');
    expect(names()).toEqual(['ml.m5.2xlarge']);
    choose('GPU', '1');
    expect(names()).toEqual([]);
    fireEvent.click(button('Clear filters'));
    expect(names()).toHaveLength(5);
    choose('GPU', '1');
    expect(names()).toEqual(['ml.g4dn.xlarge']);
  });

  it('sorts by every column, with the mark at the sorted head only [G2]', () => {
    setUp({ ...running, compute: { ...running.compute, instanceTypes: priced() } }).show(SelectInstance, {
      documentId: 'd1',
    });
    fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    const heads = within(table()).getAllByRole('columnheader');
    expect(heads.map((head) => head.textContent)).toEqual([
      'Type',
      'vCPU',
      'Memory',
      'GPU',
      'Launch',
      'Price',
      'Apps in use, or why not available',
    ]);
    for (const head of heads) {
      fireEvent.click(within(head).getByRole('button'));
      expect(heads.filter((one) => one.getAttribute('aria-sort')).map((one) => one.textContent)).toEqual([
        head.textContent,
      ]);
    }
    expect(names()[0]).toBe('ml.t3.medium');
    expect(names().at(-1)).toBe('ml.m5.2xlarge');
    fireEvent.click(button('Price'));
    expect(names()[0]).toBe('ml.m5.large');
  });

  it('has no column of prices where no type has one', () => {
    setUp().show(SelectInstance, { documentId: 'd1' });
    expect(within(table()).queryByRole('columnheader', { name: 'Price' })).toBeNull();
  });

  it('shows what a running instance uses, and that sizes are not enforced [A8] [G2]', () => {
    const none = { cpu: 'none', memory: 'none', reason: 'No control group may be made here.' };
    const domain = createFakeComputeStore().getState().domain;
    const instance: Instance = {
      id: 'i1',
      type: 'ml.t3.medium',
      status: 'InService',
      apps: ['a1'],
      enforcement: none,
      startedAt: '2026-11-23T00:00:00.000Z',
    };
    const usage: Usage = {
      instanceId: 'i1',
      time: '2026-11-23T00:00:00.000Z',
      cpuPercent: 180,
      memoryBytes: 3.6 * 1024 ** 3,
      memoryLimitBytes: null,
      source: 'processes',
      apps: [],
    };
    const compute = {
      apps: [fakeApp('a1')],
      instances: [instance],
      usage: { i1: usage },
      domain: domain && { ...domain, enforcement: none },
    };
    setUp({ ...running, compute }).show(SelectInstance, { documentId: 'd1' });
    const meter = within(row(/^ml.t3.medium/)).getByRole('meter', { name: 'Memory of ml.t3.medium' });
    expect(meter.getAttribute('aria-valuetext')).toBe('3.6 GiB');
    const text = screen.getByRole('dialog').textContent;
    expect(text).toContain('Sizes are not enforced here. No control group may be made here.');
    expect(text).toContain('Memory in use: 3.6 GiB.');
  });

  it('rebinds to the chosen type and keeps image and kernel [G1]', async () => {
    const { show, bind, close } = setUp(running);
    show(SelectInstance, { documentId: 'd1' });
    fireEvent.click(row(/^ml.m5.large/));
    expect(row(/^ml.m5.large/).getAttribute('aria-selected')).toBe('true');
    expect(screen.getByRole('dialog').textContent).toContain('You stay on ml.t3.medium until');
    fireEvent.click(button('Save and continue'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    expect(bind).toHaveBeenCalledExactlyOnceWith('d1', { ...domainEnvironment, instanceType: 'ml.m5.large' });
  });

  it('does not choose what cannot be had, and says why', () => {
    const { show, bind } = setUp(running);
    show(SelectInstance, { documentId: 'd1' });
    fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    const refused = row(/^ml.m5.2xlarge/);
    fireEvent.click(refused);
    expect(refused.getAttribute('aria-disabled')).toBe('true');
    expect(refused.getAttribute('aria-selected')).toBe('false');
    expect(refused.textContent).toContain('Needs 32 GiB, this host has 24 GiB.');
    fireEvent.click(button('Save and continue'));
    expect(bind).not.toHaveBeenCalled();
  });

  it('gives a notebook without a kernel the one of its image', async () => {
    const { show, bind, close } = setUp();
    show(SelectInstance, { documentId: 'd1' });
    expect(screen.getByRole('dialog').textContent).toContain('churn.ipynb has no kernel.');
    fireEvent.click(row(/^ml.m5.large/));
    fireEvent.click(button('Save and continue'));
    await waitFor(() => expect(close).toHaveBeenCalledWith(true));
    expect(bind).toHaveBeenCalledExactlyOnceWith('d1', { ...domainEnvironment, instanceType: 'ml.m5.large' });
  });

  it('keeps the dialog with the reason when the server refuses [A4]', async () => {
    const { show, bind, close } = setUp(running);
    bind.mockRejectedValueOnce(new ProblemError(problem('impossible', 'This host has no room.')));
    show(SelectInstance, { documentId: 'd1' });
    fireEvent.click(row(/^ml.m5.large/));
    fireEvent.click(button('Save and continue'));
    expect((await screen.findByRole('alert')).textContent).toContain('This host has no room.');
    expect(close).not.toHaveBeenCalled();
  });
});
