// `npm run fault-proxy -- --to <port of a server> [--port <port>]`: the proxy of the fault tests, by hand. It reads
// commands line by line; an unknown one prints the list.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import { at } from './lib/project.mjs';

const { values } = parseArgs({
  options: { to: { type: 'string' }, port: { type: 'string', default: '8790' } },
});
const target = Number(values.to);
if (!Number.isInteger(target) || target <= 0) {
  console.error('Say where requests go: --to <port of a server on 127.0.0.1>.');
  process.exit(2);
}
const { module: proxies } = await runnerImport(at('e2e/faults/fault-proxy.ts'));
const { module: commands } = await runnerImport(at('e2e/faults/commands.ts'));
const proxy = await proxies.startFaultProxy(Number(values.port));
proxy.aim(target);
console.log(`${proxy.origin} → http://127.0.0.1:${target}`);
console.log(`Start the server with --port ${target} --behind-proxy ${proxy.origin}.`);
console.log(commands.helpOfCommands);
for await (const line of createInterface({ input: process.stdin }))
  if (line.trim() !== '') console.log(commands.runCommand(proxy, line));
await proxy.stop();
