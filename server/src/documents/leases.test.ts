import { beforeEach, describe, expect, it } from 'vitest';
import type { DocumentRecord } from '../store/store.ts';
import { type DocumentState, newDocumentState } from './document-state.ts';
import { Leases } from './leases.ts';

const record: DocumentRecord = {
  id: 'd',
  userId: 'ann',
  path: 'a.ipynb',
  kind: 'notebook',
  remembered: null,
  fence: 4,
};

describe('writers of a document', () => {
  let now: number;
  let leases: Leases;
  let document: DocumentState;
  let there: Set<string>;
  let freed: string[];
  let kept: number[];
  let storeFails: boolean;

  beforeEach(() => {
    now = 1_000_000;
    there = new Set();
    freed = [];
    kept = [];
    storeFails = false;
    leases = new Leases({
      now: () => now,
      isThere: (userId, page) => there.has(`${userId} ${page}`),
      keep: ({ record: { fence } }) => {
        if (storeFails) return Promise.reject(new Error('disk'));
        kept.push(fence);
        return Promise.resolve();
      },
      publish: () => undefined,
    });
    leases.onDidFree((id) => freed.push(id));
    document = newDocumentState(record, { id: 'ann', name: 'Ann', role: 'user' });
    document.isNew = true;
  });

  it('a page that edits takes the document; saves of the page before are refused', async () => {
    await leases.acquire(document, 'one', false);
    await leases.acquire(document, 'two', false);
    expect(leases.holderOf(document)).toBe('one');
    await leases.acquire(document, 'two', true);
    expect(leases.holderOf(document)).toBe('two');
    expect(() => leases.check(document, 5)).toThrow(/Another page has written/);
    leases.check(document, 6);
    expect(kept).toEqual([5, 6]);
  });

  it('a page keeps the document while its stream of events stands, however long it says nothing [P4]', async () => {
    there.add('ann one');
    await leases.acquire(document, 'one', false);
    now += 3_600_000;
    await leases.acquire(document, 'two', false);
    expect(leases.holderOf(document)).toBe('one');
    expect(leases.freeAt(document)).toBeGreaterThan(now);
    expect(await leases.write(document, () => Promise.resolve('written'))).toBeUndefined();
    there.clear();
    expect(leases.holderOf(document)).toBeUndefined();
  });

  it('a page that comes back keeps its number when nobody wrote meanwhile', async () => {
    await leases.acquire(document, 'one', false);
    leases.release(document, 'one');
    expect(freed).toEqual(['d']);
    await leases.acquire(document, 'one', false);
    now += 60_000;
    await leases.acquire(document, 'one', false);
    expect(document.record.fence).toBe(5);
  });

  it('the server writes only while no page has it, after the time in which a reloaded page is back', async () => {
    const write = () => leases.write(document, () => Promise.resolve('written'));
    expect(await write()).toBe('written');
    await leases.acquire(document, 'one', false);
    expect(await write()).toBeUndefined();
    expect(leases.freeAt(document)).toBe(now + 20_000);
    now += 5000;
    leases.release(document, 'one');
    expect(await write()).toBeUndefined();
    expect(leases.freeAt(document)).toBe(now + 3000);
    now += 3000;
    expect(await write()).toBe('written');
  });

  it('a page that stopped renewing, with its laptop closed, is waited for as long as its lease lasts', async () => {
    await leases.acquire(document, 'one', false);
    now += 19_999;
    expect(leases.freeAt(document)).toBeGreaterThan(now);
    now += 1;
    expect(leases.freeAt(document)).toBeLessThanOrEqual(now);
  });

  it('after a restart of the server pages of before have the time to say that they are there', () => {
    document.isNew = false;
    expect(leases.freeAt(document)).toBe(now + 20_000);
  });

  it('a page that comes while the server writes waits, and its earlier number is worth nothing', async () => {
    await leases.acquire(document, 'one', false);
    leases.release(document, 'one');
    now += 3000;
    let finish = (): void => undefined;
    let isWanted = false;
    const writing = leases.write(document, async (server) => {
      server.signal.addEventListener('abort', () => (isWanted = true));
      await server.willWrite();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      server.didWrite('hash');
    });
    await Promise.resolve();
    let hasPage = false;
    const page = leases.acquire(document, 'one', false).then(() => (hasPage = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect({ hasPage, isWanted }).toEqual({ hasPage: false, isWanted: true });
    finish();
    await Promise.all([writing, page]);
    expect(document.written).toBe('hash');
    expect(() => leases.check(document, 5)).toThrow(/Another page has written/);
    expect(document.record.fence).toBe(7);
  });

  it('two pieces of work of the server never overlap, and one that fails leaves the document free', async () => {
    const failing = leases.write(document, () => Promise.reject(new Error('disk')));
    expect(await leases.write(document, () => Promise.resolve(1))).toBeUndefined();
    await expect(failing).rejects.toThrow('disk');
    expect(await leases.write(document, () => Promise.resolve(1))).toBe(1);
  });

  it('a number that could not be kept is given anew', async () => {
    storeFails = true;
    await expect(leases.acquire(document, 'one', false)).rejects.toThrow('disk');
    storeFails = false;
    await leases.acquire(document, 'one', false);
    expect(kept).toEqual([6]);
    await leases.acquire(document, 'one', false);
    expect(kept).toEqual([6]);
  });

  it('of two that come at once the later one is the writer, however the store is', async () => {
    await Promise.all([leases.acquire(document, 'one', false), leases.acquire(document, 'two', true)]);
    expect(document.writer).toBe('two');
    await leases.acquire(document, 'two', false);
    expect(kept).toEqual([5, 6]);
  });

  it('a client that names itself after the server is not the server', async () => {
    await leases.acquire(document, 'server', false);
    expect(() => leases.check(document, 4)).toThrow(/Another page has written/);
    leases.release(document, 'server');
    now += 3000;
    await leases.write(document, (server) => server.willWrite());
    expect(() => leases.check(document, 5)).toThrow(/The server has put outputs/);
  });
});
