import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InstanceBadge } from './InstanceBadge.tsx';
import { KernelBadge, kernelLabel } from './KernelBadge.tsx';
import { StartProgress } from './StartProgress.tsx';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23) + seconds * 1000).toISOString();

it('shows phases, elapsed and typical time, and cancels [C3]', () => {
  vi.setSystemTime(at(4.2));
  const cancel = vi.fn();
  const app = {
    instanceType: 'ml.m5.xlarge',
    createdAt: at(0),
    typicalMs: 9_000,
    phase: 'image' as const,
    phases: [
      { name: 'queued' as const, startedAt: at(0), endedAt: at(0.1) },
      { name: 'instance' as const, startedAt: at(0.1), endedAt: at(1.4) },
      { name: 'image' as const, startedAt: at(1.4) },
    ],
  };
  render(
    <StartProgress app={app} imageName="Data Science 3.1" onCancel={cancel}>
      3 cells run when the kernel is ready.
    </StartProgress>,
  );
  const status = screen.getByRole('status', { name: 'Starting ml.m5.xlarge' });
  expect(status.textContent).toContain('4.2 s, typically 9.0 s');
  expect(status.textContent).toContain('Instance1.3 s');
  expect(screen.getByRole('listitem', { current: 'step' }).textContent).toBe('Image: Data Science 3.12.8 s');
  act(() => {
    vi.advanceTimersByTime(1_000);
  });
  expect(status.textContent).toContain('5.2 s');
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(cancel).toHaveBeenCalledTimes(1);
  expect(screen.queryByRole('button', { name: 'Show log' })).toBeNull();
});

it('names the badges as the surface promises', () => {
  const nothing = () => undefined;
  render(
    <>
      <InstanceBadge size={{ vcpu: 2, memoryGiB: 4 }} typeName="ml.t3.medium" onClick={nothing} />
      <InstanceBadge size={null} onClick={nothing} />
      <KernelBadge state="idle" kernelName="Python 3" imageName="Base Python" onClick={nothing} />
      <KernelBadge state="none" kernelName={null} imageName={null} onClick={nothing} />
    </>,
  );
  const names = screen.getAllByRole('button').map((one) => one.getAttribute('aria-label'));
  expect(names).toEqual([
    'Instance 2 vCPU + 4 GiB (ml.t3.medium)',
    'Instance Unknown',
    'Kernel Python 3 (Base Python), idle',
    'Kernel No kernel',
  ]);
  expect(kernelLabel('Python 3 (Data Science)', 'Data Science')).toBe('Python 3 (Data Science)');
});

it('warns of memory, never of the processor [G1]', () => {
  const gib = 1024 ** 3;
  render(
    <InstanceBadge
      size={{ vcpu: 2, memoryGiB: 4 }}
      memory={{ usedBytes: 3.6 * gib, limitBytes: 4 * gib }}
      onClick={() => undefined}
    />,
  );
  const badge = screen.getByRole('button');
  expect(badge.getAttribute('aria-label')).toBe('Instance 2 vCPU + 4 GiB, memory 3.6 GiB');
  expect(badge.dataset['tone']).toBe('warn');
  expect(badge.textContent).toBe('2 vCPU + 4 GiB3.6 GiB90 %');
  expect(screen.getByRole('meter', { name: 'Memory' }).getAttribute('aria-valuetext')).toBe('3.6 GiB');
});
