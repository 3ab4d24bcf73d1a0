import type { Services } from '@/services/services.ts';

type Parts = Pick<Services, 'documents' | 'dialogs' | 'session' | 'log'>;

/** Saves what is unsaved and signs out. What could not be saved is named first. */
export async function signOut({ documents, dialogs, session, log }: Parts): Promise<void> {
  const unsaved: string[] = [];
  for (const document of documents.sessions.all().filter((one) => one.isDirty)) {
    try {
      await document.save();
    } catch (error) {
      log.warn('A document was not saved before the sign-out', { error: String(error) });
    }
    if (document.isDirty) unsaved.push(document.path);
  }
  const isSure =
    unsaved.length === 0 ||
    (await dialogs.confirm({
      title: 'Sign out without saving?',
      detail: 'These could not be saved. Their last edits are lost when you sign out.',
      items: unsaved,
      confirmLabel: unsaved.length === 1 ? 'Discard 1 document' : `Discard ${unsaved.length} documents`,
      danger: true,
    }));
  if (isSure) await session.signOut();
}
