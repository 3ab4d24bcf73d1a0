import { type App, ProblemError, problem } from '@atelier-ide/contract';
import type { AppBoard } from './app-board.ts';
import type { AppRecord } from './app-record.ts';

/** The end of the wait that this state of the app means: its app, a problem, or undefined to go on waiting. */
function outcome(app: App): App | ProblemError | undefined {
  switch (app.status) {
    case 'InService':
      return app;
    case 'Pending':
      return undefined;
    case 'Failed':
      return new ProblemError(
        problem(
          'app-not-running',
          app.failure?.message ?? 'The app failed. Start it again.',
          app.failure === undefined ? {} : { failure: app.failure },
        ),
      );
    case 'Deleting':
    case 'Deleted':
      return new ProblemError(problem('app-not-running', app.reason ?? 'The app was ended.'));
  }
}

/** Resolves when the app is InService; rejects with a problem when it never will be, or with the signal's reason. */
export function waitInService(board: AppBoard, record: AppRecord, signal?: AbortSignal): Promise<App> {
  return new Promise((resolve, reject) => {
    let stopListening: () => void = () => undefined;
    const handleAbort = (): void => settle(signal?.reason as Error);
    function settle(result: App | Error): void {
      stopListening();
      signal?.removeEventListener('abort', handleAbort);
      if (result instanceof Error) reject(result);
      else resolve(result);
    }
    if (signal?.aborted) return handleAbort();
    const now = outcome(record.app);
    if (now !== undefined) return settle(now);
    signal?.addEventListener('abort', handleAbort, { once: true });
    stopListening = board.onDidChange((app) => {
      if (app.id !== record.app.id) return;
      const result = outcome(app);
      if (result !== undefined) settle(result);
    });
  });
}
