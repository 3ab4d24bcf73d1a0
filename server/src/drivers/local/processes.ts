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

/** Whether that very process runs; another one with its pid does not count. */
export async function isAlive({ pid, startTime }: ProcessName): Promise<boolean> {
  return (await startTimeOf(pid)) === startTime;
}

/** Sends the signal to exactly this process, if it is there. */
export async function signalProcess(name: ProcessName, signal: NodeJS.Signals): Promise<void> {
  if (!(await isAlive(name))) return;
  try {
    process.kill(name.pid, signal);
  } catch {
    // It went between the look and the signal.
  }
}

const lookMs = 20;

/** Resolves when this process, which is no child of ours, has gone. */
export async function whenGone(name: ProcessName): Promise<void> {
  while (await isAlive(name)) await sleep(lookMs);
}

/** TERM, then KILL after the grace, to exactly this process; resolves when it has gone. */
export async function endProcess(name: ProcessName, graceMs: number): Promise<void> {
  const late = setTimeout(() => void signalProcess(name, 'SIGKILL'), graceMs);
  await signalProcess(name, 'SIGTERM');
  await whenGone(name);
  clearTimeout(late);
}
