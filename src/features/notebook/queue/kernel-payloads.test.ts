import type { StudioEvent } from '@atelier-ide/contract';
import { asCellId, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';

const first = asCellId('cell-0');

async function ran(source = '%load a.py') {
  const world = createFakeWorld({ 'n.ipynb': notebookFile(source, 'last') });
  const session = await world.open();
  world.bind('bound');
  await world.clock.settle();
  session.editing.setSource(first, `${source} `);
  await session.runner.run([first]);
  const id = world.submitted[0]?.[0]?.id ?? '';
  world.tellExecution(id, { state: 'running', startedAt: '2026-11-23T00:00:00.000Z' });
  const reply = (...payload: JsonObject[]) => world.say(id, 'execute_reply', { status: 'ok', payload });
  const sources = () => {
    const { order, cells } = session.store.getState();
    return order.map((one) => cells[one]?.source);
  };
  return { world, session, id, reply, sources };
}

describe('what a kernel asks for at the end of a run [F1]', () => {
  it('text in place of the cell that ran, as one step of undo', async () => {
    const { session, reply, sources } = await ran();
    reply({ source: 'set_next_input', text: '# %load a.py\nx = 1', replace: true });
    expect(sources()).toEqual(['# %load a.py\nx = 1', 'last']);
    session.editing.undo();
    expect(sources()).toEqual(['%load a.py ', 'last']);
    session.editing.redo();
    expect(sources()).toEqual(['# %load a.py\nx = 1', 'last']);
  });

  it('text in a new cell below; also where the cell has been edited since', async () => {
    const { session, reply, sources } = await ran();
    session.editing.setSource(first, 'typed meanwhile');
    reply(
      { source: 'set_next_input', text: 'loaded', replace: true },
      { source: 'set_next_input', text: 'next', replace: false },
    );
    expect(sources()).toEqual(['typed meanwhile', 'next', 'loaded', 'last']);
    session.editing.undo();
    session.editing.undo();
    expect(sources()).toEqual(['typed meanwhile', 'last']);
  });

  it('once: what the journal tells again, and runs of other pages, change nothing', async () => {
    const { world, session, reply, sources } = await ran();
    reply({ source: 'set_next_input', text: 'next', replace: false });
    reply({ source: 'set_next_input', text: 'next', replace: false });
    expect(sources()).toEqual(['%load a.py ', 'next', 'last']);
    world.tellExecution('other-page', { cellId: first, state: 'running' });
    world.say('other-page', 'execute_reply', {
      status: 'ok',
      payload: [{ source: 'page', data: { 'text/plain': 'x' } }],
    });
    expect(session.pager.getState().page).toBeNull();
  });

  it('a page', async () => {
    const { session, reply } = await ran('len?');
    reply({ source: 'page', start: 0, data: { 'text/plain': '\u001b[31mSignature:\u001b[39m len(obj)' } });
    expect(session.pager.getState().page).toEqual({
      'text/plain': '\u001b[31mSignature:\u001b[39m len(obj)',
    });
  });

  it('to be told that a cell ended the kernel on purpose, and of no later death', async () => {
    const { world, session, reply } = await ran('exit');
    reply({ source: 'ask_exit', keepkernel: false });
    const die = (cause: string) =>
      world.events.fire({
        seq: 1,
        time: '',
        type: 'death',
        kernelId: 'kernel-1',
        cause,
      } as unknown as StudioEvent);
    die('The kernel died and was started again; its variables are gone.');
    const told = 'Cell 1 ended the kernel with exit; it was started again and its variables are gone.';
    expect(session.store.getState().death).toEqual({ cause: told });
    await world.clock.advance(15_000);
    die('The kernel died.');
    expect(session.store.getState().death).toEqual({ cause: 'The kernel died.' });
  });

  it.each<JsonObject[]>([
    [{ source: 'set_next_input' }],
    [{ source: 'page', data: 'text' }],
    [{ source: 'ask_exit', keepkernel: true }],
    [{ source: 'unheard of' }],
  ])('nothing where it makes no sense: %j', async (payload) => {
    const { session, reply, sources } = await ran();
    reply(payload);
    expect(sources()).toEqual(['%load a.py ', 'last']);
    expect(session.pager.getState().page).toBeNull();
  });
});
