import { useId, useState } from 'react';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { Icon } from '@/ui/Icon.tsx';
import { TextField } from '@/ui/Field.tsx';
import { readTags, suggestedTags, tagsOf, withoutTag, withTag } from '../document/cell-properties.ts';
import { cellsOf } from '../document/notebook-model.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import styles from './Inspector.module.css';

type TagListProps = { session: NotebookSession; cells: readonly NotebookCell[]; isLocked: boolean };

/** Tags of the selected cells, and a field for more. */
export function TagList({ session, cells, isLocked }: TagListProps) {
  const { properties, store } = session;
  const [text, setText] = useState('');
  const listId = useId();
  const tags = [...new Set(cells.flatMap(tagsOf))];
  const countOf = (tag: string) => cells.filter((cell) => tagsOf(cell).includes(tag)).length;

  const add = () => {
    const added = readTags(text);
    if (added.length > 0) properties.change(cells, (metadata) => added.reduce(withTag, metadata));
    setText('');
  };
  return (
    <div role="group" aria-label="Tags">
      <div className={styles['label']}>Tags</div>
      <TextField
        label="Add tag"
        isLabelHidden
        placeholder="Add a tag, then Enter"
        list={listId}
        value={text}
        disabled={isLocked}
        onChange={setText}
        onKeyDown={(event) => {
          if ((event.key !== 'Enter' && event.key !== ',') || event.nativeEvent.isComposing) return;
          event.preventDefault();
          add();
        }}
      />
      <datalist id={listId}>
        {suggestedTags(cellsOf(store.getState()), cells).map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      {tags.length === 0 ? null : (
        <ul className={styles['tags']} aria-label="Tags of the selected cells">
          {tags.map((tag) => (
            <li key={tag} className={styles['tag']}>
              <span>{tag}</span>
              {countOf(tag) < cells.length ? (
                <span className={styles['hint']}>{`${countOf(tag)} of ${cells.length}`}</span>
              ) : null}
              <button
                type="button"
                aria-label={`Remove tag ${tag}`}
                disabled={isLocked}
                onClick={() => properties.change(cells, (metadata) => withoutTag(metadata, tag))}
              >
                <Icon name="x" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
