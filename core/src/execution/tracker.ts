/**
 * Follows one execution by the messages that answer its request. Any order will do: the kernel's reply (shell) and
 * its `idle` (iopub) come by different sockets, and the reply may come before `busy`. It is over when both are here.
 * Pure: every step returns a tracker, the same one where nothing changed.
 */
import type { JsonObject } from '../notebook/model.ts';
import type { Channel, MessageHeader } from '../wire/message.ts';
import { advance, type ExecutionState, isFinished } from './states.ts';

export interface ExecutionTracker {
  readonly msgId: string;
  readonly state: ExecutionState;
  readonly executionCount: number | null;
  /** Status of the reply, once it is here. */
  readonly reply?: 'ok' | 'error' | 'aborted';
  readonly isIdle: boolean;
  /** The cell waits for the user to type; `msgId` is what an input_reply answers. */
  readonly input?: { readonly msgId: string; readonly prompt: string; readonly password: boolean };
  /** Times as the kernel gave them (ISO 8601). */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Why it ended, where the kernel did not say so itself. */
  readonly cause?: string;
}

/** What the tracker reads of a message: a decoded one fits. */
export interface TrackedMessage {
  readonly channel: Channel;
  readonly header: Pick<MessageHeader, 'msg_id' | 'msg_type' | 'date'>;
  readonly parent_header: Partial<MessageHeader>;
  readonly content: JsonObject;
}

export function newTracker(msgId: string): ExecutionTracker {
  return { msgId, state: 'queued', executionCount: null, isIdle: false };
}

/** Fold one message; those of other requests change nothing. */
export function track(tracker: ExecutionTracker, message: TrackedMessage): ExecutionTracker {
  if (message.parent_header.msg_id !== tracker.msgId) return tracker;
  switch (message.header.msg_type) {
    case 'status':
      return trackStatus(tracker, message);
    case 'execute_input':
      return started({ ...tracker, executionCount: countIn(message) ?? tracker.executionCount }, message);
    case 'execute_reply':
      return settle({ ...withoutInput(tracker), ...replyTo(tracker, message) }, message);
    case 'execute_result':
      return started({ ...tracker, executionCount: countIn(message) ?? tracker.executionCount }, message);
    case 'input_request':
      return started({ ...tracker, input: inputIn(message) }, message);
    case 'stream':
    case 'display_data':
    case 'error':
      return withoutInput(tracker);
    default:
      return tracker;
  }
}

function trackStatus(tracker: ExecutionTracker, message: TrackedMessage): ExecutionTracker {
  const told = message.content['execution_state'];
  if (told === 'busy') return started(tracker, message);
  if (told === 'idle') return settle({ ...tracker, isIdle: true }, message);
  return tracker;
}

function started(tracker: ExecutionTracker, { header }: TrackedMessage): ExecutionTracker {
  const startedAt = tracker.startedAt ?? header.date;
  return { ...tracker, state: advance(tracker.state, 'running'), startedAt };
}

/** Reply and idle together end it; the reply says how. What was aborted in the queue never ran: its reply is enough. */
function settle(tracker: ExecutionTracker, { content, header }: TrackedMessage): ExecutionTracker {
  const executionCount = typeof content['execution_count'] === 'number' ? content['execution_count'] : null;
  const next = { ...tracker, executionCount: executionCount ?? tracker.executionCount };
  const isOver = next.reply === 'aborted' || next.isIdle;
  if (next.reply === undefined || !isOver) return { ...next, state: advance(next.state, 'running') };
  const end = next.reply === 'ok' ? 'done' : next.reply;
  return { ...next, state: advance(next.state, end), endedAt: next.endedAt ?? header.date };
}

/** The kernel is gone: what had not ended never will. */
export function kernelDied(tracker: ExecutionTracker, cause: string, at?: string): ExecutionTracker {
  return end(tracker, { state: 'kernel-died', cause, at });
}

/** The trail was lost (a reply missed, the kernel idle again): say that nobody knows. */
export function trailLost(tracker: ExecutionTracker, cause: string, at?: string): ExecutionTracker {
  return end(tracker, { state: 'unknown', cause, at });
}

/** Taken out of the queue before it was sent. */
export function withdrawn(tracker: ExecutionTracker, cause: string, at?: string): ExecutionTracker {
  return end(tracker, { state: 'aborted', cause, at });
}

interface Ending {
  readonly state: ExecutionState;
  readonly cause: string;
  readonly at: string | undefined;
}

function end(tracker: ExecutionTracker, { state, cause, at }: Ending): ExecutionTracker {
  if (isFinished(tracker.state)) return tracker;
  return { ...withoutInput(tracker), state, cause, ...(at === undefined ? {} : { endedAt: at }) };
}

function withoutInput(tracker: ExecutionTracker): ExecutionTracker {
  if (tracker.input === undefined) return tracker;
  const { input: _, ...rest } = tracker;
  return rest;
}

function countIn({ content }: TrackedMessage): number | undefined {
  const count = content['execution_count'];
  return typeof count === 'number' ? count : undefined;
}

function replyIn({ content }: TrackedMessage): 'ok' | 'error' | 'aborted' {
  const { status } = content;
  // Kernels older than protocol 5.1 say `abort`.
  if (status === 'aborted' || status === 'abort') return 'aborted';
  return status === 'ok' ? 'ok' : 'error';
}

/** Some kernels say `abort` of code that ran and was interrupted: that it had begun shows in its number. */
function replyTo(
  tracker: ExecutionTracker,
  message: TrackedMessage,
): Pick<ExecutionTracker, 'reply' | 'cause'> {
  const reply = replyIn(message);
  const hasRun = reply === 'aborted' && tracker.executionCount !== null;
  return hasRun ? { reply: 'error', cause: 'Interrupted' } : { reply };
}

function inputIn({ content, header }: TrackedMessage): NonNullable<ExecutionTracker['input']> {
  const { prompt, password } = content;
  return {
    msgId: header.msg_id,
    prompt: typeof prompt === 'string' ? prompt : '',
    password: password === true,
  };
}
