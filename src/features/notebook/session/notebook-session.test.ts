import { problem, ProblemError } from '@atelier-ide/contract';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { describe, expect, it } from 'vitest';
import { createFakeWorld, hashOfText, notebookFile } from './fake-notebook-services.ts';
import type { NotebookSession } from './notebook-session.ts';

const first = asCellId('cell-0');
const second = asCellId('cell-1');
const save = (session: NotebookSession) => session.store.getState().save;
const text = (session: NotebookSession, id = first) =>
  session.store
    .getState()
    .cells[id]?.outputs.map((output) => (output.output_type === 'stream' ? output.text : output.output_type))
    .join('');

describe('opening', () => {
  it('opens 0 bytes empty, with a note, and writes nothing before the first edit [E3]', async () => {
    const world = createFakeWorld({ 'n.ipynb': '' });
    const session = await world.open();
    expect(session.store.getState().notes.join()).toContain('empty');
    await session.save();
    expect(world.writes).toEqual([]);
    session.editing.insert('below');
    await world.clock.advance(2_000);
    expect(world.writes).toHaveLength(1);
    expect(JSON.parse(world.disk.get('n.ipynb') ?? '')).toMatchObject({ nbformat: 4, nbformat_minor: 5 });
  });

  it.each([
    ['no JSON', 'not a notebook', /not valid JSON/],
    ['other JSON', '[1]', /cannot be shown as a notebook/],
    ['wrong types', '{"cells": 5, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', /not a list/],
  ])('says what is wrong: %s', async (_, content, words) => {
    const world = createFakeWorld({ 'n.ipynb': content });
    const { status } = (await world.open()).store.getState();
    expect(status).toMatchObject({ kind: 'problem', problem: { canOpenAsText: true } });
    expect(JSON.stringify(status)).toMatch(words);
    expect(world.writes).toEqual([]);
  });

  it('says that a file is not there, and opens it once it is', async () => {
    const world = createFakeWorld();
    const session = await world.open();
    expect(JSON.stringify(session.store.getState().status)).toContain('does not exist');
    world.disk.set('n.ipynb', notebookFile('x = 1'));
    await session.open();
    expect(session.store.getState().status.kind).toBe('ready');
  });

  it('does not dirty a notebook without edits: closing and saving write nothing [E3]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    world.bind('bound');
    await world.clock.advance(10_000);
    await session.save();
    expect(session.isDirty).toBe(false);
    expect(world.writes).toEqual([]);
  });
});

