import { useEffect, useRef, useState } from 'react';
import type { FileEntry } from '@/services/files/files-service.ts';
import type { FileActions } from './file-actions.ts';
import styles from './FileTree.module.css';

/** The name of a file, typed in its row. Enter renames, Escape leaves it; the stem is selected at first. */
export function RenameField({ entry, actions }: { entry: FileEntry; actions: FileActions }) {
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(entry.name);
  const problem = actions.renameProblem(entry.path, name);

  useEffect(() => {
    const dot = entry.type === 'directory' ? -1 : entry.name.lastIndexOf('.');
    input.current?.focus();
    input.current?.setSelectionRange(0, dot > 0 ? dot : entry.name.length);
  }, [entry]);

  const finish = () => {
    if (problem === null) void actions.rename(entry.path, name);
  };

  return (
    <input
      ref={input}
      className={styles['rename']}
      aria-label={`New name of ${entry.name}`}
      aria-invalid={problem !== null}
      title={problem ?? undefined}
      value={name}
      onChange={(event) => setName(event.target.value)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish();
        else if (event.key === 'Escape') actions.cancelRenaming();
      }}
      onBlur={() => (problem === null && name !== entry.name ? finish() : actions.cancelRenaming())}
    />
  );
}
