import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { StartupError } from '../drivers/driver.ts';

/*
 * One server a data folder. The lock file names its holder by pid and start time, so a pid that was given to another
 * process after a crash does not keep the folder locked. It appears by `link`, which is atomic and never replaces.
 */

type Holder = { pid: number; started: string; nonce: string };

/** When a process started, as an opaque text; undefined when there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in parentheses and may hold blanks; state and start time come after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    // No such process.
    return undefined;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, started, nonce } = value as Partial<Record<keyof Holder, unknown>>;
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof nonce !== 'string') return undefined;
    return { pid, started, nonce };
  } catch {
    // Absent, or half written by a machine that went down: nobody holds it.
    return undefined;
  }
}

const isAlive = (holder: Holder): boolean => startOf(holder.pid) === holder.started;

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes the data folder for this process; the answer releases it. Throws a `StartupError` when a live server has it. */
export function lockDataFolder(dataDir: string): () => void {
  const file = join(dataDir, 'server.lock');
  const own: Holder = { pid: process.pid, started: startOf(process.pid) ?? '', nonce: randomUUID() };
  const draft = `${file}.${own.nonce}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (tryLink(draft, file))
        return () => {
          if (readHolder(file)?.nonce === own.nonce) rmSync(file, { force: true });
        };
      const holder = readHolder(file);
      if (holder && isAlive(holder)) {
        throw new StartupError(
          `Another Atelier server (process ${holder.pid}) uses the data folder ${dataDir}. Stop it, or give another folder with --data.`,
        );
      }
      // Moved away before it is judged once more: two servers that start at once cannot both remove the new lock.
      const aside = `${file}.${randomUUID()}`;
      try {
        renameSync(file, aside);
      } catch {
        // Another starting server moved it first.
        continue;
      }
      const moved = readHolder(aside);
      if (moved && isAlive(moved)) tryLink(aside, file);
      rmSync(aside, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new StartupError(`The data folder ${dataDir} is being taken by another server. Start again.`);
}
