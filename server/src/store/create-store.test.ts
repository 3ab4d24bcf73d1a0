import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client/sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStore } from './create-store.ts';
import type { DocumentRecord, Store, TokenRecord } from './store.ts';

const document = (id: string, path: string, userId = 'ada'): DocumentRecord => ({
  id,
  userId,
  path,
  kind: 'notebook',
  remembered: null,
  fence: 0,
});
const token: TokenRecord = {
  id: 't1',
  userId: 'ada',
  name: 'laptop',
  scopes: ['read', 'compute'],
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  secretHash: 'abc',
};

describe('the store', () => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-store-'));
    store = await createStore(':memory:');
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('gives a path to the newest document and removes the older record', async () => {
    await store.documents.put(document('a', 'x/a.ipynb'));
    await store.documents.put(document('b', 'x/b.ipynb'));
    await store.documents.put(document('b', 'x/a.ipynb'));
    expect(await store.documents.byId('a')).toBeUndefined();
    expect((await store.documents.byPath('ada', 'x/a.ipynb'))?.id).toBe('b');
    expect(await store.documents.byPath('ada', 'x/b.ipynb')).toBeUndefined();
  });

  it('keeps equal paths of two users apart', async () => {
    await store.documents.put(document('a', 'n.ipynb', 'ada'));
    await store.documents.put(document('b', 'n.ipynb', 'bob'));
    expect((await store.documents.byPath('ada', 'n.ipynb'))?.id).toBe('a');
    expect((await store.documents.byPath('bob', 'n.ipynb'))?.id).toBe('b');
  });

  it('lists below a folder only: no sibling with the same beginning, no wildcard', async () => {
    for (const path of ['a_b/1.ipynb', 'a_b/c/2.ipynb', 'a_bc/3.ipynb', 'axb/4.ipynb', 'a_b'])
      await store.documents.put(document(`id-${path.replaceAll('/', '-')}`, path));
    const below = await store.documents.below('ada', 'a_b');
    expect(below.map((d) => d.path)).toEqual(['a_b/1.ipynb', 'a_b/c/2.ipynb']);
    expect(await store.documents.below('ada', '')).toHaveLength(5);
  });

  it('keeps what a document remembers', async () => {
    const remembered = { imageId: 'base', kernelName: 'python3', instanceType: null };
    await store.documents.put({ ...document('a', 'n.ipynb'), remembered, fence: 7 });
    expect(await store.documents.byId('a')).toEqual({ ...document('a', 'n.ipynb'), remembered, fence: 7 });
  });

  it('finds tokens by hash and removes only those of the user', async () => {
    await store.tokens.put(token);
    await store.tokens.put({ ...token, lastUsedAt: '2026-01-02T00:00:00.000Z' });
    expect(await store.tokens.bySecretHash('abc')).toEqual({
      ...token,
      lastUsedAt: '2026-01-02T00:00:00.000Z',
    });
    expect(await store.tokens.ofUser('ada')).toHaveLength(1);
    expect(await store.tokens.remove('bob', 't1')).toBe(false);
    expect(await store.tokens.remove('ada', 't1')).toBe(true);
    expect(await store.tokens.bySecretHash('abc')).toBeUndefined();
  });

  it('outlives the server, and only its owner may read it', async () => {
    const file = join(folder, 'store with space.db');
    const one = await createStore(file);
    await one.facts.set('server-id', 'x1');
    await one.facts.set('server-id', 'x2');
    await one.close();
    const two = await createStore(file);
    expect(await two.facts.get('server-id')).toBe('x2');
    expect(await two.facts.get('none')).toBeUndefined();
    await two.close();
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('refuses a store of a newer version and one that is no database', async () => {
    const file = join(folder, 'store.db');
    const db = createClient({ url: `file:${file}` });
    await db.execute('PRAGMA user_version = 99');
    db.close();
    await expect(createStore(file)).rejects.toThrow(/newer version/);
    await expect(createStore(folder)).rejects.toThrow(/cannot be opened/);
  });
});
