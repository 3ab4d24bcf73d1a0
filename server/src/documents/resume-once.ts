import type { AppService } from '../apps/app-service.ts';
import type { Log } from '../log.ts';
import type { User } from '../studio/user.ts';
import type { DocumentService } from './document-service.ts';

const againMs = 2000;
const mostMs = 60_000;

export type ResumeParts = {
  apps: Pick<AppService, 'onDidChange' | 'ownerOf'>;
  documents: Pick<DocumentService, 'resume'>;
  log: Pick<Log, 'warn'>;
};

/**
 * The one app may have outlived an earlier server: kernels of documents are found again once it is there. One that does
 * not answer is asked again, ever more seldom. The answer ends it.
 */
export function resumeOnce({ apps, documents, log }: ResumeParts): () => void {
  let again: NodeJS.Timeout | undefined;
  let waitMs = againMs;
  let isOver = false;
  const resume = async (owner: User, appId: string): Promise<void> => {
    try {
      await documents.resume(owner, appId);
    } catch (error) {
      if (isOver) return;
      log.warn('Kernels of an earlier server were not found again yet', { appId, error });
      again = setTimeout(() => void resume(owner, appId), waitMs);
      waitMs = Math.min(waitMs * 2, mostMs);
    }
  };
  const stop = apps.onDidChange((app) => {
    const owner = app.status === 'InService' ? apps.ownerOf(app.id) : undefined;
    if (!owner) return;
    stop();
    void resume(owner, app.id);
  });
  return () => {
    isOver = true;
    stop();
    clearTimeout(again);
  };
}
