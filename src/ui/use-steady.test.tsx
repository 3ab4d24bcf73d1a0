import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useSteady } from './use-steady.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const steady = (first: string) =>
  renderHook(({ value }) => useSteady(value, value === 'busy' || value === 'queued'), {
    initialProps: { value: first },
  });

it('does not show what is over in a moment', () => {
  const { result, rerender } = steady('idle');
  rerender({ value: 'queued' });
  expect(result.current).toBe('idle');
  act(() => void vi.advanceTimersByTime(30));
  rerender({ value: 'busy' });
  expect(result.current).toBe('idle');
  rerender({ value: 'done' });
  expect(result.current).toBe('done');
});

it('shows what stays, counted from its beginning, and its changes from then on at once', () => {
  const { result, rerender } = steady('idle');
  rerender({ value: 'queued' });
  act(() => void vi.advanceTimersByTime(40));
  rerender({ value: 'busy' });
  act(() => void vi.advanceTimersByTime(20));
  expect(result.current).toBe('busy');
  rerender({ value: 'queued' });
  expect(result.current).toBe('queued');
  rerender({ value: 'idle' });
  expect(result.current).toBe('idle');
  rerender({ value: 'busy' });
  expect(result.current).toBe('idle');
});

it('shows at once what is so from the start', () => {
  expect(steady('busy').result.current).toBe('busy');
});
