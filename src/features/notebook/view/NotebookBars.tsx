import { memo, useState } from 'react';
import { Bar } from '@/ui/Bar.tsx';
import { AwayBars } from '../away/AwayBars.tsx';
import { DiskBar } from '../conflict/DiskBar.tsx';
import { FailedBar } from '../conflict/FailedBar.tsx';
import { RecoveryBar } from '../recovery/RecoveryBar.tsx';
import { FormatBar } from './FormatBar.tsx';
import { KernelBar } from './KernelBar.tsx';
import { KernelQuestions } from './KernelQuestions.tsx';
import { StartBar } from './StartBar.tsx';
import { useNotebookState } from './use-notebook.ts';

/** Lines below the toolbar: a start, a conflict, a failed save, a dead kernel, odd things of the file. */
export const NotebookBars = memo(function NotebookBars() {
  return (
    <>
      <FormatBar />
      <StartBar />
      <DiskBar />
      <FailedBar />
      <RecoveryBar />
      <AwayBars />
      <KernelBar />
      <KernelQuestions />
      <NotesBar />
    </>
  );
});

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
