/**
 * Folding what a kernel sends into the outputs of one execution. Each message costs the same however much came
 * before: the state is owned by the fold and changed in place, stream text is kept as parts and joined when somebody
 * looks. `version` grows with every visible change, so a store can tell without comparing.
 *
 * Only `snapshot` hands out values, and those are immutable: untouched outputs keep their identity from one snapshot
 * to the next. Text beyond the limit of a cell keeps its head and its tail, and says how much is missing between.
 */
import { type Output, type RichOutput, isJsonObject, type JsonObject } from '../notebook/model.ts';
import { joinBundle } from '../notebook/read-cell.ts';
import type { IopubMessage } from '../wire/message.ts';
import { withCutMark } from './saved-cut.ts';
import { StreamText } from './stream-text.ts';

/** Stream text of a cell, as bytes in a file: a cell that prints without end leaves a file below 2 MB. */
export const DEFAULT_TEXT_LIMIT = 1_600_000;

interface StreamSlot {
  readonly kind: 'stream';
  readonly name: 'stdout' | 'stderr';
  readonly text: StreamText;
  /** The output last handed out, while the text has not changed since. */
  made: Output | undefined;
}

interface FixedSlot {
  readonly kind: 'fixed';
  output: Output;
  readonly displayId: string | undefined;
}

type Slot = StreamSlot | FixedSlot;

/** Owned by foldOutput; look at it through the functions of this file. */
export interface OutputState {
  readonly slots: Slot[];
  readonly limit: number;
  /** Stream text kept so far in all slots. */
  kept: number;
  executionCount: number | null;
  /** clear_output(wait=True) was heard: the next output replaces all. */
  clearsNext: boolean;
  version: number;
}

/** The outputs now. Where text is missing, a line in it says so (saved-cut.ts). */
export interface OutputSnapshot {
  readonly outputs: readonly Output[];
  readonly executionCount: number | null;
}

export function newOutputState(limit: number = DEFAULT_TEXT_LIMIT): OutputState {
  return { slots: [], limit, kept: 0, executionCount: null, clearsNext: false, version: 0 };
}

/** Go on from outputs that were saved before (a reload, a journal that begins later). */
export function outputStateOf(
  outputs: readonly Output[],
  executionCount: number | null,
  limit: number = DEFAULT_TEXT_LIMIT,
): OutputState {
  const state = newOutputState(limit);
  state.executionCount = executionCount;
  for (const output of outputs) {
    if (output.output_type === 'stream') appendStream(state, output.name, output.text);
    else state.slots.push({ kind: 'fixed', output, displayId: displayIdOf(output) });
  }
  return state;
}

/** Fold one iopub message; the same state object comes back. Messages that say nothing about outputs change nothing. */
export function foldOutput(state: OutputState, message: IopubMessage): OutputState {
  const { content } = message;
  switch (message.header.msg_type) {
    case 'stream':
      foldStream(state, content);
      break;
    case 'display_data':
    case 'execute_result':
      foldRich(state, message.header.msg_type, message);
      break;
    case 'error':
      foldError(state, content);
      break;
    case 'clear_output':
      if (content['wait'] === true) state.clearsNext = true;
      else clear(state);
      break;
    case 'update_display_data':
      updateDisplay(state, message);
      break;
    case 'execute_input':
      if (typeof content['execution_count'] === 'number') state.executionCount = content['execution_count'];
      state.version += 1;
      break;
    default:
  }
  return state;
}

/** The outputs as immutable values. */
export function snapshot(state: OutputState): OutputSnapshot {
  const outputs = state.slots.map((slot): Output => {
    if (slot.kind === 'fixed') return slot.output;
    slot.made ??= { output_type: 'stream', name: slot.name, text: markedText(slot.text) };
    return slot.made;
  });
  return { outputs, executionCount: state.executionCount };
}

function markedText(stream: StreamText): string {
  const { cut } = stream;
  return cut === undefined ? stream.toString() : withCutMark(stream.toString(), cut);
}

