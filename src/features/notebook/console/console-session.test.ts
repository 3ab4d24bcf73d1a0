import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeWorld } from '../session/fake-notebook-services.ts';
import {
  addressOf,
  type ConsoleAddress,
  freeConsolePath,
  INPUT,
  notebookConsoleTab,
  ownConsoleTab,
} from './console-address.ts';
import { ConsoleSession } from './console-session.ts';
import { InputHistory } from './input-history.ts';

const own = addressOf(ownConsoleTab('data/Console 1.console'));

async function open(address: ConsoleAddress = own) {
  const world = createFakeWorld();
  const session = new ConsoleSession(address, world.services, world.clock);
  await world.clock.settle();
  world.bind('bound');
  await world.clock.settle();
  const shown = () => {
    const { order, cells } = session.store.getState();
    return order.map((id) => {
      const { source = '', outputs = [] } = cells[id] ?? {};
      return [source, ...outputs.map((one) => (one.output_type === 'stream' ? one.text : one.output_type))];
    });
  };
  const run = async (code: string) => {
    session.setInput(code);
    await session.runInput();
    await world.clock.settle();
    return world.submitted.at(-1)?.[0]?.id ?? '';
  };
  return { world, session, shown, run };
}

describe('a console', () => {
  it('puts what was run above the input, with its outputs, and writes no file [F9]', async () => {
    const { world, session, shown, run } = await open();
    const id = await run('print(1)');
    world.runsTo(id, '1\n');
    await world.clock.advance(5_000);
    expect(shown()).toEqual([['print(1)', '1\n'], ['']]);
    expect(session.store.getState().order.at(-1)).toBe(INPUT);
    expect([session.isDirty, world.writes, world.recorded]).toEqual([false, [], []]);
  });

  it('has the text that the kernel gives for the next input in its input, behind what was typed', async () => {
    const { world, session, shown, run } = await open();
    const id = await run('%load a.py');
    session.setInput('typed');
    const payload = [{ source: 'set_next_input', text: '# %load a.py\nx = 1', replace: true }];
    world.say(id, 'execute_reply', { status: 'ok', payload });
    await world.clock.settle();
    expect(shown()).toEqual([['%load a.py'], ['typed\n# %load a.py\nx = 1']]);
    expect(session.store.getState().order.at(-1)).toBe(INPUT);
  });

  it('leaves nothing in the journal of edits, and begins with the draft that it is given', async () => {
    const { world, session, run } = await open();
    session.setInput('y + 1');
    await world.clock.advance(5_000);
    await run('y + 1');
    session.setInput('y + 2');
    await world.clock.advance(5_000);
    session.dispose();
    const next = new ConsoleSession(own, world.services, world.clock, 'draft');
    await world.clock.advance(5_000);
    expect(next.input).toBe('draft');
    expect([...world.edits.kept]).toEqual([]);
  });

  it('goes through what the kernel remembers too, once each, what ran here last [F9]', async () => {
    const world = createFakeWorld();
    world.memory.sources = null;
    const session = new ConsoleSession(own, world.services, world.clock);
    await world.clock.settle();
    world.bind('bound');
    await world.clock.settle();
    session.setInput('b');
    await session.runInput();
    expect(session.sources()).toEqual(['b']);
    // It had no time: it is asked when it is idle again.
    world.memory.sources = ['a', 'b', 'c'];
    world.channelStore.setState({ state: 'busy' });
    await world.clock.settle();
    expect(session.sources()).toEqual(['b']);
    world.channelStore.setState({ state: 'idle' });
    await world.clock.settle();
    expect(session.sources()).toEqual(['a', 'c', 'b']);
  });

  it('is matched to no cell of a file', async () => {
    const { world, run } = await open();
    await run('x');
    const [item] = world.submitted.at(-1) ?? [];
    expect(item).toMatchObject({ sourceHash: '', code: 'x' });
    expect(item?.cellId).toMatch(/^console-/);
  });

  it('is there again after a reload, from the executions and the journal [F9]', async () => {
    const world = createFakeWorld();
    const journal = { epoch: 'e', seq: 7 };
    const at = (second: number) => `2026-11-23T00:00:0${second}.000Z`;
    const done = { state: 'done', kernelId: 'kernel-1', journal } as const;
    world.tellExecution('b', { ...done, cellId: 'console-b', queuedAt: at(2) });
    world.tellExecution('a', { ...done, cellId: 'console-a', queuedAt: at(1) });
    world.tellExecution('c', { ...done, cellId: 'cell-1', queuedAt: at(3) });
    const session = new ConsoleSession(own, world.services, world.clock);
    await world.clock.settle();
    world.bind('bound');
    await world.clock.settle();
    expect(world.attaches).toEqual([journal]);
    for (const id of ['a', 'b', 'c']) {
      world.say(id, 'execute_input', { code: `print("${id}")`, execution_count: 1 });
      world.say(id, 'stream', { name: 'stdout', text: id });
      world.say(id, 'status', { execution_state: 'idle' });
    }
    await world.clock.advance(1_000);
    expect(session.sources()).toEqual(['print("a")', 'print("b")']);
    const { cells } = session.store.getState();
    expect(Object.keys(cells).toSorted()).toEqual(['console-a', 'console-b', 'console-input']);
    expect(cells['console-b' as typeof INPUT]?.outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'b' },
    ]);
  });

  it('shows what others run on the kernel only when asked, from everything that the journal has [F9]', async () => {
    const tab = notebookConsoleTab('n.ipynb', 'k');
    for (const showsAll of [false, true]) {
      const { world, shown, run } = await open(addressOf({ ...tab, state: { ...tab.state, showsAll } }));
      world.tellExecution('cell-run', { cellId: 'cell-1', state: 'running' });
      world.runsTo('cell-run', 'from the notebook\n');
      await run('own');
      await world.clock.advance(1_000);
      expect(world.attaches).toEqual([showsAll ? { epoch: 'everything', seq: 0 } : undefined]);
      const foreign = showsAll ? [['', 'from the notebook\n']] : [];
      expect(shown()).toEqual([...foreign, ['own'], ['']]);
    }
  });

  it('hears that somebody else’s code has ended, also when its reply comes before the code', async () => {
    const tab = notebookConsoleTab('n.ipynb', 'k');
    const { world, session } = await open(addressOf({ ...tab, state: { ...tab.state, showsAll: true } }));
    world.say('other', 'execute_reply', { status: 'ok', execution_count: 4 });
    expect(session.store.getState().order).toEqual([INPUT]);
    world.say('other', 'execute_input', { code: 'x', execution_count: 4 });
    world.say('other', 'status', { execution_state: 'idle' });
    await world.clock.advance(1_000);
    const [run] = Object.values(session.store.getState().runs);
    expect(run?.execution).toMatchObject({ id: 'other', state: 'done', executionCount: 4 });
  });

  it('keeps the newest two hundred of what others run, and what goes on', async () => {
    const tab = notebookConsoleTab('n.ipynb', 'k');
    const { world, session } = await open(addressOf({ ...tab, state: { ...tab.state, showsAll: true } }));
    const begin = (id: string) => world.say(id, 'execute_input', { code: id, execution_count: 1 });
    world.say('long', 'status', { execution_state: 'busy' });
    begin('long');
    for (let n = 0; n < 210; n += 1) {
      begin(`run-${n}`);
      world.say(`run-${n}`, 'execute_reply', { status: 'ok', execution_count: n });
      world.say(`run-${n}`, 'status', { execution_state: 'idle' });
    }
    await world.clock.advance(1_000);
    const { order, cells } = session.store.getState();
    expect(order.length).toBe(201);
    expect(Object.keys(cells)).toHaveLength(201);
    for (const [id, isThere] of [
      ['long', true],
      ['run-209', true],
      ['run-0', false],
    ] as const)
      expect(order.some((one) => one === `activity-${id}`)).toBe(isThere);
    expect(order.at(-1)).toBe(INPUT);
  });

  it('goes on where the notebook of its kernel was moved to', () => {
    const tab = notebookConsoleTab('a/n.ipynb', 'k');
    expect(addressOf(tab)).toMatchObject({
      documentPath: 'a/n.ipynb',
      isAttached: true,
      prefix: 'console-k-',
    });
    const moved = addressOf({ ...tab, state: { notebook: 'b/m.ipynb' } });
    expect(moved).toMatchObject({ key: tab.key, documentPath: 'b/m.ipynb', prefix: 'console-k-' });
  });

  it('gets a name that none has', () => {
    expect(freeConsolePath('', new Set())).toBe('Console 1.console');
    const taken = new Set(['a/Console 1.console', 'a/Console 2.console']);
    expect(freeConsolePath('a', taken)).toBe('a/Console 3.console');
  });
});

describe('the history', () => {
  it('goes back to the first and forward to what was being written [F9]', () => {
    const history = new InputHistory(['a', 'b', 'b'], 'dra');
    expect([history.go(-1), history.go(-1), history.go(-1)]).toEqual(['b', 'a', null]);
    expect([history.go(1), history.go(1), history.go(1)]).toEqual(['b', 'dra', null]);
  });

  it('comes back to where it began after as many steps forward as back', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), fc.nat(20), (sources, draft, steps) => {
        const history = new InputHistory(sources, draft);
        let back = 0;
        for (let step = 0; step < steps; step += 1) if (history.go(-1) !== null) back += 1;
        for (let step = 0; step < back; step += 1) history.go(1);
        expect(history.text).toBe(draft);
      }),
    );
  });
});
