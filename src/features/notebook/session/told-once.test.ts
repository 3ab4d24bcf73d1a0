/** What a kernel prints is in its cell and in the file once, in order, whatever becomes of the lines and the server. */
import type { Execution } from '@atelier-ide/contract';
import fc from 'fast-check';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeEdits } from '@/services/edits/fake-edits.ts';
import { createFakeLog } from '@/services/fake-backend.ts';
import { createFakeLineWorld } from '@/services/fake-line-world.ts';
import type { FakeSocket } from '@/services/fake-socket.ts';
import { createFakeHub, request, status, stream } from '@/services/jupyter/fake-hub.ts';
import { createKernelChannel } from '@/services/jupyter/kernel-channel.ts';
import type { KernelsService } from '@/services/jupyter/kernels-service.ts';
import { replayPlace } from './execution-book.ts';
import { createFakeWorld, notebookFile } from './fake-notebook-services.ts';
import { NotebookSession } from './notebook-session.ts';

const cell = asCellId('cell-0');

/** A notebook over real lines to the journal of one kernel. */
async function start() {
  const world = createFakeWorld({ 'n.ipynb': notebookFile('f()') });
  const { world: lines, sockets, clock } = createFakeLineWorld();
  const hub = createFakeHub();
  const places: (number | undefined)[] = [];
  let opened = Promise.resolve();
  let ids = 0;
  const kernels: KernelsService = {
    async attach(appId, kernelId, after) {
      places.push(after?.seq);
      await opened;
      return createKernelChannel({
        appId,
        kernelId,
        url: 'ws://studio.test/channels',
        after,
        hasJournal: true,
        world: lines,
        log: createFakeLog(),
        newId: () => `id-${++ids}`,
        api: {
          state: async () => 'idle',
          interrupt: async () => undefined,
          restart: async () => undefined,
          shutdown: async () => undefined,
        },
        isAppGone: () => false,
      });
    },
    shutdown: async () => undefined,
    widgetModule: async () => null,
  };
  const open = () => {
    // Each page has tabs of its own, or it would wait for the one before.
    const edits = createFakeEdits(world.clock);
    return new NotebookSession('n.ipynb', { ...world.services, edits, kernels }, world.clock);
  };
  const settle = () => Promise.all([world.clock.settle(), clock.settle()]);
  const accepted = new Set<FakeSocket>();
  /** The newest line stands, and those that are made because of what it tells. */
  const accept = async () => {
    await settle();
    for (let last = sockets.all.at(-1); last && !accepted.has(last); last = sockets.all.at(-1)) {
      accepted.add(last);
      if (accepted.size > 100) throw new Error('Lines are made without end');
      hub.accept(last);
      await settle();
    }
  };
  let running = '';
  let printed: string[] = [];
  const told = {
    world,
    hub,
    clock,
    sockets,
    places,
    accept,
    settle,
    session: open(),
    /** The page is loaded again. */
    async reload() {
      told.session.dispose();
      hub.leaveAll();
      told.session = open();
      await accept();
    },
    /** The kernel takes the cell; the page is told of it now, or later by `tell`. */
    begin(id: string, isTold = true) {
      running = id;
      printed = [];
      hub.write(request(id), true);
      const journal = { epoch: hub.epoch, seq: hub.frames.length };
      const tell = () => world.tellExecution(id, { cellId: cell, state: 'running', journal });
      if (isTold) tell();
      return tell;
    },
    print() {
      const text = `${running} ${printed.length}\n`;
      printed.push(text);
      hub.write(stream(text, running));
    },
    end() {
      hub.write(status('idle', running));
      world.tellExecution(running, { state: 'done', endedAt: '2026-11-23T00:00:09.000Z' });
    },
    cut: () => sockets.last().cut(1006),
    /** The server was killed, and the next one has not found the kernel yet. */
    lose() {
      hub.leaveAll();
      world.bind('ended');
    },
    async find() {
      world.bind('bound');
      await accept();
    },
    /** Lines wait until the answer resolves. */
    hold() {
      let go = () => {};
      opened = new Promise((resolve) => (go = resolve));
      return () => go();
    },
    get expected() {
      return printed.join('');
    },
    async shown() {
      await world.clock.advance(1_000);
      return textOf(told.session.store.getState().cells[cell]?.outputs ?? []);
    },
    async saved() {
      await world.clock.advance(20_000);
      const file = JSON.parse(world.disk.get('n.ipynb') ?? '') as {
        cells: { outputs: { text?: unknown }[] }[];
      };
      return textOf(file.cells[0]?.outputs ?? []);
    },
  };
  world.bind('bound');
  await accept();
  return told;
}

function textOf(outputs: readonly object[]): string {
  const text = (one: object) => ('text' in one ? one.text : '');
  return outputs.map((one) => [text(one)].flat().join('')).join('');
}

