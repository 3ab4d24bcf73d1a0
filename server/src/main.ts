import { UsageError, parseCommandLine } from './command-line.ts';
import { type RunningServer, createServer } from './create-server.ts';
import { StartupError } from './drivers/driver.ts';
import { openBrowser } from './open-browser.ts';

/*
 * The command. Its standard output is an interface: exactly one line, `Ready: <sign-in link>`, when the server answers.
 * Exit codes: 0 ended by a signal, 1 cannot run here, 2 wrong command line.
 */

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

function endWith(code: number, error: unknown): never {
  const isPlain = error instanceof UsageError || error instanceof StartupError;
  const text =
    error instanceof Error ? (isPlain ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

/** The first signal ends everything in order, also during the start; a second one ends only what we started. */
function endOnSignals(starting: Promise<RunningServer>): void {
  let signals = 0;
  const end = async (): Promise<void> => {
    signals += 1;
    if (signals > 2) process.exit(1);
    try {
      const server = await starting;
      await (signals === 1 ? server.close() : server.closeNow());
    } catch (error) {
      endWith(1, error);
    }
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
}

/** A fault of ours: written down; one that may have left things half done ends the server in order. */
function endOnFaults(server: RunningServer): void {
  process.on('unhandledRejection', (error) => server.log.error('A promise was rejected unseen', { error }));
  process.on('uncaughtException', (error) => {
    server.log.error('An error was not caught; the server ends', { error });
    const end = (): never => endWith(1, error);
    server.close().then(end, end);
  });
}

async function main(): Promise<void> {
  const line = parseCommandLine(process.argv.slice(2), process.env);
  if ('help' in line) {
    say(line.help);
    return;
  }
  const { config, isOpening } = line;
  const starting = createServer(config);
  endOnSignals(starting);
  const server = await starting;
  endOnFaults(server);
  say(`Ready: ${server.loginUrl}`);
  if (!isOpening) return;
  openBrowser(server.loginUrl, (reason) => server.log.info('No browser was opened', { reason }));
}

main().catch((error: unknown) => endWith(error instanceof UsageError ? 2 : 1, error));
