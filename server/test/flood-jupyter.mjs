// A Jupyter Server in a process of its own, for measures: one kernel that answers at once, and floods when it is asked to
// run `flood <count> <bytes>`. Prints its port. Frames of a flood are made before they are sent.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const protocol = 'v1.kernel.websocket.jupyter.org';
const kernel = { id: '11111111-2222-4333-8444-555555555555', name: 'flood', execution_state: 'idle' };
const text = (value) => Buffer.from(JSON.stringify(value));

function frame(channel, type, parent, content) {
  const header = {
    msg_id: `${Math.random()}`,
    msg_type: type,
    session: 'kernel',
    username: 'k',
    version: '5.3',
  };
  const parts = [
    Buffer.from(channel),
    text({ ...header, date: new Date().toISOString() }),
    text(parent),
    text({}),
    text(content),
  ];
  const start = 8 * (parts.length + 2);
  const offsets = [start];
  for (const part of parts) offsets.push(offsets.at(-1) + part.length);
  const head = Buffer.alloc(start);
  head.writeBigUInt64LE(BigInt(offsets.length));
  for (const [index, offset] of offsets.entries()) head.writeBigUInt64LE(BigInt(offset), 8 * (index + 1));
  return Buffer.concat([head, ...parts]);
}

function part(message, index) {
  const at = (n) => Number(message.readBigUInt64LE(8 * (n + 1)));
  return message.subarray(at(index), at(index + 1)).toString();
}

/** Sends portions, each once the one before has left. */
function flood(ws, parent, count, size) {
  const frames = Array.from({ length: 100 }, () =>
    frame('iopub', 'stream', parent, { name: 'stdout', text: `${'x'.repeat(size)}\n` }),
  );
  let sent = 0;
  const more = () => {
    while (sent < count && ws.bufferedAmount < 1_000_000) {
      ws.send(frames[sent % frames.length]);
      sent += 1;
    }
    if (sent < count) setImmediate(more);
    else {
      ws.send(frame('shell', 'execute_reply', parent, { status: 'ok', execution_count: 1 }));
      ws.send(frame('iopub', 'status', parent, { execution_state: 'idle' }));
    }
  };
  more();
}

function receive(ws, message) {
  const channel = part(message, 0);
  const header = JSON.parse(part(message, 1));
  if (header.msg_type === 'execute_request') {
    const [, count, size] = JSON.parse(part(message, 4)).code.split(' ');
    ws.send(frame('iopub', 'status', header, { execution_state: 'busy' }));
    flood(ws, header, Number(count), Number(size));
    return;
  }
  const reply = header.msg_type.replace('_request', '_reply');
  if (channel === 'shell') ws.send(frame('iopub', 'status', header, { execution_state: 'busy' }));
  ws.send(frame(channel, reply, header, { status: 'ok' }));
  if (channel === 'shell') ws.send(frame('iopub', 'status', header, { execution_state: 'idle' }));
}

const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  maxPayload: 1024 ** 3,
  handleProtocols: (names) => (names.has(protocol) ? protocol : false),
});
const http = createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json');
  if (request.method === 'POST') response.writeHead(201).end(JSON.stringify({ id: 's', path: 'a', kernel }));
  else response.end(JSON.stringify(request.url.includes('/sessions') ? [] : kernel));
});
http.on('upgrade', (request, socket, head) => {
  socket.setNoDelay(true);
  sockets.handleUpgrade(request, socket, head, (ws) => ws.on('message', (data) => receive(ws, data)));
});
http.listen(0, '127.0.0.1', () => process.stdout.write(`${http.address().port}\n`));