describe('saving', () => {
  const edit = (session: NotebookSession, source: string) => session.editing.setSource(first, source);

  it('saves 2 s after the last edit, under the hash that was read [Q2]', async () => {
    const file = notebookFile('x = 1');
    const world = createFakeWorld({ 'n.ipynb': file });
    const session = await world.open();
    edit(session, 'x = 2');
    await world.clock.advance(1_500);
    edit(session, 'x = 3');
    await world.clock.advance(1_900);
    expect(world.writes).toHaveLength(0);
    await world.clock.advance(200);
    expect(world.writes).toHaveLength(1);
    expect(world.writes[0]?.condition).toEqual({ hash: hashOfText(file) });
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('x = 3'));
    expect(save(session).kind).toBe('saved');
  });

  it('writes nothing when an edit was taken back', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    edit(session, 'x = 2');
    session.editing.undo();
    await world.clock.advance(3_000);
    expect(world.writes).toEqual([]);
    expect(save(session).kind).toBe('saved');
  });

  it('saves what was typed during a save', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    edit(session, 'x = 2');
    const saving = session.saver.flush();
    edit(session, 'x = 3');
    await saving;
    expect(save(session).kind).toBe('dirty');
    await world.clock.advance(2_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('x = 3'));
  });

  it('never overwrites what another program wrote: both versions stay until the person chooses [D5]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    edit(session, 'mine');
    world.disk.set('n.ipynb', notebookFile('theirs'));
    await world.clock.advance(2_000);
    expect(save(session)).toEqual({ kind: 'choices', count: 1 });
    expect(session.disk.choices).toMatchObject([{ mine: { source: 'mine' }, theirs: { source: 'theirs' } }]);
    edit(session, 'mine too');
    await world.clock.advance(20_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('theirs'));
    session.disk.keepMine();
    await world.clock.advance(2_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine too'));
    expect(save(session).kind).toBe('saved');
  });

  it('takes the file over when there is no edit here, and keeps the kernel', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1', 'y') });
    const session = await world.open();
    world.bind('bound');
    await world.clock.settle();
    world.disk.set('n.ipynb', notebookFile('x = 9', 'y'));
    await session.saver.look();
    expect(session.store.getState().cells[first]?.source).toBe('x = 9');
    expect(session.store.getState().kernel.state).toBe('idle');
    expect(world.attaches).toHaveLength(1);
  });

  it('says that the file is gone, and writes it again when asked', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    edit(session, 'mine');
    world.disk.delete('n.ipynb');
    await world.clock.advance(2_000);
    expect(save(session)).toMatchObject({ kind: 'conflict', disk: null });
    await session.saver.keepMine();
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('mine'));
  });

  it('keeps saying that a save failed, with the cause, and keeps the edits [Q2]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    world.failures.push(new ProblemError(problem('forbidden', 'You may not write this file.')));
    edit(session, 'x = 2');
    await world.clock.advance(60_000);
    expect(save(session)).toMatchObject({ kind: 'failed', title: 'n.ipynb was not saved' });
    expect(JSON.stringify(save(session))).toContain('You may not write this file.');
    expect(session.isDirty).toBe(true);
    await session.save();
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('x = 2'));
  });

  it('tries again by itself when the server was away', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    const away = () => new ProblemError(problem('app-not-running', 'The file server is not there.'));
    world.failures.push(away(), away());
    edit(session, 'x = 2');
    await world.clock.advance(2_000);
    expect(save(session).kind).toBe('failed');
    await world.clock.advance(9_000);
    expect(world.disk.get('n.ipynb')).toBe(notebookFile('x = 2'));
    expect(save(session).kind).toBe('saved');
  });

  it('writes to the new path when the file was renamed while it was being written', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    edit(session, 'x = 2');
    const saving = session.saver.flush();
    world.disk.set('m.ipynb', world.disk.get('n.ipynb') ?? '');
    world.disk.delete('n.ipynb');
    session.didMove('m.ipynb');
    await saving;
    expect(world.disk.get('m.ipynb')).toBe(notebookFile('x = 2'));
    expect(world.disk.has('n.ipynb')).toBe(false);
  });

  it('writes kernelspec, instance_type and atelier with the next save after an environment was chosen', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x = 1') });
    const session = await world.open();
    world.bind('bound');
    edit(session, 'x = 2');
    await world.clock.advance(2_000);
    expect(JSON.parse(world.disk.get('n.ipynb') ?? '').metadata).toEqual({
      kernelspec: { display_name: 'Python 3 (Data Science)', language: 'python', name: 'python3' },
      instance_type: 'ml.t3.medium',
      atelier: { image: 'data-science', version: '3.1' },
    });
    await session.save();
    expect(world.writes).toHaveLength(1);
  });
});

