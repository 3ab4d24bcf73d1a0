import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Start of a process in ticks since boot: with the pid it names a process for ever. Undefined when it has gone. */
async function startTimeOf(pid: number): Promise<number | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not looked yet. Field 3 is the state, field 22 the start.
    return fields[0] === 'Z' ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}

export type ProcessName = { pid: number; startTime: number };

async function isAlive({ pid, startTime }: ProcessName): Promise<boolean> {
  return (await startTimeOf(pid)) === startTime;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It went between the look and the signal.
  }
}

/** TERM, then KILL after the grace, to exactly this process; resolves when it has gone. */
export async function endProcess(name: ProcessName, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  if (await isAlive(name)) send(name.pid, 'SIGTERM');
  while (await isAlive(name)) {
    if (Date.now() >= deadline) send(name.pid, 'SIGKILL');
    await sleep(20);
  }
}
