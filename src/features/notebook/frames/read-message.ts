/**
 * What a frame says, believed only as far as it makes sense: foreign script runs beside our own code in there, and can
 * say anything in its name. No message does more than move the keyboard out, size a box or select a cell.
 */
import type { FrameToPage, LeaveDirection } from '@/output-frame/protocol.ts';

const MAX_HEIGHT = 10_000;
const MAX_WORDS = 300;
const directions: readonly LeaveDirection[] = ['next', 'previous', 'out'];

/** Null for what is no message. */
export function readMessage(data: unknown): FrameToPage | null {
  if (typeof data !== 'object' || data === null) return null;
  const { type, id, epoch, height, direction, n, message, payload } = data as Record<string, unknown>;
  switch (type) {
    case 'ready':
      return { type };
    case 'placed':
      return typeof epoch === 'number' ? { type, epoch } : null;
    case 'pong':
      return typeof n === 'number' ? { type, n } : null;
    case 'widgets':
      return { type, payload };
    default:
  }
  if (typeof id !== 'string') return null;
  switch (type) {
    case 'rendered':
    case 'touched':
      return { type, id };
    case 'height':
      return isLength(height) ? { type, id, height: Math.min(height, MAX_HEIGHT) } : null;
    case 'leave': {
      const found = directions.find((one) => one === direction);
      return found ? { type, id, direction: found } : null;
    }
    case 'failed':
      return { type, id, message: typeof message === 'string' ? message.slice(0, MAX_WORDS) : '' };
    default:
      return null;
  }
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
