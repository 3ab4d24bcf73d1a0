import { useState } from 'react';
import type { AnyCommand, Keybinding } from '@/platform/contributions/contribution.ts';
import { conflictsOf, type KeyConflict, takeKeys } from '@/platform/keybindings/key-conflicts.ts';
import { refusalOf } from '@/platform/keybindings/refused-keys.ts';
import { formatKeys } from '@/platform/keybindings/keys.ts';
import { useServices } from '@/services/use-services.ts';
import { Button } from '@/ui/Button.tsx';
import { SelectField } from '@/ui/Field.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { KeyRecorder } from './KeyRecorder.tsx';
import type { ShortcutRow } from './shortcut-rows.ts';
import { places, placeValue, whereText } from './where-words.ts';
import styles from './Settings.module.css';

type KeyEditorProps = {
  row: ShortcutRow;
  /** Keys are added to those of the command, not put in the place of the line's. */
  isNew: boolean;
  /** What was done, in a sentence; null when nothing was. */
  onEnd: (done: string | null) => void;
};

/** Chooses keys and a place for one command, and says what is in the way before anything is kept. */
export function KeyEditor({ row, isNew, onEnd }: KeyEditorProps) {
  const { keybindings, commands } = useServices();
  const { isMac } = keybindings;
  const [keys, setKeys] = useState('');
  const [when, setWhen] = useState(row.binding ? row.binding.when : usualPlace(row.command));
  const { bindings } = keybindings.store.getState();
  const binding: Keybinding = { command: row.command, keys, ...(when ? { when } : {}) };
  const refusal = keys === '' ? null : refusalOf(keys, when, isMac);
  const conflicts = keys === '' || refusal !== null ? [] : conflictsOf(binding, bindings, isMac);
  const taken = conflicts.filter(({ kind }) => kind !== 'second');
  const canSave = keys !== '' && refusal === null;
  const titleOf = (id: string) => commands.all().find((one: AnyCommand<never>) => one.id === id)?.title ?? id;
  const save = () => {
    if (!canSave) return;
    const replaces = isNew ? undefined : (row.binding ?? undefined);
    keybindings.change(takeKeys(binding, { bindings, isMac, replaces }));
    const from = [...new Set(taken.map(({ command }) => titleOf(command)))];
    const done = `${formatKeys(keys, isMac)} now runs ${row.title}.`;
    onEnd(from.length > 0 ? `${done} Taken from ${from.join(', ')}.` : done);
  };
  const value = placeValue(when);
  const options = places.some((place) => place.value === value) ? places : [...places, { value, when }];
  return (
    <div className={styles['editor']} role="group" aria-label={`Keys of ${row.title}`}>
      <KeyRecorder
        label={`New keys of ${row.title}`}
        placeholder="Press the keys"
        keys={keys}
        isMac={isMac}
        onKeys={setKeys}
        onEnter={save}
        onEscape={() => onEnd(null)}
      />
      <SelectField
        label={`Where the keys of ${row.title} count`}
        isLabelHidden
        value={value}
        options={options.map((place) => ({ value: place.value, label: whereText(place.when) }))}
        onChange={(next) => setWhen(options.find((place) => place.value === next)?.when)}
      />
      <div className={styles['advice']} role="status">
        <Advice keys={keys} refusal={refusal} conflicts={conflicts} titleOf={titleOf} />
      </div>
      <span className={styles['buttons']}>
        <Button onClick={() => onEnd(null)}>Cancel</Button>
        <Button variant="primary" disabled={!canSave} onClick={save}>
          {taken.length > 0 ? 'Take the keys' : 'Save keys'}
        </Button>
      </span>
    </div>
  );
}

type AdviceProps = {
  keys: string;
  refusal: string | null;
  conflicts: readonly KeyConflict[];
  titleOf: (id: string) => string;
};

function Advice({ keys, refusal, conflicts, titleOf }: AdviceProps) {
  if (keys === '') return <span>A second press makes a chord of two. Escape leaves.</span>;
  if (refusal !== null) {
    return (
      <span className={styles['refusal']}>
        <Icon name="circle-alert" size={14} /> {refusal}
      </span>
    );
  }
  if (conflicts.length === 0) return <span>Free. Enter saves.</span>;
  return (
    <ul className={styles['conflicts']}>
      {conflicts.map(({ command, where, kind }) => (
        <li key={`${command} ${placeValue(where)}`} data-kind={kind}>
          <Icon name={kind === 'second' ? 'info' : 'triangle-alert'} size={14} />
          <span>
            {words[kind]} <strong>{titleOf(command)}</strong>, {whereText(where).toLowerCase()}.
          </span>
        </li>
      ))}
    </ul>
  );
}

const words: Readonly<Record<KeyConflict['kind'], string>> = {
  same: 'Now runs',
  chord: 'Shares its first press with',
  first: 'Goes first there:',
  second: 'These keys go before',
};

/** Most commands of a notebook belong to its two modes. */
function usualPlace(command: string): Keybinding['when'] {
  return command.startsWith('notebook.') ? ['notebook-command', 'notebook-edit'] : undefined;
}
