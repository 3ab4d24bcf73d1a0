import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import type { Capabilities, Me } from '@atelier-ide/contract';
import { ServicesContext } from '@/services/use-services.ts';
import { createFakeStudio } from '../fake-studio.ts';
import { SessionGate } from './SessionGate.tsx';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const me: Me = { userProfileId: 'ann', domainId: 'd', displayName: 'Ann', role: 'user' };
const capabilities: Capabilities = { version: '1.0', serverId: 's', driver: 'local', features: [] };

function Work() {
  const [text, setText] = useState('');
  return <input aria-label="Work" value={text} onChange={(event) => setText(event.target.value)} />;
}

function show() {
  const fake = createFakeStudio();
  render(
    <ServicesContext value={fake.services}>
      <SessionGate>
        <Work />
      </SessionGate>
    </ServicesContext>,
  );
  const become = (state: Parameters<typeof fake.setSession>[0]) => act(() => fake.setSession(state));
  return { ...fake, become };
}

it('shows no work before the server has said who is signed in', () => {
  show();
  expect(screen.queryByLabelText('Work')).toBeNull();
  expect(screen.getByRole('status', { name: 'Loading' })).toBeTruthy();
});

it('when the session expires, the work stays as it is behind the question', () => {
  const { become } = show();
  become({ status: 'signed-in', me, capabilities });
  fireEvent.change(screen.getByLabelText('Work'), { target: { value: 'half a sentence' } });
  become({ status: 'expired', me, capabilities, loginUrl: '/login' });
  expect(screen.getByRole('alertdialog', { name: 'Session expired' })).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('Work').value).toBe('half a sentence');
  become({ status: 'signed-in', me, capabilities });
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(screen.getByLabelText<HTMLInputElement>('Work').value).toBe('half a sentence');
});

it('says that edits are kept only where they are', () => {
  const { become, services } = show();
  become({ status: 'expired', me, capabilities, loginUrl: '/login' });
  expect(screen.getByRole('alertdialog').textContent).toContain('Your edits are kept in this browser');
  act(() => services.edits.store.setState({ unkept: ['big.ipynb'] }));
  expect(screen.getByRole('alertdialog').textContent).toContain('Edits are on this page only: keep it open');
  expect(screen.getByRole('alertdialog').textContent).not.toContain('kept in this browser');
});

it('takes the printed link in the question; what is wrong stands at the field, which has the focus [Q3]', async () => {
  const openWindow = vi.spyOn(window, 'open').mockReturnValue(null);
  const { become, sentTokens } = show();
  become({ status: 'expired', me, capabilities, loginUrl: '/login' });
  const field = screen.getByLabelText<HTMLInputElement>('Sign-in link or token');
  fireEvent.change(field, { target: { value: 'http://h/' } });
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(screen.getByRole('alert').textContent).toContain('There is no token in it');
  fireEvent.change(field, { target: { value: 'http://h/login?token=abc' } });
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Sign in' })));
  expect(sentTokens).toEqual(['abc']);
  expect(screen.getByRole('alert').textContent).toContain('not valid any more');
  expect(document.activeElement).toBe(field);
  expect(openWindow).not.toHaveBeenCalled();
});

it('has no field for a token where somebody else signs in', () => {
  const { become } = show();
  become({ status: 'expired', me, capabilities, loginUrl: 'https://login.example/authorize' });
  expect(screen.queryByLabelText('Sign-in link or token')).toBeNull();
  expect(document.activeElement?.textContent).toBe('Sign in');
});

it('Escape does not take the question away; signing in with an empty field opens another window', () => {
  const openWindow = vi.spyOn(window, 'open').mockReturnValue(null);
  const { become, retried } = show();
  become({ status: 'expired', me, capabilities, loginUrl: '/login?x' });
  fireEvent.keyDown(screen.getByRole('alertdialog'), { key: 'Escape' });
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(openWindow).toHaveBeenCalledWith('/login?x', '_blank', 'noopener');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(retried).toHaveLength(1);
});

it('signed out, it says where the way in is, and refuses text without a token', () => {
  const { become } = show();
  become({ status: 'signed-out', loginUrl: '/login' });
  expect(screen.getByRole('region', { name: 'Sign in to Atelier' }).textContent).toContain('npm start');
  fireEvent.change(screen.getByLabelText('Sign-in link or token'), { target: { value: 'http://h/' } });
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(screen.getByRole('alert').textContent).toContain('There is no token in it');
});

it('failed, it says why and tries again on request', async () => {
  const { become, retried } = show();
  become({ status: 'failed', reason: 'The server cannot be reached.' });
  expect(screen.getByRole('alert').textContent).toBe('The server cannot be reached.');
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Try again' })));
  expect(retried).toHaveLength(1);
});
