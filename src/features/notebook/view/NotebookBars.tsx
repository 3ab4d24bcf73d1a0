import { memo, useState } from 'react';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import type { SaveState } from '../session/notebook-store.ts';
import { RecoveryBar } from '../recovery/RecoveryBar.tsx';
import { FormatBar } from './FormatBar.tsx';
import { copyName, downloadText } from './download-text.ts';
import { KernelBar } from './KernelBar.tsx';
import { KernelQuestions } from './KernelQuestions.tsx';
import { StartBar } from './StartBar.tsx';
import { useNotebook, useNotebookState } from './use-notebook.ts';

/** Lines below the toolbar: a start, a conflict, a failed save, a dead kernel, odd things of the file. */
export const NotebookBars = memo(function NotebookBars() {
  const conflict = useNotebookState(({ save }) => (save.kind === 'conflict' ? save : null));
  const failed = useNotebookState(({ save }) => (save.kind === 'failed' ? save : null));
  return (
    <>
      <FormatBar />
      <StartBar />
      {conflict ? <ConflictBar save={conflict} /> : null}
      {failed ? <FailedBar save={failed} /> : null}
      <RecoveryBar />
      <KernelBar />
      <KernelQuestions />
      <NotesBar />
    </>
  );
});

type Conflict = Extract<SaveState, { kind: 'conflict' }>;

/** The file was changed by somebody else. Whatever is chosen, the other version can still be had. */
function ConflictBar({ save: { disk, since } }: { save: Conflict }) {
  const { session, services } = useNotebook();
  const { path, saver } = session;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const offer = (title: string, detail: string, label: string, give: () => void) =>
    services.notifications.info(title, detail, [{ label, run: give }]);

  const keepMine = async () => {
    await saver.keepMine();
    if (session.store.getState().save.kind !== 'saved' || disk === null) return;
    offer(
      `Your version of ${name} was saved`,
      'The one that was on disk is kept until you leave this page.',
      'Download it',
      () => downloadText(copyName(path, 'from-disk'), disk.text),
    );
  };
  const load = () => {
    if (disk === null) return;
    const mine = saver.currentText();
    if (!session.takeFromDisk(disk.text, disk.hash)) {
      services.notifications.error(
        `${name} was not loaded`,
        new Error('The file on disk is no notebook any more. Your version stays here.'),
      );
      return;
    }
    offer(
      `${name} was loaded from disk`,
      'Your version is kept until you leave this page.',
      'Download it',
      () => downloadText(copyName(path, 'mine'), mine),
    );
  };
  return (
    <Bar
      tone="warn"
      role="region"
      icon="git-merge"
      label="Changes on disk"
      actions={
        <>
          {disk === null ? null : (
            <Button variant="primary" onClick={load}>
              Load from disk
            </Button>
          )}
          <Button onClick={() => void keepMine()}>{disk === null ? 'Save again' : 'Keep mine'}</Button>
          <Button onClick={() => downloadText(copyName(path, 'mine'), saver.currentText())}>
            Download mine
          </Button>
        </>
      }
    >
      <strong>{disk === null ? 'Removed on disk.' : 'Changed on disk.'}</strong>{' '}
      {disk === null
        ? `${name} was deleted or moved by another program. Your version stays here and is not saved.`
        : `Another program wrote ${name}, noticed at ${timeOf(since)}. Your edits stay here and are not saved until you choose.`}
    </Bar>
  );
}

type Failed = Extract<SaveState, { kind: 'failed' }>;

function FailedBar({ save }: { save: Failed }) {
  const { session } = useNotebook();
  return (
    <Bar
      tone="danger"
      role="alert"
      actions={
        <>
          <Button onClick={() => void session.saver.flush()}>Retry</Button>
          <Button onClick={() => downloadText(copyName(session.path, 'mine'), session.saver.currentText())}>
            Download
          </Button>
        </>
      }
    >
      <strong>{`${save.title}.`}</strong> {save.detail}
    </Bar>
  );
}

function NotesBar() {
  const notes = useNotebookState((state) => state.notes);
  const isWritable = useNotebookState((state) => state.isWritable);
  const [isHidden, setIsHidden] = useState(false);
  const words = isWritable
    ? notes
    : ['You may read this file, not write it. Edits stay on this page.', ...notes];
  if (words.length === 0 || isHidden) return null;
  return (
    <Bar tone="info" onDismiss={() => setIsHidden(true)}>
      {words.join(' ')}
    </Bar>
  );
}

function timeOf(ms: number): string {
  return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}
