import { problem, ProblemError } from '@atelier-ide/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeHome } from './fake-home.ts';
import { TextSession } from './text-session.ts';

const home = () => new FakeHome();
const crash = (disk: FakeHome) => {
  vi.clearAllTimers();
  disk.crash();
};
const settle = () => vi.advanceTimersByTimeAsync(0);
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function opened(from: FakeHome): Promise<TextSession> {
  const session = new TextSession(from.services(), 'a.txt');
  await settle();
  return session;
}

const save = (session: TextSession) => {
  const state = session.store.getState();
  return state.status === 'ready' ? state.save.kind : state.status;
};

it('saves 2 s after the last edit, once', async () => {
  const disk = home();
  const session = await opened(disk);
  session.edit('one\ntwo');
  await vi.advanceTimersByTimeAsync(1500);
  session.edit('one\ntwo\n');
  await vi.advanceTimersByTimeAsync(1999);
  expect(disk.writes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(disk.writes).toEqual(['one\ntwo\n']);
  expect(save(session)).toBe('saved');
  expect(disk.checkpoints).toEqual([]);
});

it('writes nothing when nothing changed, also on save', async () => {
  const disk = home();
  const session = await opened(disk);
  session.edit('x');
  session.edit('one\n');
  await session.save();
  await vi.advanceTimersByTimeAsync(5000);
  expect(disk.writes).toEqual([]);
});

it('makes a checkpoint of what a person saves, and of nothing that is not on disk', async () => {
  const disk = home();
  const session = await opened(disk);
  session.edit('mine\n');
  await session.save();
  expect(disk.checkpoints).toEqual(['mine\n']);
  disk.next = new ProblemError(problem('disk-full', 'The disk is full.'));
  session.edit('more\n');
  await session.save();
  expect(disk.checkpoints).toEqual(['mine\n']);
});

it('never overwrites a change by another program unasked', async () => {
  const disk = home();
  const session = await opened(disk);
  disk.text = 'theirs\n';
  disk.version += 1;
  session.edit('mine\n');
  await session.save();
  expect(save(session)).toBe('conflict');
  session.edit('mine, more\n');
  await vi.advanceTimersByTimeAsync(5000);
  expect(disk.text).toBe('theirs\n');
  await session.wish('keepMine');
  expect(disk.text).toBe('mine, more\n');
  expect(save(session)).toBe('saved');
});

it('merges a change by another program in other lines, and saves both [D5]', async () => {
  const disk = home();
  disk.text = 'one\ntwo\nthree\n';
  const session = await opened(disk);
  disk.text = 'one\ntwo\nthree, theirs\n';
  disk.version += 1;
  session.edit('one, mine\ntwo\nthree\n');
  await session.save();
  expect(disk.text).toBe('one, mine\ntwo\nthree, theirs\n');
  expect(session.store.getState()).toMatchObject({ text: disk.text, version: 1 });
  expect(save(session)).toBe('saved');
});

it('keeps the text after a failed save and says why', async () => {
  const disk = home();
  const session = await opened(disk);
  disk.next = new ProblemError(problem('disk-full', 'The disk is full.'));
  session.edit('kept\n');
  await session.save();
  expect(session.store.getState()).toMatchObject({
    text: 'kept\n',
    save: { kind: 'failed', reason: 'The disk is full.', retries: true },
  });
  await session.save();
  expect(disk.text).toBe('kept\n');
});

it('saves what was typed last when it ends', async () => {
  const disk = home();
  const session = await opened(disk);
  session.edit('last words');
  session.dispose();
  await settle();
  expect(disk.text).toBe('last words');
});

const stateOf = (session: TextSession) => {
  const state = session.store.getState();
  if (state.status !== 'ready') throw new Error(state.status);
  return state;
};

it('brings back what an earlier page did not get into the file, and saves it [Q1]', async () => {
  const disk = home();
  const lost = await opened(disk);
  lost.edit('one\ntyped');
  await vi.advanceTimersByTimeAsync(300);
  expect(disk.writes).toEqual([]);
  expect(disk.edits.kept.get('a.txt')).toMatchObject({ base: 'one\n', changes: 'one\ntyped' });
  crash(disk);

  const session = await opened(disk);
  expect(stateOf(session)).toMatchObject({ text: 'one\ntyped', recovered: { kind: 'back' } });
  await vi.advanceTimersByTimeAsync(3000);
  expect(disk.text).toBe('one\ntyped');
  expect(disk.edits.kept.size).toBe(0);
});

it('takes recovered edits out of the text and brings them back again', async () => {
  const disk = home();
  (await opened(disk)).edit('typed');
  await vi.advanceTimersByTimeAsync(300);
  crash(disk);
  const session = await opened(disk);
  session.turnRecovered();
  expect(stateOf(session)).toMatchObject({ text: 'one\n', recovered: { kind: 'discarded' } });
  await vi.advanceTimersByTimeAsync(300);
  expect(disk.edits.kept.size).toBe(0);
  session.turnRecovered();
  expect(stateOf(session)).toMatchObject({ text: 'typed', recovered: { kind: 'back' } });
  session.edit('typed, and more');
  expect(stateOf(session).recovered).toBeNull();
});

it('merges recovered edits with a file that was changed since', async () => {
  const disk = home();
  disk.text = 'one\ntwo\nthree\n';
  (await opened(disk)).edit('one, mine\ntwo\nthree\n');
  await vi.advanceTimersByTimeAsync(300);
  crash(disk);
  disk.text = 'one\ntwo\nthree\nfour\n';
  disk.version += 1;
  const session = await opened(disk);
  expect(stateOf(session)).toMatchObject({ text: 'one, mine\ntwo\nthree\nfour\n', save: { kind: 'dirty' } });
  await vi.advanceTimersByTimeAsync(3000);
  expect(disk.text).toBe('one, mine\ntwo\nthree\nfour\n');
});

it('leaves the choice where the same lines were changed on both sides', async () => {
  const disk = home();
  (await opened(disk)).edit('mine');
  await vi.advanceTimersByTimeAsync(300);
  crash(disk);
  disk.text = 'theirs';
  disk.version += 1;
  const session = await opened(disk);
  expect(stateOf(session)).toMatchObject({ text: 'mine', save: { kind: 'conflict' } });
  await vi.advanceTimersByTimeAsync(5000);
  // Leaving the editor, closing the tab and Mod+S save: none of them chooses.
  await session.flush();
  await session.save();
  expect(disk.text).toBe('theirs');
  expect(stateOf(session)).toMatchObject({ text: 'mine', save: { kind: 'conflict' } });
  await vi.advanceTimersByTimeAsync(300);
  crash(disk);
  // Neither does another reload.
  const again = await opened(disk);
  expect(stateOf(again)).toMatchObject({ text: 'mine', save: { kind: 'conflict' } });
  await vi.advanceTimersByTimeAsync(5000);
  await again.flush();
  expect(disk.text).toBe('theirs');
  await again.load();
  expect(stateOf(again)).toMatchObject({ text: 'theirs', save: { kind: 'saved' } });
  await vi.advanceTimersByTimeAsync(300);
  expect(disk.edits.kept.size).toBe(0);
});

it('makes a file that is gone again from what was kept of it', async () => {
  const disk = home();
  (await opened(disk)).edit('mine');
  await vi.advanceTimersByTimeAsync(300);
  crash(disk);
  disk.isGone = true;
  const session = await opened(disk);
  expect(session.store.getState()).toMatchObject({ status: 'failed', kept: 0 });
  expect(session.keptText).toBe('mine');
  await session.saveKept();
  expect(stateOf(session).text).toBe('mine');
  expect(disk.edits.kept.size).toBe(0);
});

it('tries a save again by itself that did not reach the server', async () => {
  const disk = home();
  const session = await opened(disk);
  disk.next = new TypeError('Failed to fetch');
  session.edit('kept\n');
  await session.flush();
  expect(stateOf(session).save).toMatchObject({ kind: 'failed', retries: true });
  await vi.advanceTimersByTimeAsync(5000);
  expect(disk.text).toBe('kept\n');
  expect(save(session)).toBe('saved');
});

it('does not count as kept while the journal of edits did not answer', async () => {
  const disk = home();
  disk.edits.read = () => Promise.reject(new Error('The storage of the browser did not answer.'));
  const session = await opened(disk);
  session.edit('typed');
  await vi.advanceTimersByTimeAsync(500);
  expect(disk.edits.kept.size).toBe(0);
  expect(disk.edits.holds(session.path)).toBe(false);
});

it('follows a file that was changed outside while nothing was edited, with a note; the former text can be had', async () => {
  const disk = home();
  const session = await opened(disk);
  disk.write('theirs\n');
  await session.wish('look');
  expect(stateOf(session)).toMatchObject({
    text: 'theirs\n',
    save: { kind: 'saved' },
    news: { kind: 'followed', canUndo: true },
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect(disk.writes).toEqual([]);
  await session.wish('undoNews');
  expect(stateOf(session)).toMatchObject({ text: 'one\n', save: { kind: 'dirty' }, news: null });
  await vi.advanceTimersByTimeAsync(3000);
  expect(disk.text).toBe('one\n');
});

it('says before the save that the file was changed outside: other lines come in, the same ones wait [D5]', async () => {
  const disk = home();
  disk.text = 'one\ntwo\nthree\n';
  const session = await opened(disk);
  session.edit('one, mine\ntwo\nthree\n');
  disk.write('one\ntwo\nthree, theirs\n');
  await session.wish('look');
  expect(stateOf(session)).toMatchObject({
    text: 'one, mine\ntwo\nthree, theirs\n',
    news: { kind: 'merged', canUndo: true },
  });
  session.edit('one, mine\ntwo\nthree, theirs\nfour\n');
  expect(stateOf(session).news).toEqual({ kind: 'merged', canUndo: false });
  disk.write('one, theirs\ntwo\nthree\n');
  await session.wish('look');
  expect(stateOf(session)).toMatchObject({ save: { kind: 'conflict', isGone: false } });
  await vi.advanceTimersByTimeAsync(5000);
  expect(disk.writes).toEqual([]);
  expect(stateOf(session).text).toBe('one, mine\ntwo\nthree, theirs\nfour\n');
});

it('says that the file is gone, forgets it when it is back, and else makes it again', async () => {
  const disk = home();
  const session = await opened(disk);
  disk.isGone = true;
  await session.wish('look');
  expect(stateOf(session).save).toEqual({ kind: 'conflict', isGone: true });
  disk.isGone = false;
  await session.wish('look');
  expect(stateOf(session).save.kind).toBe('saved');
  session.edit('mine');
  disk.isGone = true;
  await session.flush();
  expect(stateOf(session)).toMatchObject({ text: 'mine', save: { kind: 'conflict', isGone: true } });
  await session.wish('keepMine');
  expect([disk.text, disk.isGone, stateOf(session).save.kind]).toEqual(['mine', false, 'saved']);
});

it('does not make a file again over one that came there meanwhile', async () => {
  const disk = home();
  const session = await opened(disk);
  session.edit('mine');
  disk.isGone = true;
  await session.flush();
  disk.isGone = false;
  disk.write('theirs');
  await session.wish('keepMine');
  expect(disk.text).toBe('theirs');
  expect(stateOf(session)).toMatchObject({ text: 'mine', save: { kind: 'conflict', isGone: false } });
});

it('takes a save without an answer that reached the disk for its own', async () => {
  const disk = home();
  const session = await opened(disk);
  disk.next = new TypeError('Failed to fetch');
  session.edit('one, sent\n');
  await session.flush();
  disk.write('one, sent\n');
  session.edit('one, sent and more\n');
  await session.flush();
  expect([disk.text, stateOf(session).save.kind, stateOf(session).news]).toEqual([
    'one, sent and more\n',
    'saved',
    null,
  ]);
});
