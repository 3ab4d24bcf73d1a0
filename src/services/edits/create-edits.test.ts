import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeLog } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import type { SessionState } from '../session/session-service.ts';
import { createSessionStore } from '../session/session-store.ts';
import { createEdits } from './create-edits.ts';
import type { EditsService, EditsToKeep } from './edits-service.ts';
import { keptText } from './kept-text.ts';

beforeEach(() => vi.stubGlobal('IDBKeyRange', IDBKeyRange));

const signedIn = (user: string, server = 's') =>
  ({
    status: 'signed-in',
    me: { userProfileId: user },
    capabilities: { serverId: server },
  }) as SessionState;

/** What tabs tell each other, which arrives when the test says so. */
function createFakeChannels() {
  type One = Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'> & { name: string };
  const all: One[] = [];
  const waiting: (() => void)[] = [];
  const channel = (name: string) => {
    const one: One = {
      name,
      onmessage: null,
      postMessage(data: unknown) {
        const others = all.filter((other) => other !== one && other.name === name);
        for (const other of others)
          waiting.push(() => other.onmessage?.call(other as BroadcastChannel, { data } as MessageEvent));
      },
      close: () => undefined,
    };
    all.push(one);
    return one as BroadcastChannel;
  };
  const deliver = () => {
    for (const arrive of waiting.splice(0)) arrive();
  };
  return { channel, deliver };
}
const channels = createFakeChannels();

function start(indexedDB: IDBFactory | null, user = 'ann', server = 's') {
  const clock = createFakeClock();
  const store = createSessionStore();
  store.setState(signedIn(user, server), true);
  let serial = 0;
  const newId = () => `${user}-${++serial}`;
  const { channel } = channels;
  const log = createFakeLog();
  const edits = createEdits({ session: { store }, indexedDB, locks: null, channel, log, clock, newId });
  return { clock, edits, sessionStore: store };
}

/** An open text file whose text and saved text a test sets. */
function textFile(edits: EditsService, path = 'a.txt') {
  const file = { path, text: 'saved', saved: 'saved' };
  const read = (): EditsToKeep | null =>
    file.text === file.saved
      ? null
      : { kind: 'text', hash: `h-${file.saved}`, base: file.saved, changes: file.text };
  const keeper = edits.keep({ path: () => file.path, read });
  const type = async (text: string) => {
    file.text = text;
    keeper.didChange();
    await keeper.flush();
  };
  return { file, keeper, type };
}

