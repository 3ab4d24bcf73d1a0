/**
 * Messages from and to bytes, in the three forms that Jupyter speaks: v1 frames, legacy text (one JSON object) and
 * legacy binary (u32 BE number of parts, their offsets, JSON, buffers). Decoding keeps the exact text of JSON outputs
 * whose numbers JavaScript would change, and encoding uses it again.
 */
import { isJsonObject, type JsonObject, type JsonValue, type RawJson } from '../notebook/model.ts';
import { type Member, memberOf, scanMembers, skipWhitespace } from '../notebook/json-scanner.ts';
import { parseLenient, rawJsonOf } from '../notebook/lossless.ts';
import { FrameError, isChannel, joinFrame, type PeekedFrame, splitFrame } from './frame.ts';
import type { Channel, JupyterMessage, MessageHeader } from './message.ts';

const DISPLAYS: ReadonlySet<string> = new Set(['display_data', 'execute_result', 'update_display_data']);

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Encode a message as a v1 frame. */
export function encodeV1(message: JupyterMessage): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const json = (value: unknown) => encoder.encode(JSON.stringify(value));
  return joinFrame({
    channel: encoder.encode(message.channel),
    header: json(message.header),
    parentHeader: json(message.parent_header),
    metadata: json(message.metadata),
    content: encoder.encode(contentText(message)),
    buffers: message.buffers,
  });
}

/** Decode a v1 frame. Throws FrameError for what is none. */
export function decodeV1(frame: Uint8Array): JupyterMessage {
  const parts = splitFrame(frame);
  const channel = decodeText(parts.channel);
  if (!isChannel(channel)) throw new FrameError('The frame names no channel of Jupyter.');
  const header = asHeader(parseObject(decodeText(parts.header)));
  const text = decodeText(parts.content);
  const content = parseObject(text);
  const rawJson = DISPLAYS.has(header.msg_type) ? rawOfContent(text, content) : undefined;
  return {
    channel,
    header,
    parent_header: parseObject(decodeText(parts.parentHeader)),
    metadata: parseObject(decodeText(parts.metadata)),
    content,
    buffers: parts.buffers,
    ...(rawJson ? { rawJson } : {}),
  };
}

/** Channel and headers of a v1 frame, without looking at its content. Throws FrameError for what is no frame. */
export function peekHeader(frame: Uint8Array): PeekedFrame {
  const parts = splitFrame(frame);
  const channel = decodeText(parts.channel);
  if (!isChannel(channel)) throw new FrameError('The frame names no channel of Jupyter.');
  return {
    channel,
    header: asHeader(parseObject(decodeText(parts.header))),
    parentHeader: parseObject(decodeText(parts.parentHeader)),
  };
}

/** Encode for a client without subprotocol: text, or binary where there are buffers. */
export function encodeLegacy(message: JupyterMessage): string | Uint8Array<ArrayBuffer> {
  const { channel, header, parent_header, metadata, buffers } = message;
  const head = JSON.stringify({
    channel,
    header,
    parent_header,
    metadata,
    msg_id: header.msg_id,
    msg_type: header.msg_type,
  });
  const text = `${head.slice(0, -1)},"content":${contentText(message)}${buffers.length === 0 ? ',"buffers":[]' : ''}}`;
  if (buffers.length === 0) return text;
  const parts = [new TextEncoder().encode(text), ...buffers];
  const start = 4 * (parts.length + 1);
  const frame = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, start));
  const view = new DataView(frame.buffer);
  view.setUint32(0, parts.length);
  let offset = start;
  for (const [index, part] of parts.entries()) {
    view.setUint32(4 * (index + 1), offset);
    frame.set(part, offset);
    offset += part.byteLength;
  }
  return frame;
}

/** Decode what a legacy client sent. `channel` is for old clients that do not name one. Throws FrameError. */
export function decodeLegacy(data: string | Uint8Array, channel?: Channel): JupyterMessage {
  const { text, buffers } = typeof data === 'string' ? { text: data, buffers: [] } : splitLegacy(data);
  const value = parseObject(text);
  const header = asHeader(objectIn(value, 'header'));
  const named = value['channel'] ?? channel;
  if (!isChannel(named)) throw new FrameError('The message names no channel of Jupyter.');
  const content = objectIn(value, 'content');
  const rawJson = DISPLAYS.has(header.msg_type) ? rawOfLegacy(text, content) : undefined;
  return {
    channel: named,
    header,
    parent_header: objectIn(value, 'parent_header'),
    metadata: objectIn(value, 'metadata'),
    content,
    buffers,
    ...(rawJson ? { rawJson } : {}),
  };
}

function splitLegacy(frame: Uint8Array): { text: string; buffers: Uint8Array[] } {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = frame.byteLength < 4 ? 0 : view.getUint32(0);
  if (count < 1 || 4 * (count + 1) > frame.byteLength)
    throw new FrameError('The binary message has no parts.');
  const offsets: number[] = [];
  let previous = 4 * (count + 1);
  for (let i = 1; i <= count; i++) {
    const offset = view.getUint32(4 * i);
    if (offset < previous || offset > frame.byteLength)
      throw new FrameError('The offsets of the message are wrong.');
    offsets.push(offset);
    previous = offset;
  }
  const parts = offsets.map((offset, index) =>
    frame.subarray(offset, offsets[index + 1] ?? frame.byteLength),
  );
  const [json = new Uint8Array(), ...buffers] = parts;
  return { text: decodeText(json), buffers };
}

function parseObject(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseLenient(text);
  } catch (error) {
    throw new FrameError(
      `A part of the message is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`,
    );
  }
  if (!isJsonObject(value)) throw new FrameError('A part of the message is not a JSON object.');
  return value;
}

function objectIn(value: JsonObject, key: string): JsonObject {
  const inner = value[key];
  return isJsonObject(inner) ? inner : {};
}

function asHeader(value: JsonObject): MessageHeader {
  const text = (key: string) => (typeof value[key] === 'string' ? value[key] : '');
  if (text('msg_type') === '') throw new FrameError('The header of the message has no type.');
  return {
    ...value,
    msg_id: text('msg_id'),
    msg_type: text('msg_type'),
    session: text('session'),
    username: text('username'),
    date: text('date'),
    version: text('version'),
  };
}

function rawOfContent(text: string, content: JsonObject): RawJson | undefined {
  return rawOfMember(text, scanMembers(text, skipWhitespace(text, 0)), content);
}

function rawOfLegacy(text: string, content: JsonObject): RawJson | undefined {
  const at = memberOf(scanMembers(text, skipWhitespace(text, 0)), 'content')?.value;
  return at && rawOfMember(text, scanMembers(text, at.start), content);
}

function rawOfMember(text: string, members: readonly Member[], content: JsonObject): RawJson | undefined {
  const at = memberOf(members, 'data')?.value;
  return at && rawJsonOf(text, at, content['data']);
}

/** The content as JSON, with the exact text of those outputs that have one. */
function contentText({ content, rawJson }: JupyterMessage): string {
  const data = content['data'];
  if (rawJson === undefined || !isJsonObject(data)) return JSON.stringify(content);
  const bundle = Object.entries(data).map(([mime, value]) => {
    const raw = Object.hasOwn(rawJson, mime) ? rawJson[mime] : undefined;
    return `${JSON.stringify(mime)}:${raw ?? JSON.stringify(value)}`;
  });
  const { data: _, ...rest } = content;
  const others = JSON.stringify(rest).slice(1);
  return `{"data":{${bundle.join(',')}}${others === '}' ? '' : ','}${others}`;
}
