import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { Enforcement } from '@atelier-ide/contract';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { StartupError } from '../driver.ts';
import type { ProcessName } from './processes.ts';
import { ZygoteConnection, type ZygoteEvent } from './zygote-connection.ts';

const readyMs = 120_000;
const keptStderr = 8_192;

export type ZygoteOptions = {
  pythonExecutable: string;
  pythonDir: string;
  socketPath: string;
  logPath: string;
  /** How long apps live on when the server was killed; absent = the zygote's own. */
  orphanGraceSeconds?: number | undefined;
  /** Folders that go with the apps when nobody has taken them over in that time. */
  sweep: readonly string[];
  env: Record<string, string>;
  /** Gives up a start that is not ready yet. */
  signal: AbortSignal;
  onEvent: (event: ZygoteEvent) => void;
  /** Called once when it ends or its connection goes, with the cause in words. */
  onDidEnd: (cause: string) => void;
};

/** What a zygote says of itself once it listens; more than is read here. */
export type ZygoteAbout = ProcessName & {
  protocol: number;
  capabilities: { enforcement: Enforcement };
};

/** The protocol that is spoken here; one that speaks another is ended with its apps. */
export const zygoteProtocol = 2;

/** The running helper that forks apps. */
export type Zygote = {
  readonly pid: number;
  /** What holds instances to their size on this host. */
  readonly enforcement: Enforcement;
  request(verb: string, args?: object): Promise<unknown>;
  /** Ends all apps, then the zygote; resolves when the process is gone. */
  end(graceSeconds: number): Promise<void>;
};

type Exit = { code: number | null; signal: NodeJS.Signals | null };

const moduleMissing = (python: string, name: string): string =>
  `${python} has no module ${name}. Install server/python/requirements/server.txt into its environment.`;

/** Finds out in a moment what would otherwise show only when the first app starts. Throws `StartupError`. */
export async function checkInterpreter(python: string, env: Record<string, string>): Promise<void> {
  const script =
    'import importlib.util as u; print(*[m for m in ("jupyter_server", "jupyter_server_terminals") if not u.find_spec(m)])';
  try {
    const { stdout } = await promisify(execFile)(python, ['-s', '-c', script], { env, timeout: readyMs });
    const [missing] = stdout.trim().split(' ');
    if (missing) throw new StartupError(moduleMissing(python, missing));
  } catch (error) {
    if (error instanceof StartupError) throw error;
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT' || code === 'EACCES')
      throw new StartupError(`${python} cannot be run (${code}). Make its environment again.`);
    throw new StartupError(whyNotReady(stderr ?? '', undefined, python));
  }
}

function whyNotReady(stderr: string, exit: Exit | undefined, python: string): string {
  const lines = stderr.trim().split('\n');
  const last = lines.at(-1)?.trim() ?? '';
  const missing = /No module named '([\w.]+)'/.exec(stderr)?.[1];
  if (missing !== undefined) return moduleMissing(python, missing);
  if (last !== '') return `${python} could not start the helper that runs apps: ${last}`;
  const how = exit?.signal ?? (exit ? `exit code ${exit.code}` : `no answer within ${readyMs / 1_000} s`);
  return `${python} could not start the helper that runs apps (${how}). Make its environment again.`;
}

/** Waits for the line that says the zygote listens. */
function whenReady(child: ChildProcess, python: string, stderr: () => string): Promise<ZygoteAbout> {
  return new Promise((resolve, reject) => {
    const { stdout } = child;
    if (!stdout) throw new Error('The child has a stdout: it was spawned with a pipe.');
    const timer = setTimeout(() => fail(undefined), readyMs);
    const lines = createInterface({ input: stdout });
    function fail(exit: Exit | undefined, words?: string): void {
      clearTimeout(timer);
      lines.close();
      reject(new StartupError(words ?? whyNotReady(stderr(), exit, python)));
    }
    child.once('error', (error) => fail(undefined, `${python} cannot be run: ${error.message}.`));
    // 'close' comes after the last of stderr, which says why.
    child.once('close', (code, signal) => fail({ code, signal }));
    lines.once('line', (line) => {
      clearTimeout(timer);
      lines.close();
      try {
        resolve(JSON.parse(line) as ZygoteAbout);
      } catch {
        fail(undefined, `${python} answered something else than the helper that runs apps: ${line}`);
      }
    });
  });
}

/** The process of a zygote, whoever has started it. */
export type ZygoteProcess = {
  readonly pid: number;
  kill(): void;
  /** Resolves when it has gone, with what is known of how, ` (SIGKILL)`. */
  ended(): Promise<string>;
};

/** A connected zygote of either kind: what it is asked, and what its end means. */
export function createZygote(
  process: ZygoteProcess,
  enforcement: Enforcement,
  { connection, onDidEnd }: { connection: ZygoteConnection; onDidEnd: (cause: string) => void },
): Zygote {
  void connection.closed.then(async () => {
    // Without its connection it is of no use: it must not go on beside the next one.
    process.kill();
    onDidEnd(`The helper that runs apps ended${await process.ended()}.`);
  });
  return {
    pid: process.pid,
    enforcement,
    request: (verb, args_) => connection.request(verb, args_),
    async end(graceSeconds) {
      const late = setTimeout(() => process.kill(), (graceSeconds + 10) * 1_000);
      // It may be gone already; that is what is wanted.
      await connection.request('end', { graceSeconds }).catch(() => undefined);
      await process.ended();
      clearTimeout(late);
    },
  };
}

function argumentsOf({ socketPath, logPath, orphanGraceSeconds, sweep }: ZygoteOptions): string[] {
  const grace = orphanGraceSeconds === undefined ? [] : ['--orphan-grace', `${orphanGraceSeconds}`];
  const swept = sweep.flatMap((folder) => ['--sweep', folder]);
  const module = ['-s', '-m', 'atelier_jupyter.zygote', '--socket', socketPath];
  return [...module, '--parent-pid', `${process.pid}`, '--log', logPath, ...grace, ...swept];
}

/**
 * Starts a zygote and connects to it. It has a session of its own, so that a signal to our process group does not end
 * it before it has ended its apps. Rejects with `StartupError`.
 */
export async function startZygote(options: ZygoteOptions): Promise<Zygote & ProcessName> {
  const { pythonExecutable: python, pythonDir, socketPath, signal } = options;
  signal.throwIfAborted();
  const child = spawn(python, argumentsOf(options), {
    cwd: pythonDir,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderr);
  });
  let exit: Exit | undefined;
  const didExit = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      resolve();
    });
    child.once('error', () => resolve());
  });
  const giveUp = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', giveUp);
  try {
    const { capabilities, startTime } = await whenReady(child, python, () => stderr);
    signal.removeEventListener('abort', giveUp);
    const connection = await ZygoteConnection.connect(socketPath, options.onEvent);
    const process = {
      pid: child.pid ?? 0,
      kill: giveUp,
      ended: async () => {
        await didExit;
        return exit?.signal ? ` (${exit.signal})` : exit?.code ? ` (exit code ${exit.code})` : '';
      },
    };
    const { onDidEnd } = options;
    return { ...createZygote(process, capabilities.enforcement, { connection, onDidEnd }), startTime };
  } catch (error) {
    giveUp();
    signal.throwIfAborted();
    throw error;
  }
}
