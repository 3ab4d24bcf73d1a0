import { describe, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import { nextError } from './cell-places.ts';
import { FindController } from './find-controller.ts';
import { FindEngine } from './find-engine.ts';

async function setUp(...sources: string[]) {
  const world = createFakeWorld({ 'n.ipynb': notebookFile(...sources) });
  const session = await world.open();
  const { clock } = world;
  const { find, store, editing } = session;
  const openBar = () => {
    const engine = new FindEngine({
      createWorker: () => {
        throw new Error('words need no worker');
      },
      now: () => clock.now(),
      later: (next) => next(),
      after: (ms, run) => clock.after(ms, run),
    });
    return new FindController({ find, notebook: store, editing, engine, clock });
  };
  const place = () => `${find.getState().current + 1} of ${find.getState().hits.length}`;
  const look = async (text: string) => {
    find.setState({ text });
    await clock.settle();
    return place();
  };
  const texts = () => store.getState().order.map((id) => store.getState().cells[id]?.source);
  return { session, openBar, clock, look, place, texts };
}

describe('the find bar', () => {
  it('begins at the cell in hand and goes round [E7]', async () => {
    const { session, openBar, look, place } = await setUp('x', 'y', 'x x');
    const { order } = session.store.getState();
    if (order[1]) session.editing.select(order[1]);
    const controller = openBar();
    expect(await look('x')).toBe('2 of 3');
    expect(session.store.getState().active).toBe(order[2]);
    controller.next();
    expect(place()).toBe('3 of 3');
    controller.next();
    expect(place()).toBe('1 of 3');
    expect(session.store.getState().active).toBe(order[0]);
    controller.next(-1);
    expect(place()).toBe('3 of 3');
  });

  it('stays at its hit while the notebook changes above it', async () => {
    const { session, openBar, clock, look, place } = await setUp('x', 'x', 'x');
    const controller = openBar();
    await look('x');
    controller.next();
    expect(place()).toBe('2 of 3');
    const [first] = session.store.getState().order;
    if (first) session.editing.setSource(first, 'x x x');
    await clock.advance(200);
    expect(place()).toBe('4 of 5');
  });

  it('replaces one and goes on behind it, so that it comes to an end', async () => {
    const { session, openBar, clock, look, place, texts } = await setUp('a a', 'b');
    const controller = openBar();
    await look('a');
    session.find.setState({ replacement: 'aa' });
    await controller.replace();
    await clock.advance(200);
    expect(texts()).toEqual(['aa a', 'b']);
    expect(place()).toBe('3 of 3');
    await controller.replace();
    expect(texts()).toEqual(['aa aa', 'b']);
  });

  it('replaces all in one step of the history', async () => {
    const { session, openBar, clock, look, texts } = await setUp('a', 'b a', 'c');
    const controller = openBar();
    await look('a');
    session.find.setState({ replacement: 'x' });
    expect(controller.replaceAll()).toBe(2);
    expect(texts()).toEqual(['x', 'b x', 'c']);
    expect(session.find.getState().note).toBe('2 hits replaced. Undo takes all back.');
    session.editing.undo();
    expect(texts()).toEqual(['a', 'b a', 'c']);
    await clock.advance(200);
    expect(session.find.getState().hits).toHaveLength(2);
  });

  it('searches only in the cells that were selected', async () => {
    const { openBar, clock, look, place } = await setUp('x', 'x');
    const controller = openBar();
    await look('x');
    controller.limit(true);
    await clock.settle();
    expect(place()).toBe('1 of 1');
    controller.limit(false);
    await clock.settle();
    expect(place()).toBe('1 of 2');
  });
});

it('goes from error to error, round the end [E6]', async () => {
  const { session } = await setUp('a', 'b', 'c', 'd');
  const { order, cells } = session.store.getState();
  const error = { output_type: 'error' as const, ename: 'E', evalue: '', traceback: [] };
  const faulty = Object.fromEntries(
    Object.values(cells).map((cell, n) => [cell.id, n % 2 ? { ...cell, outputs: [error] } : cell]),
  );
  session.store.setState({ cells: faulty, active: order[0] ?? null });
  expect(nextError(session.store.getState())).toBe(order[1]);
  session.store.setState({ active: order[1] ?? null });
  expect(nextError(session.store.getState())).toBe(order[3]);
  session.store.setState({ active: order[3] ?? null });
  expect(nextError(session.store.getState())).toBe(order[1]);
});
