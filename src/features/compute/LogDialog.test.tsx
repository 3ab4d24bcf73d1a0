import { problem, ProblemError } from '@atelier-ide/contract';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFakeComputeStore, fakeApp } from '@/services/fake-compute-store.ts';
import type { Services } from '@/services/services.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { View as LogDialog } from './LogDialog.tsx';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function setUp() {
  const store = createFakeComputeStore({ apps: [fakeApp('a1', { status: 'Pending' })] });
  const call = vi.fn(async (_route: string, _options: object) => ({ text: 'one\n', cutBytes: 0 }));
  const services = { api: { call }, compute: { store }, notifications: { error: vi.fn() } };
  const shown = render(
    <ServicesContext value={services as unknown as Services}>
      <LogDialog args={{ of: 'app', id: 'a1' }} close={vi.fn()} />
    </ServicesContext>,
  );
  const become = (status: 'InService' | 'Pending') =>
    act(async () => store.setState({ apps: [fakeApp('a1', { status })] }));
  return { call, become, shown };
}

const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

it('follows the log while the app starts, and reads no more after that [C3]', async () => {
  const { call, become } = setUp();
  await pass(0);
  expect(screen.getByRole('dialog', { name: 'Log of Base Python on ml.t3.medium' })).toBeTruthy();
  expect(screen.getByRole('log').textContent).toBe('1one');
  call.mockResolvedValue({ text: 'one\nERROR: two\n', cutBytes: 4_000 });
  await pass(2_000);
  expect(screen.getByRole('log').textContent).toBe('1one2ERROR: two');
  expect(screen.getByRole('dialog').textContent).toContain('The last 2 lines. 4 KiB before them');
  await become('InService');
  await pass(0);
  const count = call.mock.calls.length;
  await pass(20_000);
  expect(call.mock.calls.length).toBe(count);
});

it('keeps what was read when a later reading fails, and reads nothing once it is closed', async () => {
  const { call, shown } = setUp();
  await pass(0);
  call.mockRejectedValueOnce(new ProblemError(problem('app-unreachable', 'The app does not answer.')));
  await pass(2_000);
  expect(screen.getByRole('alert').textContent).toBe('The app does not answer.');
  expect(screen.getByRole('log').textContent).toBe('1one');
  await pass(2_000);
  expect(screen.queryByRole('alert')).toBeNull();
  shown.unmount();
  const count = call.mock.calls.length;
  await pass(20_000);
  expect(call.mock.calls.length).toBe(count);
});
