import { createMessage } from '@atelier-ide/core/wire/message.ts';
import { asCellId, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeWorld, notebookFile } from '../session/fake-notebook-services.ts';
import { type ExecutionTimes, isComplete, savedSpan, withTime, withTimes } from './execution-times.ts';
import { agoWords, clockTime, spanWords } from './span-words.ts';

const at = (second: number) => `2026-11-23T14:02:0${second}.000000Z`;

function heard(): ExecutionTimes {
  const say = (type: string, date: string, content: JsonObject, metadata: JsonObject = {}) =>
    createMessage({ channel: 'iopub', type, content, metadata, id: 'm', session: 's', date });
  return [
    say('status', at(1), { execution_state: 'busy' }),
    say('execute_input', at(2), { code: 'x', execution_count: 1 }),
    say('stream', at(3), { name: 'stdout', text: 'x' }),
    say('execute_reply', at(5), { status: 'ok' }, { started: at(2) }),
    say('status', at(6), { execution_state: 'idle' }),
  ].reduce<ExecutionTimes>(withTime, {});
}

describe('times of a run [F3]', () => {
  it('are written under JupyterLab’s names, as the kernel dated them', () => {
    const times = heard();
    expect(isComplete(times)).toBe(true);
    const metadata = withTimes({ tags: ['a'] }, times);
    expect(JSON.stringify(metadata)).toBe(
      JSON.stringify({
        tags: ['a'],
        execution: {
          'iopub.execute_input': at(2),
          'iopub.status.busy': at(1),
          'iopub.status.idle': at(6),
          'shell.execute_reply': at(5),
          'shell.execute_reply.started': at(2),
        },
      }),
    );
    expect(withTimes(metadata, null)).toEqual({ tags: ['a'] });
    const untouched = { tags: [] };
    expect(withTimes(untouched, null)).toBe(untouched);
  });

  it('are read from files of JupyterLab, with and without the kernel’s own start', () => {
    const { execution } = withTimes({}, heard());
    expect(savedSpan({ execution: execution ?? null })).toEqual({
      start: Date.parse(at(2)),
      end: Date.parse(at(5)),
    });
    const older = { 'iopub.status.busy': at(1), 'iopub.status.idle': at(6) };
    expect(savedSpan({ execution: older })).toEqual({ start: Date.parse(at(1)), end: Date.parse(at(6)) });
  });

  it.each<JsonObject>([
    {},
    { execution: null },
    { execution: [] },
    { execution: { 'iopub.status.busy': at(1) } },
    { execution: { 'iopub.status.busy': 'yesterday', 'iopub.status.idle': at(6) } },
    { execution: { 'iopub.status.busy': 5, 'iopub.status.idle': at(6) } },
    { execution: { 'iopub.status.busy': at(6), 'iopub.status.idle': at(1) } },
  ])('that are none are not shown: %j', (metadata) => {
    expect(savedSpan(metadata)).toBeNull();
  });

  it('say when, in full', () => {
    const start = new Date(2026, 10, 23, 14, 2, 1).getTime();
    const end = start + 3_200;
    expect(clockTime(end, end + 60_000)).toBe('14:02');
    expect(clockTime(end, end + 86_400_000)).toBe('23 Nov');
    expect(spanWords({ start, end }, end + 180_000)).toBe(
      'Took 3.2 s, ended 3 minutes ago (14:02:01 to 14:02:04, 23 November 2026)',
    );
    expect([10_000, 60_000, 3_600_000, 90_000_000].map(agoWords)).toEqual([
      'just now',
      '1 minute ago',
      '1 hour ago',
      '1 day ago',
    ]);
  });
});

const first = asCellId('cell-0');

async function ranCell(saves: boolean, metadata: JsonObject = {}) {
  const file = JSON.parse(notebookFile('x = 1')) as { cells: { metadata: JsonObject }[] };
  if (file.cells[0]) file.cells[0].metadata = metadata;
  const world = createFakeWorld({ 'n.ipynb': JSON.stringify(file) });
  world.settings.set('notebook.savesTimes', saves);
  const session = await world.open();
  world.bind('bound');
  await world.clock.settle();
  await session.runner.run([first]);
  const id = world.submitted[0]?.[0]?.id ?? '';
  const written = () =>
    (JSON.parse(world.disk.get('n.ipynb') ?? '') as { cells: { metadata: JsonObject }[] }).cells[0]?.metadata;
  return { world, session, id, written };
}

describe('times in the notebook [F3]', () => {
  it('are saved with the outputs where the setting says so, and undo takes back only what a person did', async () => {
    const { world, session, id, written } = await ranCell(true);
    world.runsTo(id, 'hi\n');
    world.say(id, 'execute_reply', { status: 'ok' });
    await world.clock.advance(3_000);
    expect(written()).toEqual({
      execution: {
        'iopub.execute_input': '2026-11-23T00:00:00.000Z',
        'iopub.status.busy': '2026-11-23T00:00:00.000Z',
        'iopub.status.idle': '2026-11-23T00:00:00.000Z',
        'shell.execute_reply': '2026-11-23T00:00:00.000Z',
      },
    });
    expect(session.editing.canUndo).toBe(false);
  });

  it('of an earlier run go when the cell runs again, and none are written by default', async () => {
    const earlier = { 'iopub.status.busy': at(1), 'iopub.status.idle': at(6) };
    const { world, id, written } = await ranCell(false, { tags: ['a'], execution: earlier });
    world.runsTo(id, 'hi\n');
    world.say(id, 'execute_reply', { status: 'ok' });
    await world.clock.advance(3_000);
    expect(written()).toEqual({ tags: ['a'] });
  });
});
