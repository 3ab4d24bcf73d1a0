import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { SelectField, Switch } from '@/ui/Field.tsx';
import {
  type Flag,
  hasFlag,
  RAW_FORMATS,
  rawFormatOf,
  SLIDE_TYPES,
  slideTypeOf,
  withFlag,
  withRawFormat,
  withSlideType,
} from '../document/cell-properties.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { TagList } from './TagList.tsx';
import styles from './Inspector.module.css';

const MIXED = 'mixed';
const SLIDE_WORDS = {
  slide: 'Slide',
  subslide: 'Sub-slide',
  fragment: 'Fragment',
  skip: 'Skip',
  notes: 'Notes',
} as const;
const FLAGS: readonly { flag: Flag; label: string }[] = [
  { flag: 'hideSource', label: 'Hide input' },
  { flag: 'hideOutputs', label: 'Hide outputs' },
  { flag: 'editable', label: 'Editable' },
  { flag: 'deletable', label: 'Deletable' },
];

type CellPropertiesProps = { session: NotebookSession; cells: readonly NotebookCell[]; isLocked: boolean };

/** The properties that have a name; a change is made in all selected cells, in one step. */
export function CellProperties({ session, cells, isLocked }: CellPropertiesProps) {
  const { properties } = session;
  const isCode = cells.some((cell) => cell.type === 'code');
  const raw = cells.filter((cell) => cell.type === 'raw');
  return (
    <>
      <TagList session={session} cells={cells} isLocked={isLocked} />
      <Choice
        label="Slide type"
        values={cells.map(slideTypeOf)}
        options={SLIDE_TYPES.map((value) => ({ value, label: SLIDE_WORDS[value] }))}
        disabled={isLocked}
        onChange={(type) => properties.change(cells, (metadata) => withSlideType(metadata, type))}
      />
      {raw.length === 0 ? null : (
        <Choice
          label="Raw format"
          values={raw.map(rawFormatOf)}
          options={Object.entries(RAW_FORMATS).map(([value, label]) => ({ value, label }))}
          disabled={isLocked}
          onChange={(format) => properties.change(raw, (metadata) => withRawFormat(metadata, format))}
        />
      )}
      <div className={styles['flags']}>
        {FLAGS.filter(({ flag }) => isCode || flag !== 'hideOutputs').map(({ flag, label }) => {
          const able = cells.filter((cell) => flag !== 'hideOutputs' || cell.type === 'code');
          return (
            <Switch
              key={flag}
              label={label}
              isOn={able.every((cell) => hasFlag(cell, flag))}
              disabled={isLocked}
              onChange={(isOn) => properties.change(able, (metadata) => withFlag(metadata, flag, isOn))}
            />
          );
        })}
      </div>
    </>
  );
}

type ChoiceProps = {
  label: string;
  values: readonly string[];
  options: readonly { value: string; label: string }[];
  disabled: boolean;
  onChange: (value: string) => void;
};

/** One value for all; values of the file that are not known here are shown as they are. */
function Choice({ label, values, options, disabled, onChange }: ChoiceProps) {
  const [value = ''] = values;
  const isMixed = values.some((one) => one !== value);
  const isForeign = !isMixed && value !== '' && !options.some((one) => one.value === value);
  return (
    <SelectField
      label={label}
      value={isMixed ? MIXED : value}
      disabled={disabled}
      options={[
        { value: '', label: 'None' },
        ...options,
        ...(isForeign ? [{ value, label: value }] : []),
        ...(isMixed ? [{ value: MIXED, label: 'Mixed', disabled: true }] : []),
      ]}
      onChange={onChange}
    />
  );
}
