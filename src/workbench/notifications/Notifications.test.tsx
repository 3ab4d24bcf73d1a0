import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { problem, ProblemError } from '@atelier-ide/contract';
import { ServicesContext } from '@/services/use-services.ts';
import { createFakeStudio } from '../fake-studio.ts';
import { StudioContext } from '../use-studio.ts';
import { Notifications } from './Notifications.tsx';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function show() {
  const fake = createFakeStudio();
  render(
    <ServicesContext value={fake.services}>
      <StudioContext value={fake.studio}>
        <Notifications />
      </StudioContext>
    </ServicesContext>,
  );
  return { ...fake, notifications: fake.services.notifications };
}

const wait = (ms: number): void =>
  act(() => {
    vi.advanceTimersByTime(ms);
  });

it('a success leaves after 6 s, a failure stays and is an alert', () => {
  const { notifications } = show();
  act(() => {
    notifications.success('Saved');
    notifications.error('a.ipynb was not saved', new ProblemError(problem('disk-full', 'Free space.')));
  });
  expect(screen.getByRole('alert').textContent).toContain('a.ipynb was not saved');
  expect(screen.getByRole('alert').textContent).toContain('Free space.');
  wait(5_900);
  expect(screen.queryByText('Saved')).not.toBeNull();
  wait(200);
  expect(screen.queryByText('Saved')).toBeNull();
  wait(60_000);
  expect(screen.queryByRole('alert')).not.toBeNull();
});

it('the pointer holds a success', () => {
  const { notifications } = show();
  act(() => void notifications.success('Saved'));
  fireEvent.pointerEnter(screen.getByText('Saved'));
  fireEvent.pointerOver(screen.getByText('Saved'));
  wait(60_000);
  expect(screen.queryByText('Saved')).not.toBeNull();
});

it('shows three at most, the newest', () => {
  const { notifications } = show();
  act(() => {
    for (const name of ['one', 'two', 'three', 'four']) notifications.error(`${name} failed`, null);
  });
  expect(screen.getAllByRole('alert').map((toast) => toast.querySelector('p')?.textContent)).toEqual([
    'two failed',
    'three failed',
    'four failed',
  ]);
});

it('a dismissed message stays in the centre, which marks all as read when it closes', () => {
  const { notifications, shell } = show();
  act(() => void notifications.error('a.ipynb was not saved', null));
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByRole('alert')).toBeNull();
  act(() => void notifications.error('b.ipynb was not saved', null));
  act(() => shell.setCentre(true));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.queryByText('a.ipynb was not saved')).not.toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Close notifications' }));
  expect(notifications.store.getState().items.every((item) => item.isRead)).toBe(true);
});

it('a button of a message runs its action', () => {
  const { notifications } = show();
  const run = vi.fn();
  act(() => void notifications.success('a.py moved to the bin', undefined, [{ label: 'Undo', run }]));
  wait(60_000);
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(run).toHaveBeenCalledOnce();
  expect(screen.queryByText('a.py moved to the bin')).toBeNull();
});
