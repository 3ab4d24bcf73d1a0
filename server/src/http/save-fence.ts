/**
 * Saves of our pages name the document and the number that its lease gave them. A save with the number of an earlier
 * writer is refused before anything of it reaches the app; one without a number is only conditional on the file's hash.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { DocumentService } from '../documents/document-service.ts';
import type { User } from '../studio/user.ts';
import { fail } from './problem-response.ts';

export const fenceHeader = 'x-atelier-fence';

/** Rejects with `lease-lost`. */
export async function checkSaveFence(
  documents: Pick<DocumentService, 'checkFence'>,
  user: User,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const sent = headers[fenceHeader];
  if (sent === undefined) return;
  const [, documentId, fence] = /^([\w.-]{1,128}):(\d{1,15})$/.exec(String(sent)) ?? [];
  if (documentId === undefined)
    throw fail('bad-input', 'The header X-Atelier-Fence is <document id>:<number>.', { path: fenceHeader });
  await documents.checkFence(user, documentId, Number(fence));
}
