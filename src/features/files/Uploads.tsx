import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { Progress } from '@/ui/Meter.tsx';
import type { FileActions } from './file-actions.ts';
import { sizeText } from './file-icon.ts';
import type { FilesModel } from './files-model.ts';
import styles from './FilesView.module.css';

/** Uploads that run or failed; one that is done leaves the list, because its file is in the tree. */
export function Uploads({ model, actions }: { model: FilesModel; actions: FileActions }) {
  const uploads = useStore(model.store, (s) => s.uploads);
  if (uploads.length === 0) return null;
  return (
    <ul aria-label="Uploads" className={styles['uploads']}>
      {uploads.map((upload) => (
        <li key={upload.id} className={styles['upload']}>
          <span>{upload.name}</span>
          <span>
            {sizeText(upload.sent)} of {sizeText(upload.size)}
          </span>
          {upload.state === 'failed' && (
            <IconButton
              icon="x"
              label={`Dismiss ${upload.name}`}
              onClick={() => actions.dismissUpload(upload.id)}
            />
          )}
          {upload.state === 'failed' ? (
            <span className={styles['failed']}>Not uploaded. {upload.reason}</span>
          ) : (
            <Progress label={`Upload of ${upload.name}`} value={upload.sent} max={upload.size} />
          )}
        </li>
      ))}
    </ul>
  );
}
