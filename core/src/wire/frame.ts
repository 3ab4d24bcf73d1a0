/**
 * Frames of the `v1.kernel.websocket.jupyter.org` subprotocol, taken apart without reading what is in them:
 * u64 LE number of offsets, the offsets (u64 LE each, the last is the end), then channel, header, parent header,
 * metadata, content and buffers. Everything here is a view into the frame; no byte is copied or changed.
 */
import type { Channel, MessageHeader } from './message.ts';

export const V1_SUBPROTOCOL = 'v1.kernel.websocket.jupyter.org';

/** Thrown for bytes that are no frame; a hub closes or ignores what sent them. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FrameError';
  }
}

export interface FrameParts {
  readonly channel: Uint8Array;
  readonly header: Uint8Array;
  readonly parentHeader: Uint8Array;
  readonly metadata: Uint8Array;
  readonly content: Uint8Array;
  readonly buffers: readonly Uint8Array[];
}

/** What a router needs to know of a frame. */
export interface PeekedFrame {
  readonly channel: Channel;
  readonly header: MessageHeader;
  readonly parentHeader: Partial<MessageHeader>;
}

const FIXED_PARTS = 5;

/** Offsets of the parts, checked: they begin after themselves, never go back, and end where the frame ends. */
function readOffsets(frame: Uint8Array): number[] {
  if (frame.byteLength < 8) throw new FrameError('The frame is shorter than its first number.');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = view.getBigUint64(0, true);
  if (count < BigInt(FIXED_PARTS + 1) || count > BigInt(Math.floor(frame.byteLength / 8) - 1)) {
    throw new FrameError(`The frame says it has ${String(count)} offsets.`);
  }
  const offsets: number[] = [];
  let previous = 8 * (Number(count) + 1);
  for (let i = 1; i <= Number(count); i++) {
    const offset = Number(view.getBigUint64(8 * i, true));
    if (offset < previous || offset > frame.byteLength)
      throw new FrameError('The offsets of the frame are wrong.');
    offsets.push(offset);
    previous = offset;
  }
  if (previous !== frame.byteLength) throw new FrameError('The frame does not end at its last offset.');
  return offsets;
}

/** Take a v1 frame apart. Throws FrameError. */
export function splitFrame(frame: Uint8Array): FrameParts {
  const offsets = readOffsets(frame);
  const part = (index: number) => frame.subarray(offsets[index], offsets[index + 1]);
  const buffers: Uint8Array[] = [];
  for (let index = FIXED_PARTS; index < offsets.length - 1; index++) buffers.push(part(index));
  return {
    channel: part(0),
    header: part(1),
    parentHeader: part(2),
    metadata: part(3),
    content: part(4),
    buffers,
  };
}

/** Put parts together to a v1 frame. */
export function joinFrame(parts: FrameParts): Uint8Array<ArrayBuffer> {
  const { channel, header, parentHeader, metadata, content, buffers } = parts;
  const list = [channel, header, parentHeader, metadata, content, ...buffers];
  const start = 8 * (list.length + 2);
  const frame = new Uint8Array(list.reduce((size, part) => size + part.byteLength, start));
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(list.length + 1), true);
  let offset = start;
  for (const [index, part] of list.entries()) {
    view.setBigUint64(8 * (index + 1), BigInt(offset), true);
    frame.set(part, offset);
    offset += part.byteLength;
  }
  view.setBigUint64(8 * (list.length + 1), BigInt(offset), true);
  return frame;
}

export function isChannel(name: unknown): name is Channel {
  return name === 'shell' || name === 'control' || name === 'stdin' || name === 'iopub';
}
