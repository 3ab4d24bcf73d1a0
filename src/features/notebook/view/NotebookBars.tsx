import { memo, useState } from 'react';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { DiskBar } from '../conflict/DiskBar.tsx';
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
  const failed = useNotebookState(({ save }) => (save.kind === 'failed' ? save : null));
  return (
    <>
      <FormatBar />
      <StartBar />
      <DiskBar />
      {failed ? <FailedBar save={failed} /> : null}
      <RecoveryBar />
      <KernelBar />
      <KernelQuestions />
      <NotesBar />
    </>
  );
});

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
