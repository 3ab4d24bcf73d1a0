import { problem, ProblemError } from '@atelier-ide/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '@/base/emitter.ts';
import type { SharedDocument } from '@/services/edits/shared-document.ts';
import { FakeHome } from '../fake-home.ts';
import { TextSession } from '../text-session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

const stateOf = (session: TextSession) => {
  const state = session.store.getState();
  if (state.status !== 'ready') throw new Error(state.status);
  return state;
};
const textOf = (session: TextSession) => stateOf(session).text;
const saveOf = (session: TextSession) => stateOf(session).save.kind;

async function open(disk: FakeHome): Promise<TextSession> {
  const session = new TextSession(disk.services(), disk.path);
  await settle();
  return session;
}

async function twoTabs(text = 'one\ntwo\n') {
  const disk = new FakeHome();
  disk.text = text;
  return { disk, one: await open(disk), two: await open(disk) };
}

describe('a text file in two tabs of one browser', () => {
  it('shows edits of each in the other at once, and only one tab saves [D5]', async () => {
    const { disk, one, two } = await twoTabs();
    one.edit('one!\ntwo\n');
    await settle();
    expect(textOf(two)).toBe('one!\ntwo\n');
    two.edit('one!\ntwo?\n');
    await settle();
    expect(textOf(one)).toBe('one!\ntwo?\n');
    expect([one.isDirty, two.isDirty]).toEqual([true, true]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(disk.writes).toEqual(['one!\ntwo?\n']);
    expect([saveOf(one), saveOf(two)]).toEqual(['saved', 'saved']);
    expect([one.isDirty, two.isDirty]).toEqual([false, false]);
    expect(disk.edits.kept.size).toBe(0);
  });

  it('has what both typed at the same time, in one line too', async () => {
    const { one, two } = await twoTabs('line\n');
    one.edit('Aline\n');
    two.edit('lineZ\n');
    two.edit('lineZZ\n');
    await settle();
    expect([textOf(one), textOf(two)]).toEqual(['AlineZZ\n', 'AlineZZ\n']);
  });

  it('shows what is not saved yet in a tab that opens, and says nothing of recovery', async () => {
    const disk = new FakeHome();
    const one = await open(disk);
    one.edit('one\nnot saved');
    await vi.advanceTimersByTimeAsync(500);
    expect(disk.edits.kept.size).toBe(1);
    const two = await open(disk);
    expect(stateOf(two)).toMatchObject({ text: 'one\nnot saved', recovered: null, save: { kind: 'dirty' } });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(disk.writes).toEqual(['one\nnot saved']);
    expect(disk.edits.kept.size).toBe(0);
  });

  it('saves for the other tab on its save, and goes on when the writing tab closes [D5]', async () => {
    const { disk, one, two } = await twoTabs();
    two.edit('of two');
    await two.save();
    await settle();
    expect(disk.checkpoints).toEqual(['of two']);
    two.edit('unsaved');
    await settle();
    one.dispose();
    await settle();
    expect(disk.text).toBe('unsaved');
    two.edit('alone');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(disk.text).toBe('alone');
    expect(saveOf(two)).toBe('saved');
    expect(disk.edits.kept.size).toBe(0);
  });

  it('takes what the other tab wrote without an answer for its own, and saves over it', async () => {
    const { disk, one, two } = await twoTabs();
    one.edit('one, sent\n');
    disk.next = new TypeError('Failed to fetch');
    await one.flush();
    await settle();
    // It arrived, and the answer did not.
    disk.write('one, sent\n');
    two.edit('one, sent, and more\n');
    await settle();
    expect(saveOf(two)).toBe('dirty');
    one.dispose();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(disk.text).toBe('one, sent, and more\n');
    expect(saveOf(two)).toBe('saved');
  });

  it('says in both why a save failed and what is on disk; a choice in either counts', async () => {
    const { disk, one, two } = await twoTabs();
    disk.next = new ProblemError(problem('disk-full', 'The disk is full.'));
    two.edit('mine');
    await two.flush();
    await settle();
    expect(stateOf(two).save).toEqual(stateOf(one).save);
    expect(stateOf(two).save).toMatchObject({ kind: 'failed', reason: 'The disk is full.' });
    disk.write('theirs');
    await two.wish('flush');
    await settle();
    expect([saveOf(one), saveOf(two)]).toEqual(['conflict', 'conflict']);
    await two.wish('load');
    await settle();
    expect([textOf(one), textOf(two), saveOf(two)]).toEqual(['theirs', 'theirs', 'saved']);
    expect(two.isDirty).toBe(false);
  });

  it('follows the file to its new name', async () => {
    const { disk, one, two } = await twoTabs();
    disk.path = 'b.txt';
    two.didMove('b.txt');
    await settle();
    expect(one.path).toBe('b.txt');
    one.edit('still shared');
    await settle();
    expect(textOf(two)).toBe('still shared');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(disk.writes).toEqual(['still shared']);
  });

  it('stays by itself where the other tab does not answer', async () => {
    const disk = new FakeHome();
    const silent = disk.browser.share(disk.path);
    await silent.join();
    const session = await open(disk);
    expect(session.store.getState().status).toBe('loading');
    await vi.advanceTimersByTimeAsync(5_000);
    session.edit('mine');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(disk.text).toBe('mine');
    silent.dispose();
  });

  it('saves by itself when it closes and the tab that writes hangs', async () => {
    const disk = new FakeHome();
    const hanging = new SlowPage(disk);
    await settle();
    const session = await open(disk);
    hanging.hear();
    await settle();
    session.edit('kept');
    session.dispose();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(disk.text).toBe('kept');
    hanging.kill();
  });
});

/** A page that hears the others when the test says so. What was posted before a lock was given back comes before the lock. */
class SlowPage {
  readonly session: TextSession;
  readonly #life = { isDead: false };
  readonly #heard: (() => void)[] = [];
  #line: SharedDocument | null = null;

  constructor(disk: FakeHome) {
    this.session = new TextSession(
      disk.services((path) => this.#slow(disk.browser.share(path)), this.#life),
      disk.path,
    );
  }

  #slow(line: SharedDocument): SharedDocument {
    const received = new Emitter<unknown>();
    const became = new Emitter<void>();
    this.#line = line;
    line.onDidReceive((data) => void this.#heard.push(() => received.fire(data)));
    line.onDidBecomeWriter(() => void this.#heard.push(() => became.fire()));
    return {
      get isWriter() {
        return line.isWriter;
      },
      onDidReceive: received.event,
      onDidBecomeWriter: became.event,
      join: () => line.join(),
      post: (message) => void (this.#life.isDead || line.post(message)),
      handOver: () => line.handOver(),
      dispose: () => line.dispose(),
    };
  }

  /** True where there was something to hear. */
  hear(count = Number.POSITIVE_INFINITY): boolean {
    const heard = this.#life.isDead ? [] : this.#heard.splice(0, count);
    for (const run of heard) run();
    return heard.length > 0;
  }

  kill(): void {
    this.#life.isDead = true;
    this.#line?.dispose();
  }
}

type Step = {
  kind: 'put' | 'drop' | 'hear' | 'time' | 'open' | 'close' | 'kill';
  tab: number;
  at: number;
  count: number;
};
const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('put', 'put', 'put', 'drop', 'hear', 'hear', 'time', 'open', 'close', 'kill'),
    tab: fc.nat(5),
    at: fc.nat(1_000),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 60 },
);

/** Random steps of tabs that open, type, hear, close and are killed. Every character is there once in the world. */
class World {
  readonly disk = new FakeHome();
  readonly dropped = new Set<string>();
  pages: SlowPage[] = [];
  readonly #ending: SlowPage[] = [];
  /** Of symbols: each is a word of its own. */
  #next = 0x2200;
  all: string[] = [];

  constructor() {
    this.disk.text = `${this.#fresh(5)}\n${this.#fresh(5)}\n`;
  }

  #fresh(count: number): string {
    const put = Array.from({ length: count }, () => String.fromCharCode(this.#next++));
    this.all.push(...put);
    return put.join('');
  }

  async open(): Promise<void> {
    this.pages.push(new SlowPage(this.disk));
    await this.quiet(4_000);
  }

  async run({ kind, tab, at, count }: Step): Promise<void> {
    const page = this.pages[tab % Math.max(1, this.pages.length)];
    if (kind === 'open' && this.pages.length < 3) await this.open();
    else if (kind === 'time') {
      // Who closes waits two seconds for a tab that hears nothing.
      if (this.#ending.length > 0) await this.quiet();
      await vi.advanceTimersByTimeAsync(count * 900);
    } else if (!page) return;
    else if (kind === 'hear') {
      page.hear(count);
      await settle();
    } else if (kind === 'close') {
      page.session.dispose();
      this.#leave(page);
    } else if (kind === 'kill') {
      await settle();
      // What it had not told anybody is in its journal.
      if (!page.session.isElsewhere && page.session.isDirty) return;
      page.kill();
      this.#leave(page);
    } else this.#edit(page.session, kind === 'put' ? this.#fresh(count) : '', { at, count });
  }

  #leave(page: SlowPage): void {
    this.pages = this.pages.filter((one) => one !== page);
    this.#ending.push(page);
  }

  #edit(session: TextSession, put: string, { at, count }: { at: number; count: number }): void {
    const text = textOf(session);
    const start = at % (text.length + 1);
    const end = put === '' ? Math.min(text.length, start + count) : start;
    for (const one of text.slice(start, end)) if (one !== '\n') this.dropped.add(one);
    session.edit(text.slice(0, start) + put + text.slice(end));
  }

  async quiet(ms = 0): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (const page of [...this.pages, ...this.#ending]) isBusy = page.hear() || isBusy;
      await vi.advanceTimersByTimeAsync(0);
    }
    if (ms > 0) {
      await vi.advanceTimersByTimeAsync(ms);
      await this.quiet();
    }
  }
}

it('shows the same in all tabs after any edits, deliveries and ends, with all that was typed, and saves it [D5]', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const world = new World();
      await world.open();
      await world.open();
      for (const step of list) await world.run(step);
      for (let i = 0; i < 6; i++) await world.quiet(3_000);
      const texts = world.pages.map(({ session }) => textOf(session));
      const text = world.disk.text;
      expect(texts).toEqual(texts.map(() => text));
      const there = Array.from(text).filter((one) => one !== '\n');
      const wanted = world.all.filter((one) => !world.dropped.has(one));
      expect(there.toSorted()).toEqual(wanted.toSorted());
      vi.clearAllTimers();
    }),
    { numRuns: 150 },
  );
}, 60_000);