describe('the journal of edits', () => {
  it('gives a later page what was typed, and what it was typed on [Q1]', async () => {
    const factory = new IDBFactory();
    await textFile(start(factory).edits).type('typed');
    expect(await start(factory).edits.read('a.txt')).toEqual({
      path: 'a.txt',
      time: 0,
      kind: 'text',
      hash: 'h-saved',
      base: 'saved',
      changes: 'typed',
    });
  });

  it('gives nothing of what another version of the product wrote in another shape', async () => {
    const factory = new IDBFactory();
    const { edits } = start(factory);
    const { file, keeper } = textFile(edits);
    const isOdd = { cells: 'none' } as unknown as string;
    file.text = isOdd;
    keeper.didChange();
    await keeper.flush();
    expect(await start(factory).edits.read('a.txt')).toBeNull();
  });

  it('writes soon after a change, once for many [Q1]', async () => {
    const { clock, edits } = start(new IDBFactory());
    const { file, keeper } = textFile(edits);
    for (const text of ['t', 'ty', 'typ']) {
      file.text = text;
      keeper.didChange();
      await clock.advance(30);
    }
    expect(edits.holds('a.txt')).toBe(false);
    await clock.advance(30);
    await edits.flush();
    expect(edits.holds('a.txt')).toBe(true);
    expect((await edits.read('a.txt'))?.changes).toBe('typ');
  });

  it('forgets what is in the file, and follows a file to its new name', async () => {
    const { edits } = start(new IDBFactory());
    const { file, keeper, type } = textFile(edits);
    await type('typed');
    file.path = 'b.txt';
    await type('typed more');
    expect(await edits.read('a.txt')).toBeNull();
    expect((await edits.list()).map(({ path }) => path)).toEqual(['b.txt']);
    file.saved = file.text;
    keeper.didChange();
    await keeper.flush();
    expect(await edits.list()).toEqual([]);
  });

  it('keeps the base with edits on a later one, also when another tab forgot it', async () => {
    const factory = new IDBFactory();
    const { edits } = start(factory);
    const { file, type } = textFile(edits);
    await type('one');
    file.saved = 'one';
    await type('two');
    expect(await edits.read('a.txt')).toMatchObject({ hash: 'h-one', base: 'one', changes: 'two' });
    await start(factory).edits.remove('a.txt');
    await type('three');
    expect(await edits.read('a.txt')).toMatchObject({ hash: 'h-one', base: 'one', changes: 'three' });
  });

  it('is one user’s on one server: another never sees it [Q1]', async () => {
    const factory = new IDBFactory();
    await textFile(start(factory).edits).type('secret');
    for (const other of [start(factory, 'bob'), start(factory, 'ann', 'other')]) {
      expect(await other.edits.list()).toEqual([]);
      expect(await other.edits.read('a.txt')).toBeNull();
      await other.edits.clear();
    }
    expect((await start(factory).edits.read('a.txt'))?.changes).toBe('secret');
  });

  it('writes nothing for a page from which somebody has signed out', async () => {
    const factory = new IDBFactory();
    const { edits, sessionStore } = start(factory);
    const { type } = textFile(edits);
    await type('typed');
    sessionStore.setState({ status: 'signed-out', loginUrl: '/login' }, true);
    await edits.clear();
    await type('typed more');
    sessionStore.setState(signedIn('bob'), true);
    await type('still');
    expect(await start(factory).edits.list()).toEqual([]);
    expect(await start(factory, 'bob').edits.list()).toEqual([]);
  });

  it('is dropped in every tab when whoever signs out deletes it, and not written again there', async () => {
    const factory = new IDBFactory();
    const [here, there] = [start(factory), start(factory)];
    await textFile(here.edits).type('secret');
    const written = textFile(there.edits, 'written.txt');
    const other = textFile(there.edits, 'other.txt');
    await other.type('secret too');
    const stranger = textFile(start(factory, 'bob').edits);
    here.sessionStore.setState({ status: 'signed-out', loginUrl: '/login' }, true);
    await here.edits.clear();
    // Nobody has told it yet: one is in, one is on its way.
    await written.type('secret');
    other.file.text = 'secret too, and more';
    other.keeper.didChange();
    const late = other.keeper.flush();
    channels.deliver();
    await late;
    await vi.waitFor(async () => expect(await there.edits.list()).toEqual([]));
    expect(['written.txt', 'other.txt'].map((path) => there.edits.holds(path))).toEqual([true, true]);
    await other.type('secret again');
    other.keeper.refresh();
    await other.keeper.flush();
    expect(await there.edits.list()).toEqual([]);
    expect(there.edits.store.getState().unkept).toEqual(['other.txt']);
    await stranger.type('mine');
    expect(await start(factory, 'bob').edits.list()).toHaveLength(1);

    const { me, capabilities } = signedIn('ann') as SessionState & { status: 'signed-in' };
    there.sessionStore.setState({ status: 'expired', me, capabilities, loginUrl: '/login' }, true);
    await other.type('not yet');
    expect(await there.edits.list()).toEqual([]);
    there.sessionStore.setState(signedIn('ann'), true);
    await other.type('kept again');
    expect((await there.edits.read('other.txt'))?.changes).toBe('kept again');
  });

  it('has one base a file, however often it was saved and in however many tabs it is edited', async () => {
    const factory = new IDBFactory();
    const [one, two] = [textFile(start(factory).edits), textFile(start(factory).edits)];
    for (const round of [1, 2, 3]) {
      await one.type(`one ${round}`);
      await two.type(`two ${round}`);
      one.file.saved = two.file.saved = `saved ${round}`;
    }
    await one.type('last');
    expect(await basesIn(factory)).toEqual(['saved 3']);
    // The page goes at once, after another tab wrote: what is kept is whole.
    await two.type('of two');
    one.file.text = 'of one';
    one.keeper.didChange();
    one.keeper.dispose();
    await vi.waitFor(async () =>
      expect(await start(factory).edits.read('a.txt')).toMatchObject({ base: 'saved 3', changes: 'of one' }),
    );
    expect(await basesIn(factory)).toEqual(['saved 3']);
  });

  it('goes on while the session has expired', async () => {
    const { edits, sessionStore } = start(new IDBFactory());
    const { me, capabilities } = signedIn('ann') as SessionState & { status: 'signed-in' };
    sessionStore.setState({ status: 'expired', me, capabilities, loginUrl: '/login' }, true);
    await textFile(edits).type('offline');
    expect((await edits.read('a.txt'))?.changes).toBe('offline');
  });

  it('drops what is too old or too much, the oldest first, and nothing that is open', async () => {
    const factory = new IDBFactory();
    const former = start(factory);
    await textFile(former.edits, 'old.txt').type('x');
    await textFile(former.edits, 'open.txt').type('x');
    await former.clock.advance(80 * 24 * 3_600_000);
    await textFile(former.edits, 'new.txt').type('x');
    const late = start(factory);
    textFile(late.edits, 'open.txt');
    late.clock.now = () => 91 * 24 * 3_600_000;
    await late.clock.advance(10_000);
    await vi.waitFor(async () =>
      expect((await late.edits.list()).map(({ path }) => path)).toEqual(['new.txt', 'open.txt']),
    );
  });
});

