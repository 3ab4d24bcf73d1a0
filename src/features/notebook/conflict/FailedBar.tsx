import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { copyName, downloadText } from '../view/download-text.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { failureWords } from './save-failure.ts';

/** A save that failed, until one has succeeded. */
export function FailedBar() {
  const { session } = useNotebook();
  const { saver, services } = session;
  const path = useNotebookState((state) => state.path);
  const failed = useNotebookState(({ save }) => (save.kind === 'failed' ? save : null));
  const isKept = useStore(services.edits.store, ({ unkept }) => !unkept.includes(path));
  if (!failed) return null;
  return (
    <Bar
      tone="danger"
      role="alert"
      actions={
        <>
          <Button onClick={() => void saver.flush()}>Retry</Button>
          <Button onClick={() => downloadText(copyName(path, 'mine'), saver.currentText())}>Download</Button>
        </>
      }
    >
      <strong>{`${failed.title}.`}</strong> {failureWords(failed, isKept)}
    </Bar>
  );
}