describe('what was printed is there once', () => {
  it('a server that was killed says first that the kernel has ended, then finds it again [F8]', async () => {
    const told = await start();
    told.begin('run');
    for (let i = 0; i < 4; i++) told.print();
    expect(await told.shown()).toBe(told.expected);
    told.lose();
    await told.settle();
    told.print();
    await told.find();
    told.print();
    expect(await told.shown()).toBe(told.expected);
    told.end();
    expect(await told.saved()).toBe(told.expected);
    expect(told.world.recorded).toEqual(['run']);
    // It goes on: what it has is not asked for again.
    expect(told.places).toEqual([undefined, 5]);
  });

  it('what a thread prints behind the end of its saved cell comes over the same loss', async () => {
    const told = await start();
    told.begin('run');
    told.print();
    told.end();
    expect(await told.saved()).toBe(told.expected);
    told.lose();
    await told.settle();
    told.print();
    await told.find();
    expect(await told.shown()).toBe(told.expected);
  });

  it('the former line goes on while the page asks for the beginning of a cell that it has missed', async () => {
    const told = await start();
    const tell = told.begin('run', false);
    told.print();
    await told.reload();
    told.print();
    const go = told.hold();
    tell();
    await told.settle();
    told.print();
    go();
    await told.accept();
    told.print();
    expect(await told.shown()).toBe(told.expected);
    told.end();
    expect(await told.saved()).toBe(told.expected);
  });

  it('a journal that begins anew tells everything again [F8]', async () => {
    const told = await start();
    told.begin('run');
    told.print();
    expect(await told.shown()).toBe(told.expected);
    told.cut();
    told.hub.epoch = 'e2';
    told.print();
    await told.clock.advance(1_000);
    await told.accept();
    told.print();
    expect(await told.shown()).toBe(told.expected);
    expect(told.session.store.getState().runs[cell]?.isIncomplete).toBe(false);
    told.end();
    expect(await told.saved()).toBe(told.expected);
  });

  it('a journal that has lost the beginning of a cell: what it still tells is not doubled, and it is said', async () => {
    const told = await start();
    told.begin('run');
    for (let i = 0; i < 3; i++) told.print();
    expect(await told.shown()).toBe(told.expected);
    told.cut();
    told.hub.epoch = 'e2';
    told.hub.forget(2);
    await told.clock.advance(1_000);
    await told.accept();
    told.print();
    expect(await told.shown()).toBe(told.expected);
    expect(told.session.store.getState().runs[cell]?.isIncomplete).toBe(true);
  });

  it('a cell whose kernel died is in the file when all of it was told, not before', async () => {
    const told = await start();
    told.begin('run');
    for (let i = 0; i < 3; i++) told.print();
    told.world.tellExecution('run', { state: 'kernel-died', cause: 'The kernel died.' });
    told.world.recorded.splice(0);
    const { frames } = told.hub;
    const late = frames.splice(3);
    told.hub.announced = frames.length + late.length;
    await told.reload();
    await told.saved();
    expect(told.world.recorded).toEqual([]);
    for (const { message } of late) told.hub.write(message);
    expect(await told.saved()).toBe(told.expected);
    expect(told.world.recorded).toEqual(['run']);
  });

  it('the beginning of a cell is asked for in the newest epoch, also where the cell ended in an earlier one', () => {
    const one = (id: string, epoch: string, seq: number): Execution => ({
      id,
      documentId: 'doc-1',
      cellId: id,
      sourceHash: null,
      kernelId: 'k',
      state: 'done',
      position: 0,
      executionCount: 1,
      queuedAt: `2026-11-23T00:00:0${seq}.000Z`,
      recorded: false,
      journal: { epoch, seq },
    });
    const all = { a: one('a', 'e1', 1), b: one('b', 'e2', 7) };
    expect(replayPlace(all, 'k')).toEqual({ epoch: 'e2', seq: 1 });
  });

  it('after any number of cuts, losses, reloads and new epochs [F7]', async () => {
    const steps = ['print', 'cut', 'lose', 'find', 'epoch', 'reload', 'save', 'again', 'late'] as const;
    const run = fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 24 }), async (taken) => {
      const told = await start();
      let runs = 0;
      let isThere = true;
      const again = (isTold: boolean) => told.begin(`run-00${++runs}`, isTold);
      again(true);
      for (const step of taken) {
        if (step === 'print') told.print();
        else if (step === 'save') await told.saved();
        else if (step === 'lose') {
          told.lose();
          isThere = false;
        } else if (step === 'reload') {
          await told.reload();
        } else if (step === 'again' || step === 'late') {
          told.end();
          const tell = again(step === 'again');
          told.print();
          tell();
          await told.accept();
        } else if (isThere) {
          if (step !== 'find') told.cut();
          if (step === 'epoch') told.hub.epoch += '2';
          await told.clock.advance(60_000);
          await told.accept();
        } else if (step === 'find') {
          await told.find();
          isThere = true;
        }
        await told.settle();
      }
      if (!isThere) await told.find();
      await told.clock.advance(60_000);
      await told.accept();
      told.print();
      expect(await told.shown()).toBe(told.expected);
      told.end();
      expect(await told.saved()).toBe(told.expected);
      told.session.dispose();
    });
    // Once lines were made without end here: an unsaved cell of an earlier epoch, and another one behind it.
    const examples: [(typeof steps)[number][]][] = [[['epoch', 'late', 'reload', 'lose']]];
    await fc.assert(run, { numRuns: 60, examples });
  });
});
