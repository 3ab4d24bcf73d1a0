import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm run test:long` runs full counts and durations. */
export const isLong = process.env['ATELIER_LONG'] !== undefined;

/** What became of the lines that a cell printed. */
export type Count = { expected: number; lost: number; doubled: number; outOfOrder: number };

/** Prints numbered lines until a file is there, then how many they were. */
export function printUntil(file: string, everySeconds = 0.02): string {
  return [
    'import os, time',
    'n = 0',
    `while not os.path.exists("${file}"):`,
    '    print("line", n, flush=True)',
    '    n += 1',
    `    time.sleep(${everySeconds})`,
    'print("total", n)',
  ].join('\n');
}

/** Reads what `printUntil` has printed. */
export function countLines(text: string): Count {
  const numbers = [...text.matchAll(/^line (\d+)$/gm)].map((found) => Number(found[1]));
  const expected = Number(/^total (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  const once = new Set(numbers);
  return {
    expected,
    lost: expected - once.size,
    doubled: numbers.length - once.size,
    outOfOrder: numbers.filter((number, i) => i > 0 && number < (numbers[i - 1] ?? 0)).length,
  };
}

/** Chance that a seed repeats: `npm test` prints it, ATELIER_SEED sets it. */
export function createChance(name: string): () => number {
  const seed = Number(process.env['ATELIER_SEED'] ?? 1);
  let state = Buffer.from(name).reduce((sum, byte) => Math.imul(sum, 31) + byte, seed) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One row of the table of faults. */
export type FaultRow = Count & {
  row: string;
  fault: string;
  times: number;
  /** Longest time from the end of the fault until the line stood again. */
  recoverMs: number | null;
};

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/.cache/reports/faults');

/** Prints the row, and keeps it for the report of the long run. */
export function tell(row: FaultRow): void {
  const { fault, times, expected, lost, doubled, outOfOrder, recoverMs } = row;
  const time = recoverMs === null ? '' : `, back after at most ${Math.round(recoverMs)} ms`;
  process.stdout.write(
    `  fault ${row.row}, ${fault}, ${times} times: ${expected} lines, ${lost} lost, ${doubled} doubled, ${outOfOrder} out of order${time}\n`,
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${row.row} ${fault}`.replace(/\W+/g, '-') + '.json'), JSON.stringify(row));
}
