import { ProblemError, type Switch } from '@atelier-ide/contract';
import type { Services } from '@/services/services.ts';

/** What else goes on in the app that a document left, in words; empty = nothing, so that the app can go as a whole. */
export async function othersIn(services: Services, done: Switch): Promise<string[]> {
  const { appId } = done.from;
  if (appId === undefined) return [];
  const { kernels } = services.compute.store.getState();
  const paths = done.old?.otherDocuments ?? [];
  const free = kernels.filter((one) => one.appId === appId && one.documentId === null);
  const kernelsOnly = free.filter((one) => one.id !== done.from.kernelId).length;
  const terminals = await terminalsOf(services, appId);
  return [
    ...paths.map((path) => `The kernel of ${path.split('/').at(-1)}`),
    ...(kernelsOnly === 0 ? [] : [counted(kernelsOnly, 'further kernel')]),
    ...terminals.map((name) => `Terminal ${name}`),
  ];
}

/**
 * Ends what a document ran on before its switch: the whole app where nothing else is in it, else its old kernel only,
 * after saying what is in the app.
 */
export async function stopFormer(services: Services, documentId: string): Promise<void> {
  const { compute, documents, kernels, dialogs, notifications } = services;
  const done = documents.store.getState().switches[documentId];
  const { appId, kernelId, instanceType } = done?.from ?? {};
  if (!done || appId === undefined) return;
  const others = await othersIn(services, done);
  const isShared = others.length > 0 || done.to.appId === appId;
  const where = instanceType ?? 'the former app';
  const name = done.notebookPath.split('/').at(-1) ?? done.notebookPath;
  if (others.length > 0) {
    const isConfirmed = await dialogs.confirm({
      title: `Stop the old kernel of ${name}?`,
      detail: `Its variables on ${where} are gone then. These go on there:`,
      items: others,
      confirmLabel: 'Stop 1 kernel',
      danger: true,
    });
    if (!isConfirmed) return;
  }
  try {
    if (!isShared) await compute.removeApp(appId);
    else if (kernelId !== undefined) await kernels.shutdown(appId, kernelId);
  } catch (error) {
    if (!isGone(error)) {
      notifications.error(`The old kernel on ${where} was not stopped`, error);
      return;
    }
  }
  documents.putAwaySwitch(documentId);
  notifications.success(
    isShared ? `The old kernel on ${where} was stopped.` : `${where} was stopped for ${name}.`,
  );
}

/** Somebody was faster. */
function isGone(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 404;
}

/** An app that no longer answers has no terminals that one could lose. */
async function terminalsOf({ terminals, log }: Services, appId: string): Promise<readonly string[]> {
  try {
    return await terminals.list(appId);
  } catch (error) {
    log.warn('Terminals of an app were not listed', { appId, error: String(error) });
    return [];
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
