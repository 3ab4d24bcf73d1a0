import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '@/services/fake-clock.ts';
import { contentOf, emptyCell } from '../document/notebook-model.ts';
import { createNotebookStore } from '../session/notebook-store.ts';
import { HelpFollower, nameAt } from './help-follower.ts';

type Told = { text: string | null; why: string | null };
const ID = 'c1' as CellId;

function start() {
  const clock = createFakeClock();
  const store = createNotebookStore('a.ipynb');
  store.setState({
    ...contentOf({ cells: [emptyCell(ID, 'code')], metadata: {}, nbformat: 4, nbformatMinor: 5 }),
    active: ID,
  });
  const asked: { place: string; signal: AbortSignal; answer: (told: Told) => void }[] = [];
  const assist = {
    lookUp: (source: string, offset: number, signal: AbortSignal) =>
      new Promise<Told>((answer) => {
        asked.push({ place: `${source.slice(0, offset)}|${source.slice(offset)}`, signal, answer });
      }),
  };
  const follower = new HelpFollower(clock);
  follower.follow({ store, assist } as never);
  const type = (source: string, column = source.length + 1) => {
    const { cells } = store.getState();
    const cell = { ...emptyCell(ID, 'code'), source };
    store.setState({ mode: 'edit', cells: { ...cells, [ID]: cell }, cursor: { line: 1, column } });
  };
  const answer = async (index: number, told: Partial<Told>) => {
    asked[index]?.answer({ text: null, why: null, ...told });
    await clock.settle();
  };
  return { clock, store, follower, asked, type, answer, shown: () => follower.store.getState() };
}

describe('contextual help', () => {
  it('asks once the cursor has come to rest, and shows the answer [K1]', async () => {
    const { clock, asked, type, answer, shown } = start();
    for (const text of ['s', 'so', 'sorted']) {
      type(text);
      await clock.advance(100);
    }
    expect(asked).toEqual([]);
    await clock.advance(200);
    expect(asked.map(({ place }) => place)).toEqual(['sorted|']);
    await answer(0, { text: 'Signature: sorted' });
    expect(shown()).toEqual({
      shown: { name: 'sorted', text: 'Signature: sorted' },
      note: null,
      isPinned: false,
    });
  });

  it('has the name from the answer where the cursor is on none', async () => {
    const { clock, type, answer, shown } = start();
    type('sorted([1])');
    await clock.advance(300);
    await answer(0, { text: 'Signature: sorted(iterable, /)\nDocstring: x' });
    expect(shown().shown?.name).toBe('sorted');
  });

  it('drops an answer for a place that was left, and keeps the last while there is none', async () => {
    const { clock, asked, type, answer, shown } = start();
    type('abs');
    await clock.advance(300);
    await answer(0, { text: 'about abs' });
    type('abs x');
    await clock.advance(300);
    type('abs xy');
    await clock.advance(300);
    expect(asked[1]?.signal.aborted).toBe(true);
    await answer(1, { text: 'about x, too late' });
    await answer(2, {});
    expect(shown().shown?.text).toBe('about abs');
  });

  it('does not ask again where nothing moved, nor outside of code that is edited', async () => {
    const { clock, store, asked, type } = start();
    type('abs');
    await clock.advance(300);
    store.setState({ lastEdited: ID });
    store.setState({ mode: 'command', cursor: null });
    await clock.advance(300);
    expect(asked).toHaveLength(1);
  });

  it('asks a kernel that has come', async () => {
    const { clock, store, asked, type, answer, shown } = start();
    type('abs');
    await clock.advance(300);
    await answer(0, { why: 'No kernel. Choose one to see help.' });
    expect(shown().note).toBe('No kernel. Choose one to see help.');
    store.setState({ kernel: { state: 'idle', since: 0, cause: null } });
    await clock.advance(300);
    expect(asked).toHaveLength(2);
  });

  it('stays where it was pinned, until it is let go', async () => {
    const { clock, follower, asked, type, answer, shown } = start();
    type('abs');
    await clock.advance(300);
    await answer(0, { text: 'about abs' });
    follower.setPinned(true);
    type('max');
    await clock.advance(300);
    expect(asked).toHaveLength(1);
    follower.setPinned(false);
    await clock.advance(300);
    await answer(1, { text: 'about max' });
    expect(shown().shown?.name).toBe('max');
  });

  it('asks nothing once there is no notebook', async () => {
    const { clock, follower, asked, type } = start();
    type('abs');
    follower.follow(null);
    await clock.advance(300);
    expect(asked).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

it('the heading is the dotted name at the cursor, or the call around it', () => {
  const at = (marked: string) => nameAt(marked.replace('|', ''), marked.indexOf('|'));
  expect(at('x = os.path.jo|in(a)')).toBe('os.path.join');
  expect(at('sorted(|')).toBe('sorted');
  expect(at('sorted([1, 2], |')).toBe('sorted');
  expect(at('1 + |')).toBe('');
});

it('the heading of code with very long words is found at once', () => {
  const source = `data = "${'x'.repeat(300_000)}"; `;
  const start = performance.now();
  expect(nameAt(source, source.length)).toBe('');
  expect(performance.now() - start).toBeLessThan(1_000);
});
