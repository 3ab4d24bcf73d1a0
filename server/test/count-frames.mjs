// A browser in a process of its own, for measures: attaches to the address it is given and prints `open`, then for each
// line it reads, a count, how many ms after the opening so many messages had come.
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const [, , url, protocol] = process.argv;
const ws = new WebSocket(url, [protocol], { perMessageDeflate: false, maxPayload: 1024 ** 3 });
let count = 0;
let goal = Infinity;
let since = 0;

function look() {
  if (count < goal) return;
  goal = Infinity;
  process.stdout.write(`${performance.now() - since}\n`);
}

ws.on('message', (_data, isBinary) => {
  if (!isBinary) return;
  count += 1;
  look();
});
ws.on('open', () => {
  since = performance.now();
  process.stdout.write('open\n');
});
createInterface({ input: process.stdin }).on('line', (line) => {
  goal = Number(line);
  look();
});
