import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, Output } from '../notebook/model.ts';
import type { IopubMessage } from '../wire/message.ts';
import {
  displayIds,
  foldOutput,
  newOutputState,
  outputsToSave,
  outputStateOf,
  type OutputState,
  snapshot,
  updateDisplay,
} from './fold.ts';
import { utf8Length } from './stream-text.ts';

function message(type: string, content: JsonObject, rawJson?: Record<string, string>): IopubMessage {
  return { header: { msg_type: type }, content, ...(rawJson ? { rawJson } : {}) };
}

const stdout = (text: string) => message('stream', { name: 'stdout', text });
const stderr = (text: string) => message('stream', { name: 'stderr', text });
const display = (text: string, id?: string) =>
  message('display_data', {
    data: { 'text/plain': text },
    metadata: {},
    transient: id === undefined ? {} : { display_id: id },
  });

function fold(messages: readonly IopubMessage[], limit?: number): OutputState {
  const state = newOutputState(limit);
  for (const one of messages) foldOutput(state, one);
  return state;
}

function outputsOf(...messages: IopubMessage[]): readonly Output[] {
  return snapshot(fold(messages)).outputs;
}

describe('foldOutput', () => {
  it('merges neighbouring text of one stream only [J1]', () => {
    expect(outputsOf(stdout('a'), stdout('b\n'), stderr('e'), stdout('c'))).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'ab\n' },
      { output_type: 'stream', name: 'stderr', text: 'e' },
      { output_type: 'stream', name: 'stdout', text: 'c' },
    ]);
  });

  it('takes display, result with count, and error', () => {
    const state = fold([
      message('execute_input', { code: '1', execution_count: 4 }),
      display('shown'),
      message('execute_result', { data: { 'text/plain': '1' }, metadata: {}, execution_count: 4 }),
      message('error', { ename: 'E', evalue: 'v', traceback: ['t'] }),
    ]);
    expect(snapshot(state).executionCount).toBe(4);
    expect(snapshot(state).outputs).toEqual([
      { output_type: 'display_data', data: { 'text/plain': 'shown' }, metadata: {} },
      { output_type: 'execute_result', data: { 'text/plain': '1' }, metadata: {}, execution_count: 4 },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
    ]);
  });

  it('keeps the exact text of JSON beside its value', () => {
    const content = { data: { 'application/json': { a: 1 } }, metadata: {} };
    const [output] = outputsOf(message('display_data', content, { 'application/json': '{"a": 1.0}' }));
    expect(output).toMatchObject({ rawJson: { 'application/json': '{"a": 1.0}' } });
  });

  it('clear_output clears at once, or with wait when the next output comes', () => {
    expect(outputsOf(stdout('a'), message('clear_output', { wait: false }))).toEqual([]);
    const state = fold([stdout('a'), message('clear_output', { wait: true })]);
    expect(snapshot(state).outputs).toHaveLength(1);
    foldOutput(state, stdout('b'));
    expect(snapshot(state).outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'b' }]);
  });

  it('an update replaces every display with the id, in this cell and in others', () => {
    const update = message('update_display_data', {
      data: { 'text/plain': 'new' },
      metadata: {},
      transient: { display_id: 'd' },
    });
    const running = fold([display('a', 'd'), stdout('x'), display('b', 'other'), display('c', 'd'), update]);
    const texts = snapshot(running).outputs.map((one) => ('data' in one ? one.data['text/plain'] : '-'));
    expect(texts).toEqual(['new', '-', 'b', 'new']);
    const finished = fold([display('a', 'd')]);
    const version = finished.version;
    expect(displayIds(finished)).toEqual(['d']);
    expect(updateDisplay(finished, update)).toBe(true);
    expect(finished.version).toBeGreaterThan(version);
    expect(updateDisplay(fold([display('a', 'other')]), update)).toBe(false);
  });

  it('does not care how a stream is cut into messages', () => {
    const pieces = fc.array(fc.tuple(fc.boolean(), fc.string({ maxLength: 6, unit: 'binary' })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 4, max: 60 }), (list, limit) => {
        const whole = fold(
          list.map(([isError, text]) => (isError ? stderr(text) : stdout(text))),
          limit,
        );
        const single = fold(
          list.flatMap(([isError, text]) =>
            Array.from(text, (unit) => (isError ? stderr(unit) : stdout(unit))),
          ),
          limit,
        );
        expect(snapshot(single)).toEqual(snapshot(whole));
      }),
    );
  });

  it('hands out the same object for an output that did not change', () => {
    const state = fold([stdout('a'), display('b')]);
    const before = snapshot(state).outputs;
    foldOutput(state, stdout('c'));
    const after = snapshot(state).outputs;
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(before).toHaveLength(2);
  });

  it('goes on from saved outputs', () => {
    const saved = snapshot(fold([stdout('a'), display('b', 'd'), stdout('c')])).outputs;
    const state = outputStateOf(saved, 3);
    expect(snapshot(state).outputs).toEqual(saved);
    foldOutput(state, stdout('d'));
    expect(snapshot(state).outputs.at(-1)).toEqual({ output_type: 'stream', name: 'stdout', text: 'cd' });
    expect(displayIds(state)).toEqual(['d']);
  });
});

describe('the limit of text', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${String(index)}\n`);

  it('keeps head and tail and counts every byte and line between [J5]', () => {
    const all = lines(100_000);
    const state = fold(all.map(stdout), 10_000);
    const { outputs, cut } = snapshot(state);
    const [output] = outputs;
    const gap = cut.get(0);
    if (output?.output_type !== 'stream' || gap === undefined) throw new Error('no cut');
    const whole = all.join('');
    expect(output.text.length).toBeLessThanOrEqual(10_000);
    expect(whole.startsWith(output.text.slice(0, gap.at))).toBe(true);
    expect(whole.endsWith(output.text.slice(gap.at))).toBe(true);
    expect(gap.bytes).toBe(whole.length - output.text.length);
    expect(gap.lines).toBe(100_000 - output.text.split('\n').length + 1);
  });

  it('counts bytes of any text, one message or many', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 40 }), (all, limit) => {
        const { outputs, cut } = snapshot(fold([stdout(all)], limit));
        const kept = outputs.map((one) => (one.output_type === 'stream' ? one.text : '')).join('');
        const bytes = cut.get(0)?.bytes ?? 0;
        expect(bytes + utf8Length(kept)).toBe(new TextEncoder().encode(all).byteLength);
        expect(kept.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('says in a saved file what is missing', () => {
    const state = fold(lines(1_000).map(stdout), 400);
    const [output] = outputsToSave(snapshot(state));
    expect(output).toMatchObject({
      text: expect.stringMatching(/\n\[\.\.\. \d+ bytes, \d+ lines left out \.\.\.\]\n/),
    });
    const small = snapshot(fold([stdout('a')]));
    expect(outputsToSave(small)).toBe(small.outputs);
  });
});
