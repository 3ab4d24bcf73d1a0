import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, Output } from '../notebook/model.ts';
import type { IopubMessage } from '../wire/message.ts';
import {
  displayIds,
  foldOutput,
  newOutputState,
  outputStateOf,
  type OutputState,
  snapshot,
  updateDisplay,
} from './fold.ts';
import { readCutMark, withCutMark } from './saved-cut.ts';
import { StreamText, utf8Length } from './stream-text.ts';
import { renderTerminalText } from './terminal-lines.ts';

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
  const kept = (parts: readonly string[], limit: number) => {
    const stream = new StreamText(limit);
    for (const part of parts) stream.append(part);
    return { text: stream.toString(), cut: stream.cut };
  };

  it('keeps head and tail and counts every byte and line between [J5]', () => {
    const all = lines(100_000);
    const { text, cut } = kept(all, 10_000);
    if (cut === undefined) throw new Error('no cut');
    const whole = all.join('');
    expect(text.length).toBeLessThanOrEqual(10_000);
    expect(whole.startsWith(text.slice(0, cut.at))).toBe(true);
    expect(whole.endsWith(text.slice(cut.at))).toBe(true);
    expect(cut.bytes).toBe(whole.length - text.length);
    expect(cut.lines).toBe(100_000 - text.split('\n').length + 1);
    expect(text.slice(0, cut.at)).toMatch(/\n$/);
    expect(text.slice(cut.at)).toMatch(/^line \d+\n/);
  });

  it('counts bytes and lines of any text, keeps its end, however it is cut into messages [J5]', () => {
    const texts = fc.array(
      fc.string({ unit: fc.constantFrom('a', '\n', '"', 'ä', '😀', 'bcd'), maxLength: 30 }),
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 400 }), (parts, limit) => {
        const whole = parts.join('');
        const { text, cut } = kept(parts, limit);
        expect({ text, cut }).toEqual(kept([whole], limit));
        const missing = cut ?? { at: text.length, bytes: 0, lines: 0 };
        expect(whole.startsWith(text.slice(0, missing.at))).toBe(true);
        expect(whole.endsWith(text.slice(missing.at))).toBe(true);
        expect(missing.bytes + utf8Length(text)).toBe(utf8Length(whole));
        expect(missing.lines + text.split('\n').length).toBe(whole.split('\n').length);
        expect(text.length).toBeLessThanOrEqual(limit);
        if (limit >= 60 && whole !== '') expect(text.at(-1)).toBe(whole.at(-1));
      }),
      { numRuns: 500 },
    );
  });

  it('a file that keeps the limit stays below it', () => {
    const state = fold(Array.from({ length: 400_000 }, (_, i) => stdout(`${String(i)}\n`)));
    const [output] = snapshot(state).outputs;
    if (output?.output_type !== 'stream') throw new Error('no stream');
    const file = JSON.stringify(output.text.split(/(?<=\n)/), null, 8);
    expect(file.length).toBeLessThan(1_700_000);
    expect(output.text).toMatch(/399999\n$/);
  });

  it('says in the text what is missing, and reads it back', () => {
    const state = fold(lines(1_000).map(stdout), 4_000);
    const [output] = snapshot(state).outputs;
    if (output?.output_type !== 'stream') throw new Error('no stream');
    expect(output.text).toMatch(/\n\[… \d+ lines left out here \([\d,]+ bytes\) …\]\nline \d+\n/);
    expect(readCutMark(output.text)).toEqual(kept(lines(1_000), 4_000));
    expect(readCutMark('a [… b')).toBeNull();
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat(), (text, place, count, bytes) => {
        const at = place % (text.length + 1);
        const read = readCutMark(withCutMark(text, { at, lines: count, bytes }));
        expect(read?.cut).toMatchObject({ lines: count, bytes });
        expect(read?.text.replaceAll('\n', '')).toBe(text.replaceAll('\n', ''));
      }),
    );
  });

  it('a progress bar of a million updates is one line, and the text around it is all there [J5]', () => {
    const parts = [
      'before\n',
      ...Array.from({ length: 100_000 }, (_, i) => `\rstep ${String(i)}`),
      '\nafter',
    ];
    const { text, cut } = kept(parts, 200_000);
    expect(cut).toBeUndefined();
    expect(text.length).toBeLessThan(100_000);
    expect(renderTerminalText(text)).toBe('before\nstep 99999\nafter');
  });
});
