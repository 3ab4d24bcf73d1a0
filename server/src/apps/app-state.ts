import type { App, AppStatus, Phase, PhaseName } from '@atelier-ide/contract';

/**
 * The state machine of an app, pure. Whoever changes an app goes through `changeApp`, so that no order of create,
 * cancel, crash and delete can show a client a step that the contract does not list.
 */
const nextStatuses: Record<AppStatus, readonly AppStatus[]> = {
  Pending: ['InService', 'Failed', 'Deleting'],
  InService: ['Deleting', 'Failed'],
  Deleting: ['Deleted', 'Failed'],
  Failed: ['Deleting'],
  Deleted: [],
};

export type AppFailure = NonNullable<App['failure']>;

/** Everything that can happen to an app. */
export type AppChange =
  | { kind: 'phase'; name: PhaseName; typicalMs: number | undefined }
  | { kind: 'in-service'; baseUrl: string; identity: App['identity'] }
  | { kind: 'failed'; failure: AppFailure }
  | { kind: 'deleting'; reason: string }
  | { kind: 'deleted'; reason: string }
  | { kind: 'active' }
  | { kind: 'health'; health: App['health'] };

/** A step that the contract does not list: a fault of ours, never of the caller. */
export class IllegalStepError extends Error {
  override readonly name = 'IllegalStepError';
}

/** Whether the contract lists this step. */
export function canBecome(from: AppStatus, to: AppStatus): boolean {
  return nextStatuses[from].includes(to);
}

/** Pending or InService: what a create for the same request returns, and what counts towards the limit. */
export function isLive(app: App): boolean {
  return app.status === 'Pending' || app.status === 'InService';
}

function endPhases(phases: readonly Phase[], at: string): Phase[] {
  return phases.map((phase) => (phase.endedAt === undefined ? { ...phase, endedAt: at } : phase));
}

function step(app: App, to: AppStatus, reason: string | undefined, at: string): App {
  if (!canBecome(app.status, to))
    throw new IllegalStepError(`App ${app.id} cannot go from ${app.status} to ${to}.`);
  const { phase: _phase, endpoint: _endpoint, failure: _failure, reason: _reason, ...kept } = app;
  return {
    ...kept,
    status: to,
    phases: endPhases(app.phases, at),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The app after a change. `at` is the instant of the change. Throws `IllegalStepError`. */
export function changeApp(app: App, change: AppChange, at: string): App {
  switch (change.kind) {
    case 'phase': {
      if (app.status !== 'Pending')
        throw new IllegalStepError(`App ${app.id} is ${app.status} and has no phase.`);
      const begun: Phase = {
        name: change.name,
        startedAt: at,
        ...(change.typicalMs === undefined ? {} : { typicalMs: change.typicalMs }),
      };
      return { ...app, phase: change.name, phases: [...endPhases(app.phases, at), begun] };
    }
    case 'in-service':
      return {
        ...step(app, 'InService', undefined, at),
        endpoint: { baseUrl: change.baseUrl },
        identity: change.identity,
        lastActivity: at,
      };
    case 'failed':
      return { ...step(app, 'Failed', change.failure.message, at), failure: change.failure };
    case 'deleting':
      return step(app, 'Deleting', change.reason, at);
    case 'deleted':
      return step(app, 'Deleted', change.reason, at);
    case 'active':
      return { ...app, lastActivity: at };
    case 'health':
      return { ...app, health: change.health };
  }
}
