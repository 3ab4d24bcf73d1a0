import type { Services } from '@/services/services.ts';
import { saveFile } from '@/ui/save-file.ts';
import type { SignOutAnswer, SignOutArgs } from './dialogs/SignOutDialog.tsx';

type Parts = Pick<Services, 'documents' | 'dialogs' | 'edits' | 'notifications' | 'session' | 'log'>;

/** Saves what is unsaved and signs out. What is in no file then is named first: kept, downloaded or deleted. */
export async function signOut(parts: Parts): Promise<void> {
  const { edits, session } = parts;
  await saveAll(parts);
  await edits.flush();
  const kept = (await edits.list()).map(({ path }) => path);
  const lost = parts.documents.sessions
    .all()
    .filter((one) => one.isDirty && !edits.holds(one.path) && !kept.includes(one.path))
    .map(({ path }) => path);
  const answer = await ask(parts, kept, lost);
  if (answer === null) return;
  await session.signOut();
  if (answer === 'delete') await edits.clear();
}

async function saveAll({ documents, log }: Parts): Promise<void> {
  for (const document of documents.sessions.all().filter((one) => one.isDirty)) {
    try {
      await document.save();
    } catch (error) {
      log.warn('A document was not saved before the sign-out', { error: String(error) });
    }
  }
}

async function ask(
  parts: Parts,
  kept: readonly string[],
  lost: readonly string[],
): Promise<SignOutAnswer | null> {
  if (kept.length > 0) {
    const args: SignOutArgs = { kept, lost, download: () => void download(parts, kept) };
    return parts.dialogs.show<SignOutArgs, SignOutAnswer>(() => import('./dialogs/SignOutDialog.tsx'), args);
  }
  if (lost.length === 0) return 'keep';
  const isSure = await parts.dialogs.confirm({
    title: 'Sign out without saving?',
    detail: 'These could not be saved. Their last edits are lost when you sign out.',
    items: lost,
    confirmLabel: lost.length === 1 ? 'Discard 1 document' : `Discard ${lost.length} documents`,
    danger: true,
  });
  return isSure ? 'keep' : null;
}

/** Each file as its author saw it last. */
async function download({ edits, notifications }: Parts, paths: readonly string[]): Promise<void> {
  try {
    // What writes notebooks is no part of the shell.
    const { keptText } = await import('@/services/edits/kept-text.ts');
    for (const path of paths) {
      const found = await edits.read(path);
      if (found) saveFile(path.slice(path.lastIndexOf('/') + 1), new Blob([keptText(found)]));
    }
  } catch (error) {
    notifications.error('The edits were not downloaded', error);
  }
}
