import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { IconButton } from '@/ui/Button.tsx';
import { attachedImages } from '../document/attachments.ts';
import styles from './Inspector.module.css';

type AttachmentsProps = { cell: NotebookCell; isLocked: boolean; onRemove: (name: string) => void };

/** Images that the cell carries. One that its text no longer names stays until somebody removes it. */
export function Attachments({ cell, isLocked, onRemove }: AttachmentsProps) {
  return (
    <div role="group" aria-label="Attachments">
      <div className={styles['label']}>Attachments</div>
      <ul className={styles['attachments']}>
        {attachedImages(cell).map(({ name, bytes, isUsed }) => (
          <li key={name}>
            <span className={styles['name']}>{name}</span>
            <span className={styles['hint']}>{`${sizeOf(bytes)}${isUsed ? '' : ', not shown'}`}</span>
            <IconButton
              icon="trash-2"
              iconSize={14}
              label={`Remove attachment ${name}`}
              disabled={isLocked}
              onClick={() => onRemove(name)}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
