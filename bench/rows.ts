import { appendFileSync } from 'node:fs';

/** One line of the table: the same thing measured at both, in the same unit. */
export type Row = {
  what: string;
  unit: 'ms' | 'kB' | 'MB' | 'nodes' | 'MiB' | 'frames';
  /** Every reading, in the order of the rounds. */
  ours: readonly number[];
  /** Empty where the peer has no such thing. */
  peer: readonly number[];
  bar: string;
};

/** Adds a line to the results of this run. `tools/bench.mjs` names the file and makes the table. */
export function record(row: Row): void {
  const file = process.env['ATELIER_BENCH_ROWS'];
  if (file === undefined) throw new Error('Run the measures by `npm run bench`.');
  appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** Rounds of each measure; a median of fewer than five says little. */
export const rounds = Number(process.env['ATELIER_BENCH_ROUNDS'] ?? 5);

/** Measures ours and the peer in turn, so that what else the machine does falls on both. */
export async function inTurn(
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<{ ours: number[]; peer: number[] }> {
  const result = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    result.ours.push(await ours());
    result.peer.push(await peer());
  }
  return result;
}