describe('running', () => {
  async function withKernel(...sources: string[]) {
    const world = createFakeWorld({ 'n.ipynb': notebookFile(...sources) });
    const session = await world.open();
    world.bind('bound');
    await world.clock.settle();
    return { world, session };
  }

  it('submits cells in order with the hash of their source, folds the outputs, saves, and says they are recorded', async () => {
    const { world, session } = await withKernel('print(1)', 'print(2)');
    await session.runner.run([first, second]);
    expect(world.submitted[0]?.map(({ cellId, sourceHash }) => [cellId, sourceHash])).toEqual([
      ['cell-0', hashSource('print(1)')],
      ['cell-1', hashSource('print(2)')],
    ]);
    expect(session.store.getState().runs[second]?.place).toBe(2);
    const [one, two] = world.submitted[0]?.map((item) => item.id) ?? [];
    world.runsTo(one ?? '', '1\n', 1);
    world.runsTo(two ?? '', '2\n', 2);
    await world.clock.advance(1_000);
    expect(text(session)).toBe('1\n');
    expect(session.store.getState().cells[second]?.executionCount).toBe(2);
    expect(JSON.parse(world.disk.get('n.ipynb') ?? '').cells[1].outputs[0].text).toBe('2\n');
    expect(world.recorded.toSorted()).toEqual([one, two]);
  });

  it('records only what is final: a cell that still runs is not', async () => {
    const { world, session } = await withKernel('slow()');
    await session.runner.run([first]);
    const id = world.submitted[0]?.[0]?.id ?? '';
    world.tellExecution(id, { state: 'running' });
    world.say(id, 'stream', { name: 'stdout', text: 'half\n' });
    await world.clock.advance(5_000);
    expect(world.disk.get('n.ipynb')).toContain('half');
    expect(world.recorded).toEqual([]);
    world.tellExecution(id, { state: 'done' });
    await world.clock.advance(1_000);
    expect(world.recorded).toEqual([]);
    world.say(id, 'status', { execution_state: 'idle' });
    world.say(id, 'stream', { name: 'stdout', text: 'late\n' });
    await world.clock.advance(5_000);
    expect(world.recorded).toEqual([id]);
  });

  it('shows the newest execution as a whole, from its first message on', async () => {
    const { world, session } = await withKernel('f()');
    await session.runner.run([first]);
    const old = world.submitted[0]?.[0]?.id ?? '';
    world.runsTo(old, 'old\n');
    await world.clock.advance(100);
    await session.runner.run([first]);
    const next = world.submitted[1]?.[0]?.id ?? '';
    await world.clock.advance(100);
    expect(text(session)).toBe('old\n');
    world.tellExecution(next, { state: 'running' });
    world.say(next, 'execute_input', { execution_count: 2, code: '' });
    world.say(old, 'stream', { name: 'stdout', text: 'a late word of the old one' });
    world.say(next, 'stream', { name: 'stdout', text: 'new\n' });
    await world.clock.advance(100);
    expect(text(session)).toBe('new\n');
  });

  it('after a reload folds what is not in the file from the journal, once, in order [F7]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('for i in range(4): print(i)', 'done()') });
    world.bind('bound');
    world.tellExecution('running-001', {
      cellId: 'cell-0',
      state: 'running',
      journal: { epoch: 'e', seq: 40 },
      startedAt: '2026-11-23T00:00:00.000Z',
    });
    world.tellExecution('ended-000', {
      cellId: 'cell-1',
      state: 'done',
      recorded: true,
      journal: { epoch: 'e', seq: 10 },
    });
    const session = await world.open();
    await world.clock.settle();
    expect(world.attaches).toEqual([{ epoch: 'e', seq: 40 }]);
    expect(session.store.getState().runs[first]?.execution.state).toBe('running');
    for (let i = 0; i < 4; i++)
      world.say('running-001', 'stream', { name: 'stdout', text: `${i}\n` }, 41 + i);
    world.say('ended-000', 'stream', { name: 'stdout', text: 'already in the file' }, 45);
    await world.clock.advance(100);
    expect(text(session)).toBe('0\n1\n2\n3\n');
    expect(text(session, second)).toBe('');
  });

  it('finds the cell of an execution by its source where the file has no ids', async () => {
    const file = JSON.stringify({
      cells: ['a', 'b'].map((source) => ({
        cell_type: 'code',
        execution_count: null,
        metadata: {},
        outputs: [],
        source,
      })),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 4,
    });
    const world = createFakeWorld({ 'n.ipynb': file });
    world.bind('bound');
    world.tellExecution('run-001', {
      cellId: '~gone~0',
      sourceHash: hashSource('b'),
      state: 'running',
      journal: { epoch: 'e', seq: 1 },
    });
    const session = await world.open();
    world.say('run-001', 'stream', { name: 'stdout', text: 'b ran\n' }, 2);
    await world.clock.advance(100);
    const { order } = session.store.getState();
    expect(order.map((id) => text(session, id))).toEqual(['', 'b ran\n']);
  });

  it('keeps what a kernel says before the server has named the cell', async () => {
    const { world, session } = await withKernel('x');
    world.say('other-001', 'stream', { name: 'stdout', text: 'early\n' });
    await world.clock.advance(100);
    expect(text(session)).toBe('');
    world.tellExecution('other-001', { cellId: 'cell-0', state: 'running' });
    await world.clock.advance(100);
    expect(text(session)).toBe('early\n');
  });

  it('ignores executions of others that name no cell', async () => {
    const { world, session } = await withKernel('x');
    world.tellExecution('stock-001', { cellId: null, state: 'running' });
    world.say('stock-001', 'stream', { name: 'stdout', text: 'not ours\n' });
    await world.clock.advance(100);
    expect(text(session)).toBe('');
    expect(session.store.getState().runs).toEqual({});
  });

  it('does not read again what consoles ran on its kernel, which no file records', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x') });
    world.bind('bound');
    const of = (cellId: string, seq: number) => ({
      cellId,
      state: 'done' as const,
      journal: { epoch: 'e', seq },
    });
    world.tellExecution('console-001', of('console-a-1', 3));
    world.tellExecution('ended-002', of('cell-0', 40));
    await world.open();
    await world.clock.settle();
    expect(world.attaches).toEqual([{ epoch: 'e', seq: 40 }]);
  });

  it('attaches again where an execution that began before the line was open is not lost', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x') });
    const session = await world.open();
    world.bind('starting');
    await session.runner.run([first]);
    const id = world.submitted[0]?.[0]?.id ?? '';
    world.bind('bound');
    await world.clock.settle();
    expect(world.attaches).toEqual([undefined]);
    world.opensBehind(4);
    world.tellExecution(id, { state: 'running', journal: { epoch: 'e', seq: 3 } });
    await world.clock.settle();
    expect(world.attaches).toEqual([undefined, { epoch: 'e', seq: 3 }]);
    world.say(id, 'stream', { name: 'stdout', text: 'whole\n' }, 4);
    await world.clock.advance(100);
    expect(text(session)).toBe('whole\n');
  });

  it('asks once for a place, also where the journal no longer reaches back to it', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x') });
    await world.open();
    world.bind('bound');
    await world.clock.settle();
    world.opensBehind(8);
    world.tellExecution('late-001', { cellId: 'cell-0', state: 'running', journal: { epoch: 'e', seq: 3 } });
    await world.clock.settle();
    world.opensBehind(6);
    world.tellExecution('late-001', { cellId: 'cell-0', state: 'running', journal: { epoch: 'e', seq: 3 } });
    await world.clock.settle();
    expect(world.attaches).toEqual([undefined, { epoch: 'e', seq: 3 }]);
  });

  it('updates displays in whatever cell they are', async () => {
    const { world, session } = await withKernel('show()', 'change()');
    await session.runner.run([first, second]);
    const [one = '', two = ''] = world.submitted[0]?.map((item) => item.id) ?? [];
    const data = (value: string) => ({
      data: { 'text/plain': value },
      metadata: {},
      transient: { display_id: 'd' },
    });
    world.say(one, 'display_data', data('before'));
    world.say(two, 'update_display_data', data('after'));
    await world.clock.advance(100);
    expect(session.store.getState().cells[first]?.outputs[0]).toMatchObject({
      data: { 'text/plain': 'after' },
    });
  });

  it('asks for input in the cell and answers the kernel [F4]', async () => {
    const { world, session } = await withKernel('input()');
    await session.runner.run([first]);
    const id = world.submitted[0]?.[0]?.id ?? '';
    world.say(id, 'input_request', { prompt: 'Name? ', password: false });
    await world.clock.advance(100);
    expect(session.store.getState().inputs[first]).toMatchObject({ prompt: 'Name? ', password: false });
    session.answerInput(first, 'Maya');
    expect(world.answers.map(({ value, parent }) => [value, parent.header.msg_type])).toEqual([
      ['Maya', 'input_request'],
    ]);
    expect(session.store.getState().inputs).toEqual({});
  });

  it('goes on asking when the question was faster than what was printed before it [F4]', async () => {
    const { world, session } = await withKernel('print("a"); input()');
    await session.runner.run([first]);
    const id = world.submitted[0]?.[0]?.id ?? '';
    world.say(id, 'input_request', { prompt: 'Name? ', password: false });
    world.say(id, 'execute_input', { execution_count: 1, code: '' });
    world.say(id, 'stream', { name: 'stdout', text: 'a' });
    await world.clock.advance(100);
    expect(session.store.getState().inputs[first]).toMatchObject({ prompt: 'Name? ', password: false });
    world.say(id, 'status', { execution_state: 'idle' });
    await world.clock.advance(100);
    expect(session.store.getState().inputs).toEqual({});
  });

  it('without a kernel asks for an environment, and runs once it is chosen [C4]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x') });
    const session = await world.open();
    await session.runner.run([first]);
    expect(world.commands).toEqual(['compute.changeEnvironment']);
    expect(world.submitted).toEqual([]);
    expect(session.store.getState().waiting).toEqual([]);
    world.onChooseEnvironment(() => world.bind('starting'));
    await session.runner.run([first]);
    expect(world.submitted).toHaveLength(1);
  });

  it('says which cells may fail, and whether an error stops the rest [F1]', async () => {
    const file = JSON.parse(notebookFile('1 / 0', 'x')) as { cells: { metadata: object }[] };
    if (file.cells[0]) file.cells[0].metadata = { tags: ['raises-exception'] };
    const world = createFakeWorld({ 'n.ipynb': JSON.stringify(file) });
    const session = await world.open();
    world.bind('bound');
    await world.clock.settle();
    await session.runner.run([first, second]);
    world.settings.set('notebook.stopOnError', false);
    world.tellExecution(world.submitted[0]?.[1]?.id ?? '', { state: 'done' });
    await session.runner.run([second]);
    expect(world.submitted.map((items) => items.map(({ mayFail }) => mayFail ?? false))).toEqual([
      [true, false],
      [false],
    ]);
    expect(world.stops).toEqual([true, false]);
  });

  it('takes cells out of the queue, also those that wait for a kernel [F2]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a', 'b') });
    const session = await world.open();
    const wait = new Promise<void>(() => undefined);
    world.onChooseEnvironment(() => wait);
    void session.runner.run([first, second]);
    await world.clock.settle();
    expect(session.store.getState().waiting).toEqual([first, second]);
    await session.queue.removeCells([second]);
    expect(session.store.getState().waiting).toEqual([first]);
    world.bind('bound');
    await world.clock.settle();
    const id = world.submitted[0]?.[0]?.id ?? '';
    await session.queue.removeCells([first, second]);
    expect(world.removed).toEqual([id]);
  });

  it('does not queue a cell without code, nor again a cell that waits behind others as it is', async () => {
    const { world, session } = await withKernel('x', 'y', '  ');
    await session.runner.run([first, second, asCellId('cell-2')]);
    await session.runner.run([second]);
    expect(world.submitted.map((items) => items.map(({ code }) => code))).toEqual([['x', 'y']]);
    session.editing.setSource(second, 'z');
    await session.runner.run([second]);
    expect(world.submitted[1]?.map(({ code }) => code)).toEqual(['z']);
  });

  it('runs a cell again that is run twice at once, though the kernel has not told of the first yet [F1]', async () => {
    const { world, session } = await withKernel('n += 1');
    void session.runner.run([first]);
    await session.runner.run([first]);
    expect(world.submitted.map((items) => items.map(({ code }) => code))).toEqual([['n += 1'], ['n += 1']]);
    world.tellExecution(world.submitted[1]?.[0]?.id ?? '', { position: 1 });
    // The second one waits: a key that is held adds nothing.
    await session.runner.run([first]);
    expect(world.submitted).toHaveLength(2);
  });

  it('lets go what waits for a kernel when it is interrupted or restarted [F1]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a', 'b') });
    const session = await world.open();
    world.onChooseEnvironment(() => new Promise<void>(() => undefined));
    void session.runner.run([first, second]);
    await world.clock.settle();
    expect(session.store.getState().waiting).toEqual([first, second]);
    await session.runner.interrupt();
    world.bind('bound');
    await world.clock.settle();
    expect([session.store.getState().waiting, world.submitted]).toEqual([[], []]);
    await session.runner.run([first]);
    await session.runner.restart();
    expect(session.store.getState().runs[first]?.execution.state).toBe('aborted');
  });

  it('keeps edits and outputs when another kernel takes over', async () => {
    const { world, session } = await withKernel('f()');
    await session.runner.run([first]);
    world.runsTo(world.submitted[0]?.[0]?.id ?? '', 'kept\n');
    await world.clock.advance(100);
    const { cells } = session.store.getState();
    world.bind('bound', 'kernel-2');
    await world.clock.settle();
    expect(session.store.getState().cells).toBe(cells);
    expect(world.attaches).toHaveLength(2);
  });

  it('tells that a kernel died, and why', async () => {
    const { world, session } = await withKernel('f()');
    await session.runner.run([first]);
    const id = world.submitted[0]?.[0]?.id ?? '';
    world.tellExecution(id, { state: 'kernel-died', cause: 'The kernel ran out of memory in cell 1.' });
    world.events.fire({
      type: 'death',
      seq: 1,
      time: '',
      kernelId: 'kernel-1',
      appId: 'app-1',
      cause: 'Out of memory.',
    });
    await world.clock.advance(1_000);
    expect(session.store.getState().death).toEqual({ cause: 'Out of memory.' });
    expect(session.store.getState().runs[first]?.execution.cause).toContain('out of memory');
  });

  it('writes outputs of a cell that was deleted and brought back while it ran', async () => {
    const { world, session } = await withKernel('f()', 'g()');
    await session.runner.run([first]);
    const id = world.submitted[0]?.[0]?.id ?? '';
    world.tellExecution(id, { state: 'running' });
    session.editing.select(first);
    session.editing.deleteSelected();
    world.say(id, 'stream', { name: 'stdout', text: 'meanwhile\n' });
    await world.clock.advance(100);
    session.editing.undo();
    await world.clock.advance(100);
    expect(text(session)).toBe('meanwhile\n');
  });
});
