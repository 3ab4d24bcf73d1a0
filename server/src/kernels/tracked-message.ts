import type { TrackedMessage } from '@atelier-ide/core/execution/tracker.ts';
import { type FrameHead, contentOf } from './frame.ts';

/** Messages whose content the tracker reads. */
const telling = new Set(['status', 'execute_input', 'execute_result', 'execute_reply', 'input_request']);

/** True when the content of such a frame says something of its execution's state. */
export const isTelling = (head: FrameHead): boolean => telling.has(head.type);

/** What the tracker reads of a frame; the content is parsed only where it tells something. */
export function trackedMessage(head: FrameHead, bytes: Uint8Array): TrackedMessage {
  return {
    channel: head.channel,
    header: { msg_id: head.id, msg_type: head.type, date: head.date },
    parent_header: { msg_id: head.parentId },
    content: isTelling(head) ? contentOf(bytes) : {},
  };
}
