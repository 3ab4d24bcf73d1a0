import { appendFileSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogText } from '@atelier-ide/contract';
import { readLogTail } from './log-tail.ts';

/** What is written while an image is made. Each making begins it anew. */
export class MakingLog {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  begin(): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(this.#file, '', { mode: 0o600 });
  }

  line(text: string): void {
    appendFileSync(this.#file, `${text}\n`);
  }

  /** A descriptor at the end of the log, for a program to write to; who opens it closes it. */
  descriptor(): number {
    return openSync(this.#file, 'a', 0o600);
  }

  async read(): Promise<LogText> {
    return (await readLogTail(this.#file)) ?? { text: '', cutBytes: 0 };
  }
}
