import type { App } from '@atelier-ide/contract';
import type { RunningNode } from './running-tree.ts';
import { ageText } from './running-words.ts';

const phaseWords = {
  queued: 'waits in the queue',
  instance: 'starting the instance',
  image: 'preparing the image',
  server: 'starting the server',
  kernel: 'starting the kernel',
} as const;

/** What stands behind a name: the state in words, never the sign alone. */
export function detailOf(node: RunningNode, now: number): string {
  const { of, status, detail } = node;
  if (status === 'ending') return 'shutting down';
  switch (of.kind) {
    case 'kernel':
      return kernelDetail(node, now);
    case 'app':
    case 'server':
      return appDetail(of.app, detail, now);
    case 'instance':
      return status === 'starting' ? 'starting' : detail;
    default:
      return detail;
  }
}

function kernelDetail({ of, detail }: RunningNode, now: number): string {
  if (of.kind !== 'kernel' || of.kernel.state !== 'busy' || !of.run) return detail;
  const cell = of.run.cell === null ? 'busy' : `cell ${of.run.cell}`;
  return of.run.startedAt === null ? cell : `${cell}, ${ageText(now - of.run.startedAt)}`;
}

function appDetail(app: App, detail: string, now: number): string {
  const age = ageText(now - Date.parse(app.createdAt));
  if (app.status === 'Failed') return `failed: ${app.failure?.message ?? app.reason ?? 'no reason told'}`;
  if (app.status === 'Pending') return `${app.phase ? phaseWords[app.phase] : 'starting'}, ${age}`;
  if (app.health === 'unreachable') return 'does not answer';
  return app.type === 'JupyterServer' ? detail : `${detail}, ${age}`;
}
