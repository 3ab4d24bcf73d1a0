/** The file of a notebook: under another name, as another file, as it was. */
import { ProblemError, problem } from '@atelier-ide/contract';
import type { Services } from '@/services/services.ts';
import type { NotebookSession } from '../session/notebook-session.ts';

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** Writes the notebook as it is now to another file and opens that; this one stays as it is. */
export async function saveNotebookAs(session: NotebookSession, services: Services): Promise<void> {
  const { dialogs, files, tabs } = services;
  const path = await dialogs.prompt({
    title: 'Save as',
    label: 'Path in your home',
    initial: session.path.replace(/(\.ipynb)?$/i, '-copy.ipynb'),
    confirmLabel: 'Save',
    validate: (value) => pathProblem(value) ?? (value === session.path ? 'This is where it is now.' : null),
  });
  if (path === null) return;
  const text = session.saver.currentText();
  try {
    await files.writeText(path, text, 'new');
  } catch (error) {
    const isThere = error instanceof ProblemError && error.problem.code === 'changed-on-disk';
    if (!isThere) throw error;
    const isWanted = await dialogs.confirm({
      title: `Replace ${nameOf(path)}?`,
      detail: 'A file of this name is in the folder. Its content is replaced by this notebook.',
      confirmLabel: `Replace ${nameOf(path)}`,
      danger: true,
    });
    if (!isWanted) return;
    await files.writeText(path, text, 'any');
  }
  tabs.openPath(path);
}

export async function renameNotebook(session: NotebookSession, services: Services): Promise<void> {
  const { path } = session;
  const name = await services.dialogs.prompt({
    title: 'Rename notebook',
    label: 'Name',
    initial: nameOf(path),
    confirmLabel: 'Rename',
    validate: (value) => (value.includes('/') ? 'A name cannot contain /.' : pathProblem(value)),
  });
  if (name === null || name === nameOf(path)) return;
  await services.documents.move(path, folderOf(path) + name);
}

/** Takes the last checkpoint in place of the file. What was written since is lost, so it asks, and says from when it is. */
export async function revertNotebook(session: NotebookSession, services: Services): Promise<void> {
  const { files, dialogs } = services;
  const { path } = session;
  const checkpoint = await files.lastCheckpoint(path);
  if (!checkpoint) {
    throw new ProblemError(problem('not-found', 'It has no checkpoint yet. Every “Save” makes one.'));
  }
  const when = new Date(checkpoint.createdAt).toLocaleString();
  const isWanted = await dialogs.confirm({
    title: `Revert ${nameOf(path)} to its checkpoint?`,
    detail: `The checkpoint is of ${when}. What was changed since is lost; variables of the kernel stay.`,
    confirmLabel: 'Revert',
    danger: true,
  });
  if (!isWanted) return;
  await session.saver.flush();
  await files.restoreCheckpoint(path, checkpoint.id);
  await session.open();
}

function pathProblem(path: string): string | null {
  if (path.trim() === '') return 'Give a name.';
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'Give a path below your home, without / at its ends.';
  return path.toLowerCase().endsWith('.ipynb') ? null : 'The name of a notebook ends in .ipynb.';
}
