import { KernelConnection, type KernelMessage, ServerConnection } from '@jupyterlab/services';
import { encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeSockets } from '../fake-socket.ts';
import { answer, status, stream } from './fake-hub.ts';

/*
 * Why the line to a kernel is ours and not the library's KernelConnection (docs/adr/0005-kernel-line.md). Each of these
 * is a fact about @jupyterlab/services 7.6.6; when one fails after an update, the decision can be looked at again.
 */
function connect() {
  const sockets = createFakeSockets();
  const asked: string[] = [];
  const connection = new KernelConnection({
    model: { id: 'k', name: 'python3' },
    serverSettings: ServerConnection.makeSettings({
      baseUrl: 'http://studio.test/',
      wsUrl: 'ws://studio.test/',
      appUrl: '',
      token: '',
      appendToken: false,
      WebSocket: sockets.WebSocket,
      fetch: async (input) => {
        asked.push(input instanceof Request ? input.url : String(input));
        return Response.json({ id: 'k', name: 'python3', execution_state: 'idle' });
      },
    }),
  });
  const open = () => sockets.last().open('v1.kernel.websocket.jupyter.org');
  const receive = (message: JupyterMessage) => sockets.last().receive(encodeV1(message));
  return { sockets, connection, open, receive, asked };
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve));

beforeEach(() => {
  for (const level of ['debug', 'log', 'info', 'warn'] as const) vi.spyOn(console, level).mockReturnValue();
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what the library’s KernelConnection does with a journal', () => {
  it('takes a `dead` of the past for now: it disposes of itself', async () => {
    const { connection, open, receive } = connect();
    open();
    receive(status('dead', 'old'));
    await settle();
    expect(connection.isDisposed).toBe(true);
  });

  it('hands on nothing of a run of the kernel that another one followed in the same turn', async () => {
    const { connection, open, receive } = connect();
    open();
    const shown: unknown[] = [];
    connection.iopubMessage.connect((_, message: KernelMessage.IIOPubMessage) => {
      if ('text' in message.content) shown.push(message.content.text);
    });
    const display = answer('display_data', 'old', {
      data: { 'text/plain': 'first' },
      metadata: {},
      transient: { display_id: 'd' },
    });
    receive(display);
    receive({ ...stream('second run', 'new'), header: { ...stream('', 'new').header, session: 'kernel-2' } });
    const displayed: unknown[] = [];
    connection.iopubMessage.connect((_, message: KernelMessage.IIOPubMessage) => {
      displayed.push(message.header.msg_type);
    });
    await settle();
    expect(displayed).not.toContain('display_data');
    connection.dispose();
  });

  it('loses the text of numbers that JavaScript cannot hold', () => {
    const { connection, open, receive } = connect();
    open();
    const seen: unknown[] = [];
    connection.anyMessage.connect((_, { msg, direction }) => {
      if (direction === 'recv') seen.push(msg);
    });
    const message = answer('display_data', 'r', { data: { 'application/json': { a: 1 } }, metadata: {} });
    receive({ ...message, rawJson: { 'application/json': '{"a": 1.0}' } });
    expect(JSON.stringify(seen)).not.toContain('1.0');
    connection.dispose();
  });

  it('does not come back after close code 1001', async () => {
    const { sockets, connection, open } = connect();
    open();
    sockets.last().cut(1001);
    await settle();
    expect(connection.connectionStatus).toBe('disconnected');
    expect(sockets.all).toHaveLength(1);
    connection.dispose();
  });
});
