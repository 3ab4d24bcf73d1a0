import type { App, Environment, Image, InstanceType, Phase, PhaseName, Switch } from '@atelier-ide/contract';

/** What the bars of a start and of a switch say. Pure. */

export type StartFacts = Pick<App, 'instanceType' | 'phases' | 'phase' | 'typicalMs' | 'createdAt'>;

const before: readonly PhaseName[] = ['queued', 'instance', 'image', 'server'];

/**
 * The start of a kernel as its bar shows it, from `since` on. An app that runs already was no part of it: its steps
 * are behind us and took no time; what is left is the kernel.
 */
export function startFacts(app: App | undefined, instanceType: string | null, since: string): StartFacts {
  if (!app) return { instanceType, phases: [], createdAt: since };
  if (app.status !== 'InService') return app;
  const ended = app.phases.map((phase) => phase.endedAt ?? phase.startedAt).toSorted();
  const wasReady = ended.at(-1) ?? app.createdAt;
  if (app.phases.some((phase) => phase.name === 'kernel') && wasReady > since) return app;
  if (wasReady > since) {
    const kernel: Phase = { name: 'kernel', startedAt: wasReady };
    return { ...app, phase: 'kernel', phases: [...app.phases, kernel] };
  }
  const skipped: Phase[] = before.map((name) => ({ name, startedAt: since, endedAt: since }));
  const phases: Phase[] = [...skipped, { name: 'kernel', startedAt: since }];
  return { instanceType: app.instanceType, createdAt: since, phase: 'kernel', phases };
}

export type PlaceNames = { from: string; to: string };

/** What tells the two places of a switch apart: the instance types, else the images, else the kernels. */
export function placeNames({ from, to }: Pick<Switch, 'from' | 'to'>, images: readonly Image[]): PlaceNames {
  if (from.instanceType !== to.instanceType) {
    return { from: from.instanceType ?? 'the former app', to: to.instanceType ?? 'the new app' };
  }
  if (from.imageId !== to.imageId) {
    const name = (id: string | null) =>
      images.find((one) => one.id === id)?.displayName ?? 'the former image';
    return { from: name(from.imageId), to: name(to.imageId) };
  }
  const kernels = images.find((one) => one.id === from.imageId)?.kernels ?? [];
  const name = (id: string | null) =>
    kernels.find((one) => one.name === id)?.displayName ?? 'the former kernel';
  const names = { from: name(from.kernelName), to: name(to.kernelName) };
  return names.from === names.to ? { from: 'the former kernel', to: `a new ${names.to}` } : names;
}

/** A sentence of the system within one of ours: without its full stop, and small where it does not begin with a name. */
export function withinSentence(message: string): string {
  return message
    .trim()
    .replace(/[.!]+$/, '')
    .replace(/^(?:An?|It|Needs|No|The|There|This)\b/, (word) => word.toLowerCase());
}

/** `1 running cell`, `3 running cells`. */
export function runningCells(count: number): string {
  return count === 1 ? '1 running cell' : `${Math.max(count, 2)} running cells`;
}

/** Whether a kernel ended because memory ran out, by the words of its cause. */
export function isOutOfMemory(cause: string | null | undefined): boolean {
  return cause !== null && cause !== undefined && /out of memory/i.test(cause);
}

/**
 * The next larger type that can be had: the least memory above that of `name`, as many GPUs, one that launches fast
 * before one that does not.
 */
export function largerType(types: readonly InstanceType[], name: string | null): InstanceType | undefined {
  const now = types.find((one) => one.name === name);
  if (!now) return undefined;
  const fits = (one: InstanceType) =>
    one.available.ok && one.memoryGiB > now.memoryGiB && one.gpu === now.gpu && one.vcpu >= now.vcpu;
  const slow = (one: InstanceType) => Number(!one.fastLaunch);
  return types
    .filter(fits)
    .toSorted((a, b) => a.memoryGiB - b.memoryGiB || slow(a) - slow(b) || a.order - b.order)[0];
}

/** The newest app that failed to start for this environment: its log says why. */
export function failedApp(apps: readonly App[], { imageId, instanceType }: Environment): App | undefined {
  return apps
    .filter((one) => one.status === 'Failed' && one.imageId === imageId && one.instanceType === instanceType)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
}

/** The words of the end of a kernel: the fact; then the cell that it took along, what is gone, what is kept. */
export function endWords(cause: string, isDead: boolean, cell: number): { fact: string; rest: string } {
  const [first = cause, ...further] = cause.split(/(?<=[.!?])\s+/);
  const saysNew = /started again/.test(cause);
  const now = isDead ? 'Its variables are gone.' : saysNew ? '' : 'A new kernel runs, without the variables.';
  const rest = [
    cell > 0 ? `Cell ${cell} was running.` : '',
    ...further.filter((one) => !/are kept/.test(one)),
    now,
    'Your code, outputs and files are kept.',
  ];
  return { fact: /[.!?]$/.test(first) ? first : `${first}.`, rest: rest.filter(Boolean).join(' ') };
}
