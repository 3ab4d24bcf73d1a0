import { once } from 'node:events';
import {
  CURSOR_SUBPROTOCOL,
  type CursorFrame,
  type CursorHello,
  decodeCursorFrame,
  decodeHello,
} from '@atelier-ide/core/wire/cursor.ts';
import { decodeV1, encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { type JupyterMessage, createMessage } from '@atelier-ide/core/wire/message.ts';
import { WebSocket } from 'ws';

export type CursorEntry = CursorFrame & { message: JupyterMessage };

/** A browser that follows a kernel's journal. */
export type CursorClient = {
  hello: CursorHello;
  entries: CursorEntry[];
  ws: WebSocket;
  /** Resolves with the first entry, past or to come, that fits; rejects when the socket closes before. */
  until(fits: (entry: CursorEntry) => boolean): Promise<CursorEntry>;
  send(
    parts: Pick<JupyterMessage, 'channel' | 'content'> & {
      type: string;
      id: string;
      parentId?: string;
      subshellId?: string;
    },
  ): void;
  /** Ends the connection as a broken network does. */
  cut(): void;
};

/** Attaches and waits for the hello. */
export async function attachCursor(
  wsUrl: string,
  kernelId: string,
  query: { after?: number; epoch?: string } = {},
  headers: Record<string, string> = {},
): Promise<CursorClient> {
  const search = new URLSearchParams({ session_id: `cursor-${crypto.randomUUID()}` });
  for (const [key, value] of Object.entries(query)) search.set(key, String(value));
  const ws = new WebSocket(
    `${wsUrl}api/kernels/${kernelId}/channels?${search.toString()}`,
    [CURSOR_SUBPROTOCOL],
    {
      maxPayload: 1024 ** 3,
      headers,
    },
  );
  const entries: CursorEntry[] = [];
  const waiting = new Set<(entry: CursorEntry) => void>();
  const failing = new Set<(error: Error) => void>();
  let closed: Error | undefined;
  ws.once('close', (code, reason) => {
    closed = new Error(`closed with ${code} ${String(reason)} after ${entries.length} entries`);
    for (const fail of failing) fail(closed);
  });
  const hello = new Promise<CursorHello>((resolve, reject) => {
    failing.add(reject);
    ws.on('error', reject);
    ws.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) {
        resolve(decodeHello(data.toString('utf8')));
        return;
      }
      const frame = decodeCursorFrame(data);
      const entry = { ...frame, message: decodeV1(frame.frame) };
      entries.push(entry);
      for (const listener of waiting) listener(entry);
    });
  });
  return {
    hello: await hello,
    entries,
    ws,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const known = entries.find(fits);
        if (known || closed) {
          if (known) resolve(known);
          else reject(closed);
          return;
        }
        failing.add(reject);
        const listener = (entry: CursorEntry): void => {
          if (!fits(entry)) return;
          waiting.delete(listener);
          failing.delete(reject);
          resolve(entry);
        };
        waiting.add(listener);
      }),
    send: ({ channel, content, type, id, parentId, subshellId }) => {
      const parent = parentId === undefined ? {} : { msg_id: parentId };
      const date = new Date().toISOString();
      const own = subshellId === undefined ? {} : { subshellId };
      ws.send(
        encodeV1(createMessage({ channel, content, type, id, session: 'cursor', date, parent, ...own })),
      );
    },
    cut: () => ws.terminate(),
  };
}

/** Resolves when the socket is closed, with the code. */
export async function untilClosed(ws: WebSocket): Promise<number> {
  if (ws.readyState === ws.CLOSED) throw new Error('closed before it was watched');
  const [code] = (await once(ws, 'close')) as [number];
  return code;
}

/** The text of a stream message, '' of others. */
export function textOf({ message }: CursorEntry): string {
  const { text } = message.content as { text?: unknown };
  return typeof text === 'string' ? text : '';
}

/** All text that an execution printed, in order. */
export function printed(entries: readonly CursorEntry[], id?: string): string {
  return entries
    .filter(({ message }) => message.header.msg_type === 'stream')
    .filter(({ message }) => id === undefined || message.parent_header.msg_id === id)
    .map(textOf)
    .join('');
}

/** True for the idle status that ends a request. */
export const isIdleOf =
  (id: string) =>
  ({ message, inward }: CursorEntry): boolean =>
    !inward &&
    message.header.msg_type === 'status' &&
    message.content['execution_state'] === 'idle' &&
    message.parent_header.msg_id === id;
