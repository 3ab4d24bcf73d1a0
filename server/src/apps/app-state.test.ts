import type { App, AppStatus } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { type AppChange, canBecome, changeApp, IllegalStepError } from './app-state.ts';

const t0 = '2026-01-01T00:00:00.000Z';
const t1 = '2026-01-01T00:00:01.000Z';
const statuses: AppStatus[] = ['Pending', 'InService', 'Deleting', 'Failed', 'Deleted'];

function app(status: AppStatus): App {
  return {
    id: 'a',
    type: 'KernelGateway',
    status,
    health: 'ok',
    phases: [],
    imageId: 'base',
    instanceId: 'i',
    instanceType: 'ml.t3.medium',
    identity: { uid: null, gid: null, mountPath: '/' },
    createdAt: t0,
    lastActivity: null,
  };
}

const identity = { uid: 1, gid: 2, mountPath: '/home/ann' };
const changes: Partial<Record<AppStatus, AppChange>> = {
  InService: { kind: 'in-service', baseUrl: '/jupyter/ann/a/', identity },
  Failed: { kind: 'failed', failure: { code: 'x', message: 'It failed.' } },
  Deleting: { kind: 'deleting', reason: 'Shut down.' },
  Deleted: { kind: 'deleted', reason: 'Shut down.' },
};

describe('the state machine of an app', () => {
  it('allows exactly the steps of the contract [A2]', () => {
    const allowed = statuses.flatMap((from) =>
      statuses.filter((to) => canBecome(from, to)).map((to) => `${from} → ${to}`),
    );
    expect(allowed).toEqual([
      'Pending → InService',
      'Pending → Deleting',
      'Pending → Failed',
      'InService → Deleting',
      'InService → Failed',
      'Deleting → Failed',
      'Deleting → Deleted',
      'Failed → Deleting',
    ]);
  });

  it('refuses every other step instead of showing it', () => {
    for (const from of statuses)
      for (const [to, change] of Object.entries(changes) as [AppStatus, AppChange][]) {
        const run = (): App => changeApp(app(from), change, t1);
        if (canBecome(from, to)) expect(run().status).toBe(to);
        else expect(run).toThrow(IllegalStepError);
      }
  });

  it('closes the phase before and keeps its typical time', () => {
    const first = changeApp(app('Pending'), { kind: 'phase', name: 'queued', typicalMs: 40 }, t0);
    const second = changeApp(first, { kind: 'phase', name: 'server', typicalMs: undefined }, t1);
    expect(second.phase).toBe('server');
    expect(second.phases).toEqual([
      { name: 'queued', startedAt: t0, endedAt: t1, typicalMs: 40 },
      { name: 'server', startedAt: t1 },
    ]);
  });

  it('has an endpoint only in service, and a failure only when failed', () => {
    const up = changeApp(app('Pending'), changes.InService as AppChange, t1);
    expect(up).toMatchObject({ endpoint: { baseUrl: '/jupyter/ann/a/' }, identity, lastActivity: t1 });
    const failed = changeApp(up, changes.Failed as AppChange, t1);
    expect(failed).toMatchObject({ failure: { code: 'x' }, reason: 'It failed.' });
    expect(failed.endpoint).toBeUndefined();
    expect(changeApp(failed, changes.Deleting as AppChange, t1).failure).toBeUndefined();
  });
});
