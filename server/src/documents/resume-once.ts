/**
 * Apps may have outlived an earlier server: their kernels, and what documents run on them, are found again once they
 * answer. An app that does not answer is asked again, ever more seldom, for as long as it is there. When all have
 * answered or gone, what is still open of the earlier server has ended.
 */
import type { AppService } from '../apps/app-service.ts';
import { deferred } from '../apps/deferred.ts';
import type { AdoptedApp } from '../apps/take-over-apps.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { Log } from '../log.ts';
import type { KernelDeaths } from '../usage/kernel-deaths.ts';
import type { User } from '../studio/user.ts';
import type { DocumentService } from './document-service.ts';

const againMs = 2000;
const mostMs = 60_000;
/** For an app that hangs; others answer within a few ms. */
const patienceMs = 2000;

export type ResumeParts = {
  apps: Pick<AppService, 'onDidChange' | 'ownerOf' | 'list'>;
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

function isInService(apps: Pick<AppService, 'list'>, user: User, appId: string): boolean {
  return apps.list(user).some(({ id, status }) => id === appId && status === 'InService');
}

type Asking = {
  ask: () => Promise<void>;
  /** False when the app has ended: nobody will answer. */
  isThere: () => boolean;
  log: ResumeParts['log'];
  /** After each attempt, whatever came of it. */
  didAsk?: () => void;
  didAnswer: () => void;
  didGo: () => void;
};

/** Asks until it is answered, or the app has gone; neither is told after the stop. */
function untilAnswered({ ask, isThere, log, didAsk, didAnswer, didGo }: Asking): Stop {
  let again: NodeJS.Timeout | undefined;
  let waitMs = againMs;
  let isOver = false;
  const attempt = async (): Promise<void> => {
    try {
      await ask();
      if (!isOver) didAnswer();
    } catch (error) {
      if (isOver) return;
      if (!isThere()) return didGo();
      log.warn('Kernels of an earlier server were not found again yet', { error });
      again = setTimeout(() => void attempt(), waitMs);
      waitMs = Math.min(waitMs * 2, mostMs);
    } finally {
      didAsk?.();
    }
  };
  void attempt();
  return () => {
    isOver = true;
    clearTimeout(again);
  };
}

/** The one app of a server that is not ours, once it is there; when it goes before it answers, the one after it. */
export function resumeOnce(parts: ResumeParts): Stop {
  const { apps, documents, log } = parts;
  const listen = (): Stop => {
    const stop = apps.onDidChange((app) => {
      const owner = app.status === 'InService' ? apps.ownerOf(app.id) : undefined;
      if (!owner) return;
      stop();
      stopNow = untilAnswered({
        ask: () => documents.resume(owner, app.id),
        isThere: () => isInService(apps, owner, app.id),
        log,
        didAnswer: () => settle(parts, [owner]),
        didGo: () => (stopNow = listen()),
      });
    });
    return stop;
  };
  let stopNow = listen();
  return () => stopNow();
}

export type ResumeAdoptedParts = Omit<ResumeParts, 'apps'> & {
  apps: Pick<AppService, 'list'>;
  kernels: Pick<KernelService, 'list' | 'resumeAll'>;
  adopted: readonly AdoptedApp[];
  deaths: Pick<KernelDeaths, 'noteBefore'>;
};

export type Resuming = {
  stop: Stop;
  /**
   * Resolves when every app was asked once, or has not answered for a while: until then documents say of kernels that
   * run that they have ended, which nobody should be told.
   */
  whenAsked: Promise<unknown>;
};

/** Apps of our own that an earlier server started. */
export function resumeAdopted(parts: ResumeAdoptedParts): Resuming {
  const { adopted, apps, kernels, documents, deaths, log } = parts;
  let open = adopted.length;
  const didFinish = (): void => {
    open -= 1;
    if (open > 0) return;
    settle(
      parts,
      adopted.map(({ user }) => user),
    );
  };
  const asked: Promise<void>[] = [];
  const stops = adopted.map(({ user, appId }) => {
    const { promise, resolve } = deferred();
    asked.push(promise);
    return untilAnswered({
      ask: async () => {
        await deaths.noteBefore(user, appId);
        await kernels.resumeAll(user, appId);
        await documents.resume(user, appId);
      },
      isThere: () => isInService(apps, user, appId),
      log,
      didAsk: resolve,
      didAnswer: didFinish,
      didGo: didFinish,
    });
  });
  const { promise: late, resolve: giveUp } = deferred();
  const patience = setTimeout(giveUp, patienceMs);
  const whenAsked = Promise.race([Promise.all(asked), late]).finally(() => clearTimeout(patience));
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    whenAsked,
  };
}
