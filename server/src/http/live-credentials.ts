import type { Principal } from './principal.ts';

/*
 * Sessions and tokens that sockets stand on. A request is checked when it comes; a socket outlives its check, so it
 * asks here to be told when its session or token ends. Later requests of the same session move its end.
 */

export type LiveCredentials = {
  /** Notes that the credential is good until `expiresAt` (null = until revoked). */
  renew(credential: string, expiresAt: number | null): void;
  /** Calls `listener` once when the credential ends. The answer stops watching. */
  watch(principal: Pick<Principal, 'credential' | 'expiresAt'>, listener: () => void): () => void;
  /** The credential was revoked. */
  end(credential: string): void;
  /** Ends what has expired; called by a timer. */
  sweep(): void;
};

export function createLiveCredentials(now: () => number): LiveCredentials {
  const watched = new Map<string, { expiresAt: number | null; listeners: Set<() => void> }>();
  const end = (credential: string): void => {
    const entry = watched.get(credential);
    watched.delete(credential);
    for (const listener of entry?.listeners ?? []) listener();
  };
  return {
    renew(credential, expiresAt) {
      const entry = watched.get(credential);
      if (entry) entry.expiresAt = expiresAt;
    },
    watch({ credential, expiresAt }, listener) {
      const entry = watched.get(credential) ?? { expiresAt, listeners: new Set() };
      entry.expiresAt = expiresAt;
      watched.set(credential, entry);
      entry.listeners.add(listener);
      return () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size === 0 && watched.get(credential) === entry) watched.delete(credential);
      };
    },
    end,
    sweep() {
      const time = now();
      for (const [credential, { expiresAt }] of watched)
        if (expiresAt !== null && expiresAt <= time) end(credential);
    },
  };
}
