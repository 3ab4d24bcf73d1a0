import { type App, problem, ProblemError } from '@atelier-ide/contract';
import { newNotebookText } from '@atelier-ide/core/notebook/new-notebook.ts';
import { writeNew } from '@/services/files/write-new.ts';
import type { Services } from '@/services/services.ts';

/** What the launcher makes. Each opens its tab and throws a problem where it fails. */

/** The folder new items go to: the one the file browser shows, else the home. */
export function targetFolder({ context }: Pick<Services, 'context'>): string {
  return context.store.getState().currentFolder ?? '';
}

export async function createNotebook(services: Services): Promise<void> {
  // The id of a cell in the file has at most 64 characters; eight are what other editors write.
  const text = newNotebookText(crypto.randomUUID().slice(0, 8));
  const names = { base: 'Untitled', extension: '.ipynb' };
  services.tabs.openPath(await writeNew(services.files, targetFolder(services), names, text));
}

export async function createFile(services: Services, extension: '.txt' | '.md' | '.py'): Promise<void> {
  const names = { base: 'untitled', extension };
  services.tabs.openPath(await writeNew(services.files, targetFolder(services), names, ''));
}

export async function openSystemTerminal(services: Services): Promise<void> {
  // The system terminal begins in the home, whatever the file browser shows: its promise is to be the user's own shell.
  const app = await services.compute.jupyterServer();
  const name = await services.terminals.create(app.id);
  openTerminalTab(services, { appId: app.id, name, where: 'system', title: `Terminal ${name}` });
}

/**
 * Opens a shell with the chosen image's programs. Starts (or shares) its app; `onStart` hears of the app while it
 * comes up. Cancelling it ends this with a problem.
 */
export async function openImageTerminal(services: Services, onStart: (app: App) => void): Promise<void> {
  const { compute } = services;
  const { imageId, instanceType } = compute.defaultEnvironment();
  const image = compute.store.getState().images.find((one) => one.id === imageId);
  if (!image)
    throw new ProblemError(problem('impossible', 'No image is chosen. Choose one in "Change environment".'));
  const started = await compute.createApp({
    type: 'KernelGateway',
    imageId: image.id,
    ...(instanceType === null ? {} : { instanceType }),
  });
  if (started.status === 'Pending') onStart(started);
  const app = await compute.whenInService(started.id);
  const name = await services.terminals.create(app.id, targetFolder(services));
  const where = app.instanceType === null ? image.displayName : `${image.displayName}, ${app.instanceType}`;
  openTerminalTab(services, { appId: app.id, name, where, title: where });
}

type TerminalTab = { appId: string; name: string; where: string; title: string };

function openTerminalTab(services: Services, { appId, name, where, title }: TerminalTab): void {
  services.tabs.open({
    kind: 'terminal',
    key: `${appId}/${name}`,
    title,
    tooltip: where === 'system' ? 'System terminal' : `Image terminal: ${where}`,
    ...(where === 'system' ? {} : { icon: 'box' }),
    area: 'bottom',
    state: { appId, name, where },
  });
}
