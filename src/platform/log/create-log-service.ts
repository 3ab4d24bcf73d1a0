import type { LogService } from './log-service.ts';

type Sink = Pick<Console, 'debug' | 'warn' | 'error'>;

/** Writes to the console, each line marked as ours. */
export function createLogService(sink: Sink = console): LogService {
  const tell = (level: keyof Sink, message: string, more: unknown) => {
    if (more === undefined) sink[level](`[atelier] ${message}`);
    else sink[level](`[atelier] ${message}`, more);
  };
  return {
    debug: (message, facts) => tell('debug', message, facts),
    warn: (message, facts) => tell('warn', message, facts),
    error: (message, error) => tell('error', message, error),
  };
}