/** The display id that an update_display_data is for. */
export function displayIdOfMessage(message: IopubMessage): string | undefined {
  return displayIdIn(message.content['transient']);
}

/** Ids of the displays in these outputs: where an update_display_data of another cell may have to go. */
export function displayIds(state: OutputState): string[] {
  return state.slots.flatMap((slot) =>
    slot.kind === 'fixed' && slot.displayId !== undefined ? [slot.displayId] : [],
  );
}

/**
 * Replace what is shown under the display id of an update_display_data message, in this cell's outputs. The message
 * goes to every cell that has the id, not only to the one that is running; the result tells whether this one did.
 */
export function updateDisplay(state: OutputState, message: IopubMessage): boolean {
  const id = displayIdOfMessage(message);
  if (id === undefined) return false;
  let isFound = false;
  for (const slot of state.slots) {
    if (slot.kind !== 'fixed' || slot.displayId !== id || !isRich(slot.output)) continue;
    slot.output = richOutput(slot.output.output_type, message, slot.output.execution_count);
    isFound = true;
  }
  if (isFound) state.version += 1;
  return isFound;
}

function isRich(output: Output): output is RichOutput {
  return output.output_type === 'display_data' || output.output_type === 'execute_result';
}

function clear(state: OutputState): void {
  state.slots.length = 0;
  state.kept = 0;
  state.clearsNext = false;
  state.version += 1;
}

function beforeOutput(state: OutputState): void {
  if (state.clearsNext) clear(state);
  state.version += 1;
}

function foldStream(state: OutputState, content: JsonObject): void {
  const text = content['text'];
  if (typeof text !== 'string' || text === '') return;
  beforeOutput(state);
  appendStream(state, content['name'] === 'stderr' ? 'stderr' : 'stdout', text);
}

function appendStream(state: OutputState, name: 'stdout' | 'stderr', text: string): void {
  let slot = state.slots.at(-1);
  if (slot?.kind !== 'stream' || slot.name !== name) {
    // A cell that writes to both streams in turn shares one limit among them.
    const left = Math.max(state.limit - state.kept, Math.min(state.limit, 2_000));
    slot = { kind: 'stream', name, text: new StreamText(left), made: undefined };
    state.slots.push(slot);
  }
  state.kept += slot.text.append(text);
  slot.made = undefined;
}

function foldRich(state: OutputState, type: RichOutput['output_type'], message: IopubMessage): void {
  beforeOutput(state);
  const count = message.content['execution_count'];
  if (type === 'execute_result' && typeof count === 'number') state.executionCount = count;
  const output = richOutput(type, message, typeof count === 'number' ? count : null);
  state.slots.push({ kind: 'fixed', output, displayId: displayIdOfMessage(message) });
}

function richOutput(
  type: RichOutput['output_type'],
  { content, rawJson }: IopubMessage,
  count: number | null | undefined,
): RichOutput {
  const { data, metadata, transient } = content;
  return {
    output_type: type,
    data: isJsonObject(data) ? joinBundle(data) : {},
    metadata: isJsonObject(metadata) ? metadata : {},
    ...(type === 'execute_result' ? { execution_count: count ?? null } : {}),
    ...(isJsonObject(transient) && Object.keys(transient).length > 0 ? { transient } : {}),
    ...(rawJson ? { rawJson } : {}),
  };
}

function foldError(state: OutputState, content: JsonObject): void {
  beforeOutput(state);
  const { ename, evalue, traceback } = content;
  const output: Output = {
    output_type: 'error',
    ename: typeof ename === 'string' ? ename : '',
    evalue: typeof evalue === 'string' ? evalue : '',
    traceback: Array.isArray(traceback) ? traceback.filter((line) => typeof line === 'string') : [],
  };
  state.slots.push({ kind: 'fixed', output, displayId: undefined });
}

function displayIdOf(output: Output): string | undefined {
  return isRich(output) ? displayIdIn(output.transient) : undefined;
}

function displayIdIn(transient: unknown): string | undefined {
  const id = isJsonObject(transient) ? transient['display_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
