import { useServices } from '@/services/use-services.ts';
import { Button } from '@/ui/Button.tsx';
import { dayTimeText } from '@/ui/day-time-text.ts';
import { saveFile } from '@/ui/save-file.ts';
import styles from './EditorView.module.css';
import type { TextSession } from './text-session.ts';

type GoneTextProps = { session: TextSession; name: string; time: number };

/** Edits of a file that is gone: they become a file again, here or on the person's machine. */
export function GoneText({ session, name, time }: GoneTextProps) {
  const services = useServices();
  const saveAgain = async () => {
    try {
      await session.saveKept();
    } catch (error) {
      services.notifications.error(`${name} was not saved`, error);
    }
  };
  return (
    <>
      <p>Edits of {dayTimeText(time)} that were not saved are kept in this browser.</p>
      <span className={styles['actions']}>
        <Button variant="primary" onClick={() => void saveAgain()}>
          Save as a new file
        </Button>
        <Button onClick={() => saveFile(name, new Blob([session.keptText]))}>Download the edits</Button>
      </span>
    </>
  );
}
