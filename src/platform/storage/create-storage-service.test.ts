import { describe, expect, it } from 'vitest';
import { createStorageService, type KeyValues } from './create-storage-service.ts';

function createFakes() {
  const values = new Map<string, string>();
  const warnings: string[] = [];
  const store: KeyValues = {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
  const log = {
    debug: () => undefined,
    warn: (message: string) => void warnings.push(message),
    error: () => undefined,
  };
  return { values, warnings, store, log };
}

describe('storage service', () => {
  it('keeps values under backend and user, so that two users never see each other’s', () => {
    const { store, log, values } = createFakes();
    const storage = createStorageService(() => store, log);
    storage.enter('server', 'maya');
    storage.set('layout', { width: 3 });
    storage.enter('server', 'noor');
    expect(storage.get('layout')).toBeUndefined();
    storage.enter('server', 'maya');
    expect(storage.get('layout')).toEqual({ width: 3 });
    expect([...values.keys()]).toEqual(['atelier:server:maya:layout']);
    storage.remove('layout');
    expect(storage.get('layout')).toBeUndefined();
    expect(values.size).toBe(0);
  });

  it('has nothing before somebody is signed in', () => {
    const { store, log, values } = createFakes();
    const storage = createStorageService(() => store, log);
    storage.set('layout', 1);
    expect(storage.get('layout')).toBeUndefined();
    expect(values.size).toBe(0);
  });

  it('lives in memory where the browser refuses, and says so in the log', () => {
    const { log, warnings } = createFakes();
    const storage = createStorageService(() => {
      throw new DOMException('denied', 'SecurityError');
    }, log);
    storage.enter('server', 'maya');
    expect(storage.get('layout')).toBeUndefined();
    storage.set('layout', [1]);
    expect(storage.get('layout')).toEqual([1]);
    expect(warnings).toHaveLength(2);
  });

  it('takes a broken value as none', () => {
    const { store, log, values, warnings } = createFakes();
    values.set('atelier:server:maya:layout', '{"half');
    const storage = createStorageService(() => store, log);
    storage.enter('server', 'maya');
    expect(storage.get('layout')).toBeUndefined();
    expect(warnings).toEqual(['Browser storage: parsing layout failed']);
  });
});
