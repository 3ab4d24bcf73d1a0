import type { ConfirmRequest } from '@/platform/dialogs/dialog-service.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import styles from './dialogs.module.css';

type ConfirmProps = { request: ConfirmRequest; onAnswer: (isConfirmed: boolean) => void };

/** A question with two answers. For what cannot be undone the focus starts on Cancel. */
export function ConfirmDialog({ request, onAnswer }: ConfirmProps) {
  const { title, detail, confirmLabel, danger = false, items = [] } = request;
  return (
    <Dialog
      title={title}
      role="alertdialog"
      onClose={() => onAnswer(false)}
      actions={
        <>
          <Button size="lg" data-autofocus={danger || undefined} onClick={() => onAnswer(false)}>
            Cancel
          </Button>
          <Button size="lg" variant={danger ? 'dangerFilled' : 'primary'} onClick={() => onAnswer(true)}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <p className={styles['detail']}>{detail}</p>
      {items.length > 0 && (
        <ul className={styles['items']}>
          {items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
