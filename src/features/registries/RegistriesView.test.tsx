import { problem, ProblemError, type Registry } from '@atelier-ide/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import type { Services } from '@/services/services.ts';
import { createSessionStore } from '@/services/session/session-store.ts';
import { ServicesContext } from '@/services/use-services.ts';
import { View } from './RegistriesView.tsx';

afterEach(cleanup);

const registry = (id: string, change: Partial<Registry> = {}): Registry => ({
  id,
  kind: 'mlflow',
  title: id,
  status: 'ok',
  sections: [{ name: 'models', title: 'Models', verbs: [] }],
  ...change,
});

function setUp(answers: readonly (readonly Registry[] | Error)[], isOffered = true) {
  const all = vi.fn(async () => {
    const answer = answers[Math.min(all.mock.calls.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const services = {
    api: { all },
    session: { store: createSessionStore(), has: () => isOffered },
  } as unknown as Services;
  render(
    <ServicesContext value={services}>
      <View />
    </ServicesContext>,
  );
  return { all };
}

it('says that no registry is connected and how one is added [N1r]', async () => {
  setUp([[]]);
  expect(await screen.findByText('No registry is connected')).toBeTruthy();
  expect(document.body.textContent).toContain('adds one by an adapter');
  expect(screen.queryByRole('textbox')).toBeNull();
});

it('says what the backend lacks, and asks it nothing [N1r]', () => {
  const { all } = setUp([[]], false);
  expect(screen.getByText('This backend has no registries')).toBeTruthy();
  expect(all).not.toHaveBeenCalled();
});

it('reads again when it is asked to [N1r]', async () => {
  setUp([[], [registry('Tracking server')]]);
  await screen.findByText('No registry is connected');
  fireEvent.click(screen.getByRole('button', { name: 'Refresh' }));
  expect(await screen.findByRole('heading', { name: 'Tracking server' })).toBeTruthy();
});

it('shows registries with their sections, searches them, and names one that is away [N1r]', async () => {
  setUp([
    [
      registry('Tracking server'),
      registry('Old one', {
        status: 'unreachable',
        reason: 'No answer since 14:02.',
        sections: [{ name: 'experiments', title: 'Experiments', verbs: [] }],
      }),
    ],
  ]);
  const list = await screen.findByRole('navigation', { name: 'Registries' });
  expect(list.textContent).toContain('Not reachable');
  expect(list.textContent).toContain('No answer since 14:02.');
  fireEvent.change(screen.getByRole('textbox', { name: 'Search all registries' }), {
    target: { value: 'exper' },
  });
  expect(list.textContent).toContain('Experiments');
  expect(list.textContent).not.toContain('Tracking server');
  fireEvent.change(screen.getByRole('textbox', { name: 'Search all registries' }), {
    target: { value: 'zzz' },
  });
  expect(screen.getByText('Nothing fits')).toBeTruthy();
});

it('says why it was not read, and tries again [N1r]', async () => {
  setUp([new ProblemError(problem('internal', 'The store is locked.')), []]);
  expect(await screen.findByText('The store is locked.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('No registry is connected')).toBeTruthy();
});