describe('a browser that does not keep', () => {
  it('says so where it has no storage, and editing goes on', async () => {
    const { edits } = start(null);
    expect(edits.store.getState().trouble).toBe('unavailable');
    await textFile(edits).type('typed');
    expect(edits.holds('a.txt')).toBe(false);
    expect(await edits.read('a.txt')).toBeNull();
    expect(await edits.list()).toEqual([]);
  });

  it('says when its storage is full, and tries again with the next edit', async () => {
    const factory = new IDBFactory();
    const { edits } = start(factory);
    const { type } = textFile(edits);
    await type('one');
    const broken = vi
      .spyOn(Object.getPrototypeOf(await open(factory)) as IDBDatabase, 'transaction')
      .mockImplementation(() => {
        throw new DOMException('full', 'QuotaExceededError');
      });
    await type('two');
    expect(edits.store.getState().trouble).toBe('full');
    expect(edits.holds('a.txt')).toBe(false);
    broken.mockRestore();
    await type('three');
    expect(edits.store.getState().trouble).toBeNull();
    expect(edits.holds('a.txt')).toBe(true);
    expect((await edits.read('a.txt'))?.changes).toBe('three');
  });

  it('does not copy one document of more than 32 MB several times a second', async () => {
    const { edits } = start(new IDBFactory());
    await textFile(edits).type('x'.repeat(33 * 1024 * 1024));
    expect(edits.store.getState().trouble).toBe('large');
    expect(await edits.list()).toEqual([]);
  });

  it('names the open documents whose last edits it could not keep, until they are in their file or kept', async () => {
    const { edits } = start(new IDBFactory());
    const large = textFile(edits, 'large.txt');
    await textFile(edits, 'small.txt').type('typed');
    await large.type('x'.repeat(33 * 1024 * 1024));
    await textFile(edits, 'other.txt').type('typed');
    // What another document could keep says nothing of this one.
    expect(edits.store.getState()).toEqual({ trouble: null, unkept: ['large.txt'] });
    await large.type('less');
    expect(edits.store.getState().unkept).toEqual([]);
    await large.type('x'.repeat(33 * 1024 * 1024));
    large.file.saved = large.file.text;
    large.keeper.refresh();
    await large.keeper.flush();
    expect(edits.store.getState().unkept).toEqual([]);
    await large.type('y'.repeat(33 * 1024 * 1024));
    large.keeper.dispose();
    expect(edits.store.getState().unkept).toEqual([]);
  });
});

async function basesIn(factory: IDBFactory): Promise<unknown[]> {
  const db = await open(factory, 'atelier-edits:s:ann');
  const request = db.transaction('bases').objectStore('bases').getAll();
  await new Promise((resolve) => (request.onsuccess = resolve));
  db.close();
  return request.result.map(({ base }: { base: unknown }) => base);
}

function open(factory: IDBFactory, name = 'probe'): Promise<IDBDatabase> {
  return new Promise((resolve) => {
    const request = factory.open(name);
    request.onsuccess = () => resolve(request.result as IDBDatabase);
  });
}

it('makes a file of kept edits: what its author saw, without results', () => {
  const cell = (id: string, source: string) => ({
    id: asCellId(id),
    type: 'code' as const,
    source,
    metadata: {},
    hasFileId: true,
  });
  const text = keptText({
    kind: 'notebook',
    base: { cells: [cell('a', 'one'), cell('b', 'two')], metadata: {}, nbformat: 4, nbformatMinor: 5 },
    changes: { order: [asCellId('b'), asCellId('c')], cells: [cell('c', 'three')], metadata: { x: 1 } },
  });
  expect(JSON.parse(text)).toMatchObject({
    cells: [{ source: ['two'] }, { source: ['three'] }],
    metadata: { x: 1 },
  });
});
