import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { createSteadyValue } from './steady-value.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function follow(first: string) {
  const store = createStore(() => ({ state: first }));
  const steady = createSteadyValue(
    store,
    ({ state }) => state,
    (state) => state === 'busy' || state === 'queued',
  );
  const told: string[] = [];
  const stop = steady.subscribe(() => told.push(steady.get()));
  return { steady, told, stop, become: (state: string) => store.setState({ state }) };
}

it('tells nothing of what is over in a moment', () => {
  const { told, become } = follow('idle');
  become('queued');
  vi.advanceTimersByTime(30);
  become('busy');
  become('idle');
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
});

it('tells what stays, counted from its beginning, and its changes from then on at once', () => {
  const { told, become } = follow('idle');
  become('queued');
  vi.advanceTimersByTime(40);
  become('busy');
  vi.advanceTimersByTime(20);
  become('queued');
  become('idle');
  become('busy');
  expect(told).toEqual(['busy', 'queued', 'idle']);
});

it('shows at once what is so from the start, and what changed while nobody listened', () => {
  const { steady, told, stop, become } = follow('busy');
  expect(steady.get()).toBe('busy');
  stop();
  become('idle');
  expect(steady.get()).toBe('busy');
  steady.subscribe(() => undefined);
  expect([steady.get(), told]).toEqual(['idle', []]);
});

it('leaves no timer behind', () => {
  const { stop, become } = follow('idle');
  become('busy');
  stop();
  expect(vi.getTimerCount()).toBe(0);
});
