import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const patienceMs = 5000;

/**
 * Ends a Jupyter Server and, with it, its kernels; resolves when it is gone. Jupyter Server 2.21 never ends when the
 * signal meets a kernel that is being shut down: after 5 s it is killed.
 */
export async function endJupyter(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const hard = new AbortController();
  void setTimeout(patienceMs, undefined, { signal: hard.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await ended;
  hard.abort();
}
