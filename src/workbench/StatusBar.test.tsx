import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { Services } from '@/services/services.ts';
import { createConnectionStore } from '@/services/studio-api/connection-store.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { createFakeStudio } from './fake-studio.ts';
import { StatusBar } from './StatusBar.tsx';
import { StudioContext } from './use-studio.ts';

afterEach(cleanup);

function open() {
  const { studio, services: fakes, shell } = createFakeStudio();
  const connection = createConnectionStore(new Date(2026, 4, 3, 14, 32).getTime());
  const retried: string[] = [];
  const services = {
    ...fakes,
    events: { connection, retryNow: () => retried.push('now') },
  } as unknown as Services;
  const item = (id: string, side: 'left' | 'right', order: number) => ({
    id,
    side,
    order,
    load: async () => ({ View: () => <span>{id}</span> }),
  });
  const items = [item('kernel', 'left', 0), item('saved', 'right', 1)];
  render(
    <ServicesContext value={services}>
      <StudioContext value={{ ...studio, services }}>
        <StatusBar items={items} />
      </StudioContext>
    </ServicesContext>,
  );
  return { connection, retried, services, shell };
}

const bar = () => screen.getByRole('contentinfo', { name: 'Status bar' });

it('shows items of features on their side', async () => {
  open();
  await screen.findByText('kernel');
  expect(bar().textContent).toBe('kernelConnectingNo problemssaved');
});

it('tries again at once when a person asks while offline', () => {
  const { connection, retried } = open();
  act(() => connection.setState({ status: 'offline' }));
  fireEvent.click(screen.getByRole('button', { name: 'Offline since 14:32' }));
  expect(retried).toEqual(['now']);
  act(() => connection.setState({ status: 'connected' }));
  expect(bar().textContent).toContain('Connected');
});

it('counts unread errors and opens the centre', () => {
  const { services, shell } = open();
  act(() => {
    services.notifications.error('a.py was not saved', new Error('x'));
    services.notifications.info('Something');
  });
  fireEvent.click(screen.getByRole('button', { name: '1 problem' }));
  expect(shell.store.getState().isCentreOpen).toBe(true);
});
