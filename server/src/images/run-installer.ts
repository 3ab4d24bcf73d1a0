import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { basename } from 'node:path';
import { whyInstallFailed } from './making-error.ts';
import type { MakingLog } from './making-log.ts';

/**
 * Runs a program in a process group of its own, below the priority of everything else. Descriptor 3 is a lifeline: when
 * this server goes, however it goes, its end of the pipe closes and the group is killed.
 */
const underLifeline = `
nice -n 10 "$@" 3<&- </dev/null &
child=$!
{ cat <&3 >/dev/null; kill -KILL 0; } >/dev/null 2>&1 &
wait "$child"
`;

export type InstallerRun = {
  command: readonly string[];
  cwd: string;
  env: Record<string, string>;
  log: MakingLog;
  signal: AbortSignal;
  /** The folder that people can do something about when it is full. */
  place: string;
};

type Ending = { code: number | null; signal: string | null };

/** A shell says 128 + n for a program that was ended by signal n. */
function endingOf(code: number | null, signal: string | null): Ending {
  if (code === null || code <= 128) return { code, signal };
  const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return name === undefined ? { code, signal } : { code: null, signal: name };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended.
  }
}

function runToEnd({ command, cwd, env, log, signal }: InstallerRun): Promise<Ending> {
  const output = log.descriptor();
  return new Promise<Ending>((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', underLifeline, 'install', ...command], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', output, output, 'pipe'],
    });
    const abort = (): void => killGroup(child.pid);
    signal.addEventListener('abort', abort, { once: true });
    const end = (): void => {
      signal.removeEventListener('abort', abort);
      // What the program left behind, and the watcher of the lifeline.
      killGroup(child.pid);
    };
    child.once('error', (error) => {
      end();
      reject(error);
    });
    child.once('exit', (code, name) => {
      end();
      resolve(endingOf(code, name));
    });
  }).finally(() => closeSync(output));
}

/** Runs one command of a making; its output goes to the log. Rejects with a `MakingError` in words. */
export async function runInstaller(run: InstallerRun): Promise<void> {
  const { command, log, signal, place } = run;
  signal.throwIfAborted();
  log.line(`$ ${command.join(' ')}`);
  const before = await log.read();
  const ending = await runToEnd(run);
  signal.throwIfAborted();
  if (ending.code === 0) return;
  const after = await log.read();
  const said = after.text.slice(Math.max(0, before.text.length - after.cutBytes));
  throw whyInstallFailed(basename(command[0] ?? ''), ending, said, place);
}
