/**
 * What is shown of a kernel. Only a status whose parent is work on the shell may make it busy or idle: servers and
 * kernels send statuses for every request, and an `idle` that answers a `usage_request` while a cell runs is the trap
 * that makes other front ends show a working kernel as idle (and cull it).
 */
import type { MessageHeader } from '../wire/message.ts';

export type KernelState =
  | 'none'
  | 'starting'
  | 'idle'
  | 'busy'
  | 'restarting'
  | 'reconnecting'
  | 'disconnected'
  | 'dead'
  | 'unknown';

/** Requests that are no work of the user's; their busy and idle say nothing about the kernel. */
const UNTRACKED: ReadonlySet<string> = new Set([
  'usage_request',
  'create_subshell_request',
  'delete_subshell_request',
  'list_subshell_request',
  'debug_request',
  'interrupt_request',
  'shutdown_request',
  // Help while one types. In a subshell it also answers while the main shell works.
  'complete_request',
  'inspect_request',
  'history_request',
  'is_complete_request',
]);

/** Messages that can tell that the kernel is there, but not that it works. */
const PROBES: ReadonlySet<string> = new Set(['kernel_info_request', 'comm_info_request']);

export interface KernelStateTracker {
  readonly state: KernelState;
  /** msg_ids of execute requests seen busy and not yet idle; while there is one, the kernel is busy. */
  readonly running: readonly string[];
}

export const initialKernelState: KernelStateTracker = { state: 'unknown', running: [] };

/** The header parts that a status is judged by; a decoded message or a peeked frame fits. */
export interface StatusMessage {
  readonly header: { readonly msg_type: string };
  readonly parent_header: Partial<MessageHeader>;
  readonly content: { readonly [key: string]: unknown };
}

/** Fold one message of the iopub channel; others change nothing. */
export function reduceKernelState(tracker: KernelStateTracker, message: StatusMessage): KernelStateTracker {
  if (message.header.msg_type !== 'status') return tracker;
  const told = message.content['execution_state'];
  switch (told) {
    case 'starting':
    case 'restarting':
    case 'dead':
      return { state: told, running: [] };
    case 'autorestarting':
      return { state: 'restarting', running: [] };
    case 'busy':
    case 'idle':
      return reduceActivity(tracker, told, message.parent_header);
    default:
      return tracker;
  }
}

function reduceActivity(
  tracker: KernelStateTracker,
  told: 'busy' | 'idle',
  parent: Partial<MessageHeader>,
): KernelStateTracker {
  const type = parent.msg_type ?? '';
  if (UNTRACKED.has(type) || tracker.state === 'dead') return tracker;
  const id = parent.msg_id ?? '';
  if (type === 'execute_request' && id !== '') {
    const others = tracker.running.filter((one) => one !== id);
    const running = told === 'busy' ? [...others, id] : others;
    return { state: running.length > 0 ? 'busy' : 'idle', running };
  }
  if (tracker.running.length > 0) return tracker;
  if (told === 'busy' && PROBES.has(type)) return tracker;
  return { state: told, running: [] };
}

/** Say what the transport knows (closed, coming back, gone). A kernel found again starts from nothing. */
export function setKernelState(tracker: KernelStateTracker, state: KernelState): KernelStateTracker {
  const keepsRunning = state === 'reconnecting' || state === 'disconnected' || state === 'busy';
  return { state, running: keepsRunning ? tracker.running : [] };
}

/** Whether requests can be sent now. */
export function isKernelUsable(state: KernelState): boolean {
  return state === 'idle' || state === 'busy' || state === 'starting';
}
