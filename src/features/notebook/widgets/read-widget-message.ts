/** Nothing that comes out of a frame is believed: foreign script runs in it. */
import { isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { WidgetToPage } from '@/output-frame/widgets/widget-protocol.ts';

const ID = /^[\w.:-]{1,128}$/;
const MODULE = /^(?:@[\w.-]{1,100}\/)?[\w.-]{1,100}$/;

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

/** JSON of a message, or null where it is none. Structured clone can carry what JSON cannot. */
function readJson(value: unknown): JsonObject | null {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(value));
    return isJsonObject(copy) ? copy : null;
  } catch {
    return null;
  }
}

function readBuffers(value: unknown): ArrayBuffer[] | null {
  if (!Array.isArray(value)) return null;
  const buffers = value.filter((one) => one instanceof ArrayBuffer);
  return buffers.length === value.length ? buffers : null;
}

type Fields = { [key: string]: unknown };

function readSend({ kind, id, messageId, data, metadata, buffers }: Fields): WidgetToPage | null {
  const json = readJson(data);
  const more = readJson(metadata);
  const bytes = readBuffers(buffers);
  if ((kind !== 'comm_msg' && kind !== 'comm_close') || !isId(id) || !isId(messageId)) return null;
  if (!json || !more || !bytes) return null;
  return { type: 'send', kind, id, messageId, data: json, metadata: more, buffers: bytes };
}

/** A message of the frame's widget manager; null for what is none. */
export function readWidgetMessage(value: unknown): WidgetToPage | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields: Fields = { ...value };
  const { type, id, name, version } = fields;
  if (type === 'need') return isId(id) ? { type, id } : null;
  if (type === 'send') return readSend(fields);
  if (type !== 'module' || typeof name !== 'string' || typeof version !== 'string') return null;
  return MODULE.test(name) ? { type, name, version: version.slice(0, 64) } : null;
}
