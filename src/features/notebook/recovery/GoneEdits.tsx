import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { dayTimeText } from '@/ui/day-time-text.ts';
import { copyName, downloadText } from '../view/download-text.ts';
import { useNotebook } from '../view/use-notebook.ts';
import './recovery.css';

/** Edits of a file that is gone: they become a file again, here or on the person's machine. */
export function GoneEdits() {
  const { session, services } = useNotebook();
  const { recovery, path } = session;
  const note = useStore(recovery.store, (state) => state.note);
  if (note?.kind !== 'gone') return null;

  const saveAgain = async () => {
    try {
      await services.files.writeText(path, recovery.text(), 'new');
    } catch (error) {
      services.notifications.error(`${path} was not saved`, error);
      return;
    }
    await recovery.forget();
    await session.open();
  };
  return (
    <div className="at-gone-edits">
      Edits of {dayTimeText(note.time)} that were not saved are kept in this browser.
      <span className="at-problem-actions">
        <Button variant="primary" onClick={() => void saveAgain()}>
          Save as a new file
        </Button>
        <Button onClick={() => downloadText(copyName(path, 'mine'), recovery.text())}>
          Download the edits
        </Button>
      </span>
    </div>
  );
}
