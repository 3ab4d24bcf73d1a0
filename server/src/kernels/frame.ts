/**
 * Kernel messages as the server handles them: v1 frames of which routing parses the two headers only. Everything else
 * stays the bytes that came, so numbers and texts reach browsers as the kernel wrote them.
 */
import { parseLenient } from '@atelier-ide/core/notebook/lossless.ts';
import { type JsonObject, isJsonObject } from '@atelier-ide/core/notebook/model.ts';
import { decodeLegacy, decodeV1, encodeLegacy, encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { FrameError, isChannel, joinFrame, splitFrame } from '@atelier-ide/core/wire/frame.ts';
import { type Channel, createMessage } from '@atelier-ide/core/wire/message.ts';

/** What routing and queueing need of a message. Absent fields are ''. */
export type FrameHead = {
  channel: Channel;
  type: string;
  id: string;
  session: string;
  date: string;
  parentType: string;
  parentId: string;
  parentSession: string;
};

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function recordOf(bytes: Uint8Array): JsonObject {
  try {
    const value = bytes.length === 0 ? {} : parseLenient(decoder.decode(bytes));
    if (isJsonObject(value)) return value;
  } catch {
    // Answered below: what is not JSON and what is no object are the same fault.
  }
  throw new FrameError('A part of the frame is not a JSON object.');
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Parses channel and headers of a frame. Throws `FrameError` for what is none. */
export function headOf(frame: Uint8Array): FrameHead {
  const parts = splitFrame(frame);
  const channel = decoder.decode(parts.channel);
  if (!isChannel(channel)) throw new FrameError('The frame names no channel of Jupyter.');
  const header = recordOf(parts.header);
  const parent = recordOf(parts.parentHeader);
  return {
    channel,
    type: stringOf(header['msg_type']),
    id: stringOf(header['msg_id']),
    session: stringOf(header['session']),
    date: stringOf(header['date']),
    parentType: stringOf(parent['msg_type']),
    parentId: stringOf(parent['msg_id']),
    parentSession: stringOf(parent['session']),
  };
}

/** The content of a frame, parsed. Throws `FrameError`. */
export function contentOf(frame: Uint8Array): JsonObject {
  return recordOf(splitFrame(frame).content);
}

/** The same frame with another content, e.g. a password taken out of an answer. */
export function withContent(frame: Uint8Array, content: JsonObject): Uint8Array {
  return joinFrame({ ...splitFrame(frame), content: encoder.encode(JSON.stringify(content)) });
}

export type RequestParts = {
  channel: Channel;
  type: string;
  id: string;
  session: string;
  content: JsonObject;
  metadata?: JsonObject;
};

/** A message of the server itself. */
export function requestFrame(request: RequestParts): Uint8Array {
  const { channel, type, id, session, content } = request;
  const parts = { channel, type, id, session, content, username: 'atelier', date: new Date().toISOString() };
  return encodeV1(createMessage({ ...parts, metadata: request.metadata ?? {} }));
}

/** A v1 frame as Jupyter's older format: JSON text, or binary where there are buffers. */
export function toLegacy(frame: Uint8Array): string | Uint8Array {
  return encodeLegacy(decodeV1(frame));
}

/** A message of the older format as a v1 frame. Throws `FrameError`. */
export function fromLegacy(data: Uint8Array, isBinary: boolean): Uint8Array {
  return encodeV1(decodeLegacy(isBinary ? data : decoder.decode(data)));
}
