import type { JsonObject, RawJson } from '../notebook/model.ts';

export type Channel = 'shell' | 'control' | 'stdin' | 'iopub';

export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
  readonly subshell_id?: string | null;
}

/** One Jupyter message, whatever transport it came by. */
export interface JupyterMessage<Content extends JsonObject = JsonObject> {
  readonly channel: Channel;
  readonly header: MessageHeader;
  /** `{}` where the message answers nothing. */
  readonly parent_header: Partial<MessageHeader>;
  readonly metadata: JsonObject;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
  /** Exact text of JSON mime values in `content.data` that `JSON.stringify` would change (see model.ts). */
  readonly rawJson?: RawJson;
}

/** What the folding of outputs reads of a message: any JupyterMessage of the iopub channel fits. */
export interface IopubMessage {
  readonly header: { readonly msg_type: string };
  readonly content: JsonObject;
  readonly rawJson?: RawJson;
}

/** What a new message starts with; the ids are the caller's, so that a retry can use the same ones. */
export interface MessageParts<Content extends JsonObject = JsonObject> {
  readonly channel: Channel;
  readonly type: string;
  readonly content: Content;
  readonly id: string;
  readonly session: string;
  readonly date: string;
  readonly username?: string;
  readonly metadata?: JsonObject;
  readonly parent?: Partial<MessageHeader>;
  readonly buffers?: readonly Uint8Array[];
  readonly subshellId?: string | null;
}

export const PROTOCOL_VERSION = '5.4';

/** Build a message ready for the codec. */
export function createMessage<Content extends JsonObject>(
  parts: MessageParts<Content>,
): JupyterMessage<Content> {
  return {
    channel: parts.channel,
    header: {
      msg_id: parts.id,
      msg_type: parts.type,
      session: parts.session,
      username: parts.username ?? '',
      date: parts.date,
      version: PROTOCOL_VERSION,
      ...(parts.subshellId === undefined ? {} : { subshell_id: parts.subshellId }),
    },
    parent_header: parts.parent ?? {},
    metadata: parts.metadata ?? {},
    content: parts.content,
    buffers: parts.buffers ?? [],
  };
}
