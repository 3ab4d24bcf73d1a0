import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The server's log: one JSON object a line. It never holds secrets: fields with telling names and `token=` parameters
 * are masked here, whoever logs.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;
export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

export type LogOptions = {
  file: string;
  /** Lowest level that is written. */
  level: LogLevel;
  /** The file is moved to `<file>.1` when it would grow beyond this. */
  maxBytes: number;
  /** How many moved files are kept. */
  keep: number;
  now: () => Date;
};

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const secretName = /token|secret|password|cookie|authorization|xsrf/i;
const mask = '[hidden]';

function maskText(text: string): string {
  return text
    .replace(/([?&](?:token|xsrf)=)[^&\s"']+/gi, `$1${mask}`)
    .replace(/\b(bearer|token) +[A-Za-z0-9._~+/=-]{16,}/gi, `$1 ${mask}`);
}

function clean(key: string, value: unknown): unknown {
  if (key !== '' && secretName.test(key)) return mask;
  if (value instanceof Error) return maskText(value.stack ?? value.message);
  return typeof value === 'string' ? maskText(value) : value;
}

function rotate(file: string, keep: number): void {
  rmSync(`${file}.${keep}`, { force: true });
  for (let n = keep - 1; n >= 0; n -= 1) {
    const from = n === 0 ? file : `${file}.${n}`;
    if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${file}.${n + 1}`);
  }
}

/** Makes a log in a file. A line that cannot be written is dropped: logging never stops the server. */
export function createLog(options: LogOptions): Log {
  const { file, level, maxBytes, keep, now } = options;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let dropped = 0;
  const write = (at: LogLevel) => (message: string, fields?: LogFields) => {
    if (order.indexOf(at) < order.indexOf(level)) return;
    const record = { time: now().toISOString(), level: at, message, ...fields };
    const line = `${JSON.stringify(dropped > 0 ? { ...record, dropped } : record, clean)}\n`;
    try {
      if (size > 0 && size + line.length > maxBytes) {
        rotate(file, keep);
        size = 0;
      }
      appendFileSync(file, line, { mode: 0o600 });
      size += Buffer.byteLength(line);
      dropped = 0;
    } catch {
      // The disk is full or the folder is gone; the next line that can be written says how many were lost.
      dropped += 1;
    }
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** A log that keeps nothing, for tests. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
