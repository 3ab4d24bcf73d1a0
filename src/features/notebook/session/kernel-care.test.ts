import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from './fake-notebook-services.ts';

const first = asCellId('cell-0');

async function runningCell() {
  const world = createFakeWorld({ 'n.ipynb': notebookFile('while True: pass') });
  const session = await world.open();
  world.bind('bound');
  await world.clock.settle();
  await session.runner.run([first]);
  const id = world.submitted[0]?.[0]?.id ?? '';
  world.tellExecution(id, { state: 'running', startedAt: '2026-11-23T00:00:00.000Z' });
  return { world, session, id };
}

describe('interrupting', () => {
  it('offers more when the cell still runs 3 s after the interrupt, until it ends [F1]', async () => {
    const { world, session, id } = await runningCell();
    await session.care.interrupt();
    await world.clock.advance(2_900);
    expect(session.store.getState().stubborn).toBeNull();
    await world.clock.advance(200);
    expect(session.store.getState().stubborn).toBe(id);
    world.tellExecution(id, { state: 'error', endedAt: '2026-11-23T00:00:09.000Z' });
    expect(session.store.getState().stubborn).toBeNull();
  });

  it('says nothing when the kernel obeyed', async () => {
    const { world, session, id } = await runningCell();
    await session.care.interrupt();
    world.tellExecution(id, { state: 'error', endedAt: '2026-11-23T00:00:01.000Z' });
    await world.clock.advance(5_000);
    expect(session.store.getState().stubborn).toBeNull();
  });
});

describe('restarting', () => {
  it('asks where variables are lost, and runs all only after the answer [F1]', async () => {
    const { world, session, id } = await runningCell();
    world.tellExecution(id, { state: 'done', endedAt: '2026-11-23T00:00:01.000Z' });
    await session.care.restart('runAll');
    expect(session.store.getState().restartQuestion).toBe('runAll');
    expect(world.submitted).toHaveLength(1);
    await session.care.restartNow('runAll');
    expect(session.store.getState().restartQuestion).toBeNull();
    expect(world.submitted).toHaveLength(2);
  });

  it('does not ask where the person wants no question, and asks again once he does [F4]', async () => {
    const { world, session, id } = await runningCell();
    world.tellExecution(id, { state: 'done', endedAt: '2026-11-23T00:00:01.000Z' });
    world.settings.set('notebook.asksBeforeRestart', false);
    await session.care.restart('runAll');
    expect(session.store.getState().restartQuestion).toBeNull();
    expect(world.submitted).toHaveLength(2);
    world.settings.set('notebook.asksBeforeRestart', true);
    const again = world.submitted[1]?.[0]?.id ?? '';
    world.tellExecution(again, { state: 'done', startedAt: '2026-11-23T00:00:02.000Z' });
    await session.care.restart({ runTo: first });
    expect(session.store.getState().restartQuestion).toEqual({ runTo: first });
  });

  it('runs up to a cell, with it, or clears all outputs [F1]', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('a', 'b', 'c') });
    const session = await world.open();
    world.bind('bound');
    await world.clock.settle();
    await session.care.restartNow({ runTo: asCellId('cell-1') });
    expect(world.submitted.map((items) => items.map(({ code }) => code))).toEqual([['a', 'b']]);
    for (const { id } of world.submitted[0] ?? []) world.runsTo(id, 'out\n');
    await world.clock.advance(1_000);
    const outputs = () => Object.values(session.store.getState().cells).flatMap((cell) => cell.outputs);
    expect(outputs()).toHaveLength(2);
    await session.care.restartNow('clearAll');
    expect(outputs()).toEqual([]);
    session.editing.undo();
    expect(outputs()).toHaveLength(2);
  });

  it('does not ask where nothing ran yet', async () => {
    const world = createFakeWorld({ 'n.ipynb': notebookFile('x') });
    const session = await world.open();
    world.bind('bound');
    await world.clock.settle();
    await session.care.restart('runAll');
    expect(session.store.getState().restartQuestion).toBeNull();
    expect(world.submitted).toHaveLength(1);
  });
});
