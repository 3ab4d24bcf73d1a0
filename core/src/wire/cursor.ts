/**
 * Our own frames between the server's journal and a browser: a v1 frame with its place in the journal before it.
 * 16 bytes of prefix (u64 BE sequence number, u32 BE further numbers it stands for, u32 BE flags), then the frame, untouched. The first message on such a
 * socket is the hello, as text. A browser that comes back says which number it has seen and gets what follows.
 */
import type { KernelState } from '../execution/kernel-state.ts';
import { FrameError } from './frame.ts';

export const CURSOR_SUBPROTOCOL = 'v1.cursor.atelier';
export const CURSOR_PREFIX_BYTES = 16;

const INWARD = 1;
const REPLAYED = 2;

export interface CursorFlags {
  /** Went from a browser to the kernel. */
  readonly inward: boolean;
  /** Comes from the journal, not as it happens. */
  readonly replayed: boolean;
  /** How many numbers the frame stands for, the last of them its own, when more than one: merged output, or a gap. */
  readonly count?: number;
}

export interface CursorFrame extends CursorFlags {
  /** Dense and ascending within an epoch. */
  readonly seq: number;
  /** A view; not copied. */
  readonly frame: Uint8Array;
}

export interface CursorHello {
  readonly type: 'hello';
  /** Changes when the journal begins anew; numbers of another epoch mean nothing. */
  readonly epoch: string;
  /** Number of the newest frame. */
  readonly head: number;
  /** Number of the first frame that follows. */
  readonly from: number;
  /** What was asked for is gone: forget all state of this kernel and start from `from`. */
  readonly reset: boolean;
  readonly state: KernelState;
}

/** The prefix alone, for servers that send it before an uncopied frame. */
export function cursorPrefix(seq: number, flags: CursorFlags): Uint8Array<ArrayBuffer> {
  const prefix = new Uint8Array(CURSOR_PREFIX_BYTES);
  const view = new DataView(prefix.buffer);
  view.setBigUint64(0, BigInt(seq));
  view.setUint32(8, (flags.count ?? 1) - 1);
  view.setUint32(12, (flags.inward ? INWARD : 0) | (flags.replayed ? REPLAYED : 0));
  return prefix;
}

export function encodeCursorFrame({ seq, frame, ...flags }: CursorFrame): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(CURSOR_PREFIX_BYTES + frame.byteLength);
  whole.set(cursorPrefix(seq, flags));
  whole.set(frame, CURSOR_PREFIX_BYTES);
  return whole;
}

/** Flags that are not known are ignored, so that later versions can add some. Throws FrameError. */
export function decodeCursorFrame(bytes: Uint8Array): CursorFrame {
  if (bytes.byteLength < CURSOR_PREFIX_BYTES)
    throw new FrameError('The cursor frame is shorter than its prefix.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seq = view.getBigUint64(0);
  if (seq > BigInt(Number.MAX_SAFE_INTEGER))
    throw new FrameError('The number of the cursor frame is out of range.');
  const more = view.getUint32(8);
  const flags = view.getUint32(12);
  return {
    seq: Number(seq),
    inward: (flags & INWARD) !== 0,
    replayed: (flags & REPLAYED) !== 0,
    ...(more === 0 ? {} : { count: more + 1 }),
    frame: bytes.subarray(CURSOR_PREFIX_BYTES),
  };
}

export function encodeHello(hello: Omit<CursorHello, 'type'>): string {
  const { epoch, head, from, reset, state } = hello;
  return JSON.stringify({ type: 'hello', epoch, head, from, reset, state } satisfies CursorHello);
}

const KERNEL_STATES: readonly string[] = [
  'none',
  'starting',
  'idle',
  'busy',
  'restarting',
  'reconnecting',
  'disconnected',
  'dead',
  'unknown',
] satisfies KernelState[];

/** Throws FrameError for text that is no hello. A state this version does not know is `unknown`. */
export function decodeHello(text: string): CursorHello {
  const value = parse(text);
  const { type, epoch, head, from, reset, state } = value;
  if (
    type !== 'hello' ||
    typeof epoch !== 'string' ||
    !isCount(head) ||
    !isCount(from) ||
    typeof reset !== 'boolean'
  ) {
    throw new FrameError('The first message of the cursor socket is no hello.');
  }
  return { type, epoch, head, from, reset, state: isKernelState(state) ? state : 'unknown' };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw new FrameError(`The hello is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`);
  }
  throw new FrameError('The hello is not a JSON object.');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isKernelState(value: unknown): value is KernelState {
  return typeof value === 'string' && KERNEL_STATES.includes(value);
}
