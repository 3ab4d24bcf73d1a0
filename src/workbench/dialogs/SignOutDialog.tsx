import type { DialogProps } from '@/platform/dialogs/dialog-service.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import styles from './dialogs.module.css';

export type SignOutArgs = {
  /** Files whose edits this browser keeps. */
  kept: readonly string[];
  /** Files whose edits nothing keeps. */
  lost: readonly string[];
  download(): void;
};

export type SignOutAnswer = 'keep' | 'delete';

/** What becomes of edits that are in no file when somebody signs out. */
export function View(props: DialogProps<SignOutArgs, SignOutAnswer>) {
  const { args } = props;
  const { kept, lost } = args;
  const count = kept.length === 1 ? '1 file has' : `${kept.length} files have`;
  return (
    <Dialog
      title={`${count} edits that are not saved`}
      role="alertdialog"
      size={640}
      onClose={() => props.close(null)}
      footerStart={
        <Button size="lg" onClick={() => args.download()}>
          Download edits
        </Button>
      }
      actions={
        <>
          <Button size="lg" onClick={() => props.close(null)}>
            Cancel
          </Button>
          <Button size="lg" variant="danger" onClick={() => props.close('delete')}>
            Delete and sign out
          </Button>
          <Button size="lg" variant="primary" data-autofocus onClick={() => props.close('keep')}>
            Keep and sign out
          </Button>
        </>
      }
    >
      <p className={styles['detail']}>
        Kept edits are back when you sign in here again. Whoever else signs in does not get them.
      </p>
      <Files paths={kept} />
      {lost.length > 0 && (
        <>
          <p className={styles['detail']}>
            The browser does not keep these. Their edits are lost either way.
          </p>
          <Files paths={lost} />
        </>
      )}
    </Dialog>
  );
}

function Files({ paths }: { paths: readonly string[] }) {
  return (
    <ul className={styles['items']}>
      {paths.map((path) => (
        <li key={path}>{path}</li>
      ))}
    </ul>
  );
}
