import type { FaultProxy } from './fault-proxy.ts';

/** What the command line of the fault proxy understands; `/…/` at the end of a line picks connections by path. */
export const helpOfCommands = `cut                reset what is open now
half-open          let what is open now go dead without a word
close 1001         close open WebSockets with a code
refuse             reset everything, new connections too
blackhole          let nothing pass; it arrives when this is taken off
status 502         answer with a page of HTML
body-limit 1000000 answer 413 to larger bodies
slow 200 50000     delay in ms and bytes a second, for all connections together
heal               take everything off
/channels/         at the end of a line: only connections whose path fits`;

/** Does what a line of text says, and answers in words. */
export function runCommand(proxy: FaultProxy, line: string): string {
  const where = /\s\/(.+)\/\s*$/.exec(line);
  const [name = '', first, second] = line
    .slice(0, where?.index ?? line.length)
    .trim()
    .split(/\s+/);
  const fits = where?.[1] === undefined ? undefined : new RegExp(where[1]);
  const number = Number(first);
  switch (name) {
    case 'cut':
      return `${proxy.cut(fits)} cut`;
    case 'half-open':
      return `${proxy.halfOpen(fits)} dead`;
    case 'close':
      return `${proxy.close(number || 1001, fits)} closed`;
    case 'refuse':
    case 'blackhole':
      proxy.begin({ kind: name }, fits);
      return `${name}, until heal`;
    case 'status':
      proxy.begin({ kind: 'status', status: number || 502 }, fits);
      return `status ${number || 502}, until heal`;
    case 'body-limit':
      proxy.begin({ kind: 'body-limit', bytes: number || 1_000_000 }, fits);
      return `bodies of up to ${number || 1_000_000} bytes, until heal`;
    case 'slow':
      proxy.slow({ delayMs: number || 0, bytesPerSecond: Number(second) || Number.POSITIVE_INFINITY });
      return 'slow, until heal';
    case 'heal':
      proxy.heal();
      return 'healed';
    default:
      return helpOfCommands;
  }
}
