/** Outputs into the bytes of a notebook file; in a thread of its own where that takes long enough to be felt. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type CellResult, type Placing, recordCells } from './record-cells.ts';

export type RecordedBytes =
  /** `bytes` is null when the file says all of it already. */
  { bytes: Uint8Array | null; placings: ReadonlyMap<string, Placing> } | { problem: string };

/** What goes to the thread. */
export type RecordJob = { bytes: Uint8Array; results: readonly CellResult[] };

const largeBytes = 1024 * 1024;
/** Beside the built server; from sources it is not there, and everything runs in this thread. */
const workerFile = new URL('./record-worker.js', import.meta.url);

export function recordBytes(job: RecordJob): Promise<RecordedBytes> {
  const isLarge = job.bytes.length > largeBytes && existsSync(workerFile);
  return isLarge ? inThread(job) : Promise.resolve(recordNow(job));
}

export function recordNow({ bytes, results }: RecordJob): RecordedBytes {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { problem: 'The file is not UTF-8.' };
  }
  const recorded = recordCells(text, results);
  if ('problem' in recorded) return recorded;
  const isSame = recorded.text === text;
  return {
    bytes: isSame ? null : new TextEncoder().encode(recorded.text),
    placings: recorded.placings,
  };
}

function inThread(job: RecordJob): Promise<RecordedBytes> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, { workerData: job });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The thread that writes outputs ended with ${code}`)));
  });
}
