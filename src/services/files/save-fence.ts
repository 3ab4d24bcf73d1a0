/**
 * Saves of a document carry the number of its lease. The server refuses the number of an earlier writer; then the lease is
 * asked for again, and the save is sent once more: what is on disk by now is guarded by the save's own condition.
 */
import { ProblemError } from '@atelier-ide/contract';
import type { DocumentsService } from '../documents/documents-service.ts';

/** The header of a save, or none. */
export type SaveFence = Readonly<Record<string, string>>;

export async function withFence<T>(
  held: ReturnType<DocumentsService['leaseAt']>,
  send: (fence: SaveFence) => Promise<T>,
): Promise<T> {
  if (!held) return send({});
  const sendNow = async () => {
    const fence = await held.lease.fenceForSave();
    return send(fence === null ? {} : { 'X-Atelier-Fence': `${held.documentId}:${fence}` });
  };
  try {
    return await sendNow();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'lease-lost') throw error;
    held.lease.didLose();
    return sendNow();
  }
}
