/**
 * Apps may have outlived an earlier server: their kernels, and what documents run on them, are found again once they
 * answer. An app that does not answer is asked again, ever more seldom. When all have answered, what is still open of
 * the earlier server has ended.
 */
import type { AppService } from '../apps/app-service.ts';
import type { AdoptedApp } from '../apps/take-over-apps.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { Log } from '../log.ts';
import type { KernelDeaths } from '../usage/kernel-deaths.ts';
import type { User } from '../studio/user.ts';
import type { DocumentService } from './document-service.ts';

const againMs = 2000;
const mostMs = 60_000;

export type ResumeParts = {
  apps: Pick<AppService, 'onDidChange' | 'ownerOf'>;
  documents: Pick<DocumentService, 'resume'>;
  kernels: Pick<KernelService, 'list'>;
  executions: Pick<ExecutionService, 'settleLeft'>;
  log: Pick<Log, 'warn'>;
};

type Stop = () => void;

function settle(
  { kernels, executions }: Pick<ResumeParts, 'kernels' | 'executions'>,
  users: readonly User[],
): void {
  executions.settleLeft(new Set(users.flatMap((user) => kernels.list(user)).map(({ id }) => id)));
}

/** Asks until it is answered; `didAnswer` is not called after the stop. */
function untilAnswered(ask: () => Promise<void>, log: ResumeParts['log'], didAnswer: () => void): Stop {
  let again: NodeJS.Timeout | undefined;
  let waitMs = againMs;
  let isOver = false;
  const attempt = async (): Promise<void> => {
    try {
      await ask();
      if (!isOver) didAnswer();
    } catch (error) {
      if (isOver) return;
      log.warn('Kernels of an earlier server were not found again yet', { error });
      again = setTimeout(() => void attempt(), waitMs);
      waitMs = Math.min(waitMs * 2, mostMs);
    }
  };
  void attempt();
  return () => {
    isOver = true;
    clearTimeout(again);
  };
}

/** The one app of a server that is not ours, once it is there. */
export function resumeOnce(parts: ResumeParts): Stop {
  const { apps, documents, log } = parts;
  let stopAsking: Stop | undefined;
  const stop = apps.onDidChange((app) => {
    const owner = app.status === 'InService' ? apps.ownerOf(app.id) : undefined;
    if (!owner) return;
    stop();
    const ask = (): Promise<void> => documents.resume(owner, app.id);
    stopAsking = untilAnswered(ask, log, () => settle(parts, [owner]));
  });
  return () => {
    stop();
    stopAsking?.();
  };
}

export type ResumeAdoptedParts = Omit<ResumeParts, 'apps'> & {
  kernels: Pick<KernelService, 'list' | 'resumeAll'>;
  adopted: readonly AdoptedApp[];
  deaths: Pick<KernelDeaths, 'noteBefore'>;
};

/** Apps of our own that an earlier server started. */
export function resumeAdopted(parts: ResumeAdoptedParts): Stop {
  const { adopted, kernels, documents, deaths, log } = parts;
  let open = adopted.length;
  const stops = adopted.map((app) =>
    untilAnswered(
      async () => {
        await deaths.noteBefore(app.user, app.appId);
        await kernels.resumeAll(app.user, app.appId);
        await documents.resume(app.user, app.appId);
      },
      log,
      () => {
        open -= 1;
        if (open === 0)
          settle(
            parts,
            adopted.map(({ user }) => user),
          );
      },
    ),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
