/** The thread of record-bytes.ts: one job, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { type RecordJob, recordNow } from './record-bytes.ts';

parentPort?.postMessage(recordNow(workerData as RecordJob));
