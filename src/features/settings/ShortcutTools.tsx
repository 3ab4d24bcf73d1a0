import { Button, IconButton } from '@/ui/Button.tsx';
import { Checkbox, SearchField } from '@/ui/Field.tsx';
import { KeyRecorder } from './KeyRecorder.tsx';
import type { ShortcutQuery } from './shortcut-rows.ts';
import styles from './Settings.module.css';

type ShortcutToolsProps = {
  query: ShortcutQuery;
  isMac: boolean;
  hasChanged: boolean;
  onQuery: (query: ShortcutQuery) => void;
  onResetAll: () => void;
};

/** What is looked for, and the way back to the default keys. */
export function ShortcutTools({ query, isMac, hasChanged, onQuery, onResetAll }: ShortcutToolsProps) {
  return (
    <div className={styles['tools']}>
      {query.pressed === null ? (
        <SearchField
          label="Search shortcuts"
          placeholder="Name or keys"
          value={query.text}
          onChange={(text) => onQuery({ ...query, text })}
        />
      ) : (
        <KeyRecorder
          label="Keys to search for"
          placeholder="Press the keys to search for"
          keys={query.pressed}
          isMac={isMac}
          onKeys={(pressed) => onQuery({ ...query, pressed })}
          onEscape={() => onQuery({ ...query, pressed: null })}
        />
      )}
      <IconButton
        icon="keyboard"
        label="Search by pressing keys"
        isPressed={query.pressed !== null}
        onClick={() => onQuery({ ...query, text: '', pressed: query.pressed === null ? '' : null })}
      />
      <Checkbox
        label="Changed only"
        isOn={query.changedOnly}
        onChange={(changedOnly) => onQuery({ ...query, changedOnly })}
      />
      <span className={styles['space']} />
      <Button disabledReason={hasChanged ? null : 'No keys have been changed'} onClick={onResetAll}>
        Reset all
      </Button>
    </div>
  );
}
