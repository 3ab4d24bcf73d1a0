/**
 * Times of a run as JupyterLab keeps them in `metadata.execution` of a cell: what the kernel dated, as it dated it.
 */
import { isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';

/** Dates by JupyterLab's names for them. */
export type ExecutionTimes = Readonly<Record<string, string>>;

/** JupyterLab's order. */
const NAMES = [
  'iopub.execute_input',
  'iopub.status.busy',
  'iopub.status.idle',
  'shell.execute_reply',
  'shell.execute_reply.started',
];

/** The times with what this message adds to them; the same object where it says nothing. */
export function withTime(
  times: ExecutionTimes,
  { header, content, metadata }: JupyterMessage,
): ExecutionTimes {
  const { msg_type: type, date } = header;
  switch (type) {
    case 'status': {
      const state = content['execution_state'];
      return state === 'busy' || state === 'idle' ? { ...times, [`iopub.status.${state}`]: date } : times;
    }
    case 'execute_input':
      return { ...times, 'iopub.execute_input': date };
    case 'execute_reply': {
      const { started } = metadata;
      const begun = typeof started === 'string' ? { 'shell.execute_reply.started': started } : {};
      return { ...times, 'shell.execute_reply': date, ...begun };
    }
    default:
      return times;
  }
}

/** The run is over: its reply and its idle have been heard. */
export const isComplete = (times: ExecutionTimes): boolean =>
  times['shell.execute_reply'] !== undefined && times['iopub.status.idle'] !== undefined;

/** Metadata of a cell with these times in it, or without any; the same object where nothing changes. */
export function withTimes(metadata: JsonObject, times: ExecutionTimes | null): JsonObject {
  if (times === null) {
    if (!('execution' in metadata)) return metadata;
    const { execution: _, ...rest } = metadata;
    return rest;
  }
  const known = NAMES.flatMap((name): [string, string][] => {
    const time = times[name];
    return time === undefined ? [] : [[name, time]];
  });
  return { ...metadata, execution: Object.fromEntries(known) };
}

/** From when to when a run went, in milliseconds since the epoch. */
export type Span = { start: number; end: number };

/** The run that the file tells of. */
export function savedSpan(metadata: JsonObject): Span | null {
  const { execution } = metadata;
  if (!isJsonObject(execution)) return null;
  const time = (...names: string[]) => {
    for (const name of names) {
      const value = execution[name];
      const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      if (!Number.isNaN(parsed)) return parsed;
    }
    return null;
  };
  const start = time('shell.execute_reply.started', 'iopub.execute_input', 'iopub.status.busy');
  const end = time('shell.execute_reply', 'iopub.status.idle');
  return start === null || end === null || end < start ? null : { start, end };
}

/** The run that the server or this page knows of. */
export function spanOf({
  startedAt,
  endedAt,
}: {
  startedAt?: string | undefined;
  endedAt?: string | undefined;
}): Span | null {
  if (startedAt === undefined || endedAt === undefined) return null;
  return { start: Date.parse(startedAt), end: Date.parse(endedAt) };
}
