import { Button } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import type { OpenProblem as Problem } from '../session/notebook-store.ts';
import { GoneEdits } from '../recovery/GoneEdits.tsx';
import { useNotebook } from './use-notebook.ts';

/** What is wrong with the file, and what can be done instead. */
export function OpenProblem({ problem }: { problem: Problem }) {
  const { session, services } = useNotebook();
  const { path } = session;
  const openAsText = () =>
    services.tabs.open({
      kind: 'editor',
      key: path,
      title: path.slice(path.lastIndexOf('/') + 1),
      tooltip: path,
    });
  const download = async () => {
    try {
      const link = document.createElement('a');
      link.href = await services.files.downloadUrl(path);
      link.download = path.slice(path.lastIndexOf('/') + 1);
      link.click();
    } catch (error) {
      services.notifications.error('The file was not downloaded', error);
    }
  };
  return (
    <EmptyState
      icon="circle-alert"
      title={problem.title}
      action={
        <span className="at-problem-actions">
          {problem.canOpenAsText ? <Button onClick={openAsText}>Open as text</Button> : null}
          {problem.canDownload ? <Button onClick={() => void download()}>Download</Button> : null}
          {problem.canRetry ? <Button onClick={() => void session.open()}>Try again</Button> : null}
        </span>
      }
    >
      {problem.detail}
      <GoneEdits />
    </EmptyState>
  );
}
