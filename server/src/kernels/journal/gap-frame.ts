import { randomUUID } from 'node:crypto';
import { requestFrame } from '../frame.ts';

/** Why frames may be missing. */
export type Gap =
  /** The connection to the app broke, or the server was away: how many is not known. */
  | { reason: 'connection' | 'restart' }
  /** The app gave up the oldest of what it had kept for a server that was away. */
  | { reason: 'app'; lost: number }
  /** They could not be written, or what was written cannot be read. */
  | { reason: 'disk' | 'damage'; lost: number }
  /** They were the oldest beyond the limit. */
  | { reason: 'limit'; lost: number; bytes: number };

/** What stands in a journal, and goes to cursor clients, where frames may be missing. */
export function gapFrame(gap: Gap): Uint8Array {
  const parts = { type: 'atelier_gap', id: randomUUID(), session: 'atelier', content: { ...gap } };
  return requestFrame({ channel: 'iopub', ...parts });
}
