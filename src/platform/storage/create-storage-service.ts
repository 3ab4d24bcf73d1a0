import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { StorageService } from './storage-service.ts';

/** A browser's key-value store; a test gives a map. */
export type KeyValues = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Storage whose scope is known once somebody is signed in. */
export type ScopedStorage = StorageService & {
  /** Names whose values are read and written from now on: one backend and one user. */
  enter(serverId: string, userId: string): void;
};

/**
 * Values under backend and user id. Before somebody is signed in there are none. A browser that refuses (full,
 * forbidden) is logged; then values live as long as the page.
 */
export function createStorageService(values: () => KeyValues, log: LogService): ScopedStorage {
  let scope: string | null = null;
  const memory = new Map<string, JsonValue>();
  const attempt = <T>(what: string, act: (store: KeyValues) => T): T | undefined => {
    try {
      return act(values());
    } catch (error) {
      log.warn(`Browser storage: ${what} failed`, { error: String(error) });
      return undefined;
    }
  };
  const nameOf = (key: string) => `${scope}:${key}`;
  return {
    enter(serverId, userId) {
      const next = `atelier:${serverId}:${userId}`;
      if (next === scope) return;
      scope = next;
      memory.clear();
    },
    get(key) {
      if (scope === null) return undefined;
      if (memory.has(key)) return memory.get(key);
      const text = attempt(`reading ${key}`, (store) => store.getItem(nameOf(key)));
      if (text === undefined || text === null) return undefined;
      return attempt(`parsing ${key}`, () => JSON.parse(text) as JsonValue);
    },
    set(key, value) {
      if (scope === null) return;
      memory.set(key, structuredClone(value));
      attempt(`writing ${key}`, (store) => store.setItem(nameOf(key), JSON.stringify(value)));
    },
    remove(key) {
      if (scope === null) return;
      memory.delete(key);
      attempt(`removing ${key}`, (store) => store.removeItem(nameOf(key)));
    },
  };
}
