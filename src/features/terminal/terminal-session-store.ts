import { createStore, type StoreApi } from 'zustand/vanilla';

export type TerminalSessionState = {
  /** `missing`: the backend has no such terminal any more; `failed`: it could not be reached, with the reason. */
  status: 'connecting' | 'connected' | 'reconnecting' | 'ended' | 'missing' | 'failed';
  reason: string | null;
  /** What the shell calls itself (OSC 0/2), null until it says so. */
  title: string | null;
};

export function createTerminalSessionStore(): StoreApi<TerminalSessionState> {
  return createStore(() => ({ status: 'connecting' as const, reason: null, title: null }));
}
