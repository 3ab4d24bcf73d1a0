import { encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { encodeCursorFrame, encodeHello } from '@atelier-ide/core/wire/cursor.ts';
import { createMessage, type JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { KernelState } from '@atelier-ide/core/execution/kernel-state.ts';
import type { FakeSocket } from '../fake-socket.ts';

/** The server's end of cursor sockets: a journal that the test writes, and what a socket is sent when it attaches. */
export type FakeHub = {
  epoch: string;
  state: KernelState;
  readonly frames: { inward: boolean; message: JupyterMessage }[];
  /** The head that hellos name: some of the frames up to it are still to come. Null = what is there. */
  announced: number | null;
  /** Writes a frame and sends it to the sockets that are attached. */
  write(message: JupyterMessage, inward?: boolean): void;
  /** Accepts a socket as the server does: hello, then what it missed. */
  accept(socket: FakeSocket): void;
  /** What is attached now hears nothing more, and is not told. */
  leaveAll(): void;
  /** Writes without sending: it happened while nobody was there. */
  forget(until: number): void;
};

export function createFakeHub(): FakeHub {
  const attached = new Set<FakeSocket>();
  let tail = 0;
  const send = (socket: FakeSocket, seq: number, entry: { inward: boolean; message: JupyterMessage }) => {
    const { inward, message } = entry;
    socket.receive(encodeCursorFrame({ seq, inward, replayed: false, frame: encodeV1(message) }));
  };
  const hub: FakeHub = {
    epoch: 'e1',
    state: 'idle',
    frames: [],
    announced: null,
    write(message, inward = false) {
      const entry = { inward, message };
      hub.frames.push(entry);
      for (const socket of attached) {
        if (socket.readyState === 1) send(socket, hub.frames.length, entry);
      }
    },
    accept(socket) {
      const query = new URL(socket.url).searchParams;
      const after = query.get('after');
      const head = hub.frames.length;
      const isKnown = query.get('epoch') === hub.epoch && Number(after) >= tail && Number(after) <= head;
      const reset = after !== null && !isKnown;
      const from = (after === null ? head : reset ? tail : Number(after)) + 1;
      socket.open();
      socket.receive(
        encodeHello({ epoch: hub.epoch, head: hub.announced ?? head, from, reset, state: hub.state }),
      );
      attached.add(socket);
      for (let seq = from; seq <= head; seq++) {
        const entry = hub.frames[seq - 1];
        if (entry) send(socket, seq, entry);
      }
    },
    leaveAll: () => attached.clear(),
    forget(until) {
      tail = until;
    },
  };
  return hub;
}

const DATE = '2026-11-23T00:00:00.000Z';

/** An iopub message that answers the request `parent`. */
export function answer(
  type: string,
  parent: string,
  content: JsonObject,
  channel: JupyterMessage['channel'] = 'iopub',
) {
  return createMessage({
    channel,
    type,
    content,
    id: `m-${type}-${parent}-${JSON.stringify(content)}`,
    session: 'kernel',
    date: DATE,
    parent: { msg_id: parent, msg_type: 'execute_request' },
  });
}

export const status = (state: string, parent: string) => answer('status', parent, { execution_state: state });
export const stream = (text: string, parent: string) => answer('stream', parent, { name: 'stdout', text });
export const reply = (state: string, parent: string, extra: JsonObject = {}) =>
  answer('execute_reply', parent, { status: state, execution_count: 1, ...extra }, 'shell');

export function request(id: string, channel: JupyterMessage['channel'] = 'shell', type = 'execute_request') {
  return createMessage({ channel, type, content: { code: '' }, id, session: 'page', date: DATE });
}

/** An answer to a kernel_info_request. */
export function kernelInfo(channel: JupyterMessage['channel'] = 'shell') {
  const language_info = { name: 'python', mimetype: 'text/x-python', version: '3.11.2' };
  return createMessage({
    channel,
    type: 'kernel_info_reply',
    content: { status: 'ok', language_info },
    id: 'info',
    session: 'kernel',
    date: DATE,
    parent: { msg_id: 'someone', msg_type: 'kernel_info_request' },
  });
}
