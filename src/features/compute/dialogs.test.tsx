import {
  type Binding,
  type Environment,
  type Feature,
  problem,
  ProblemError,
  type StudioDocument,
} from '@atelier-ide/contract';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import type { ComponentType } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { createDocumentsStore } from '@/services/documents/documents-store.ts';
import { createFakeComputeStore, fakeApp } from '@/services/fake-compute-store.ts';
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

type SetUp = {
  compute?: Partial<ComputeState>;
  binding?: Partial<Binding>;
  note?: string;
  features?: readonly Feature[];
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
  const remember = vi.fn();
  const services = {
    compute: {
      store: createFakeComputeStore(options.compute),
      defaultEnvironment: () => domainEnvironment,
      rememberEnvironment: remember,
    },
    documents: { store: documents, bind, switchTo },
    session: { has: (feature: Feature) => options.features?.includes(feature) ?? false },
  } as unknown as Services;
  const close = vi.fn();
  const show = <A,>(View: ComponentType<DialogProps<A, true>>, args: A) =>
    render(
      <ServicesContext value={services}>
        <View args={args} close={close} />
      </ServicesContext>,
    );
  return { bind, switchTo, remember, close, show };
}

const running = {
  compute: { apps: [fakeApp('a1')] },
  binding: { state: 'bound' as const, appId: 'a1', kernelId: 'k1', kernelName: 'python3' },
};
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
    expect(row(/^ml.t3.medium/).textContent).toContain('Running, 1 of 4 apps used');
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
