import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, useId } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import styles from './Field.module.css';

type FieldFrame = {
  label: string;
  hint?: ReactNode;
  problem?: string | null | undefined;
  isLabelHidden?: boolean;
};

function Frame({
  id,
  label,
  hint,
  problem,
  isLabelHidden,
  children,
}: FieldFrame & { id: string; children: ReactNode }) {
  return (
    <div className={styles['field']}>
      <label htmlFor={id} className={isLabelHidden ? 'at-visually-hidden' : styles['label']}>
        {label}
      </label>
      {children}
      {problem ? (
        <p id={`${id}-hint`} className={styles['problem']} role="alert">
          <Icon name="circle-alert" size={14} /> {problem}
        </p>
      ) : (
        hint && (
          <div id={`${id}-hint`} className={styles['hint']}>
            {hint}
          </div>
        )
      )}
    </div>
  );
}

export type TextFieldProps = FieldFrame &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'onChange'> & {
    icon?: string;
    size?: never;
    isLarge?: boolean;
    onChange: (value: string) => void;
    ref?: Ref<HTMLInputElement>;
  };

/** One line of text with its label; `problem` is a sentence that says what to do. */
export function TextField({
  label,
  hint,
  problem,
  isLabelHidden = false,
  icon,
  isLarge,
  onChange,
  ...rest
}: TextFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem} isLabelHidden={isLabelHidden}>
      <span className={classNames(styles['box'], isLarge && styles['large'], problem && styles['invalid'])}>
        {icon && <Icon name={icon} size={14} />}
        <input
          type="text"
          autoComplete="off"
          spellCheck={false}
          {...rest}
          id={id}
          aria-label={label}
          aria-invalid={problem ? true : undefined}
          aria-describedby={hint || problem ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      </span>
    </Frame>
  );
}

export type Option = { value: string; label: string; disabled?: boolean; group?: string };

export type SelectFieldProps = FieldFrame &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className' | 'onChange' | 'size'> & {
    options: readonly Option[];
    isLarge?: boolean;
    isQuiet?: boolean;
    onChange: (value: string) => void;
  };

/** A choice: a native select, because it is right on every platform (docs/adr/0002). */
export function SelectField({
  label,
  hint,
  problem,
  isLabelHidden = false,
  options,
  isLarge,
  isQuiet,
  onChange,
  ...rest
}: SelectFieldProps) {
  const id = useId();
  const groups = [...new Set(options.map((option) => option.group))];
  const render = (option: Option) => (
    <option key={option.value} value={option.value} disabled={option.disabled}>
      {option.label}
    </option>
  );
  return (
    <Frame id={id} label={label} hint={hint} problem={problem} isLabelHidden={isLabelHidden}>
      <span
        className={classNames(
          styles['box'],
          styles['choice'],
          isLarge && styles['large'],
          isQuiet && styles['quiet'],
        )}
      >
        <select
          {...rest}
          id={id}
          aria-label={label}
          aria-describedby={hint || problem ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.value)}
        >
          {groups.map((group) => {
            const inGroup = options.filter((option) => option.group === group).map(render);
            return group ? (
              <optgroup key={group} label={group}>
                {inGroup}
              </optgroup>
            ) : (
              inGroup
            );
          })}
        </select>
        <Icon name={isQuiet ? 'chevron-down' : 'chevrons-up-down'} size={14} />
      </span>
    </Frame>
  );
}

export type SearchFieldProps = {
  label: string;
  value: string;
  placeholder?: string;
  icon?: 'search' | 'list-filter';
  isLarge?: boolean;
  onChange: (value: string) => void;
};

/** A filter or search text: named without a visible label; Escape empties it. */
export function SearchField({ value, icon = 'search', placeholder, onChange, ...rest }: SearchFieldProps) {
  return (
    <TextField
      {...rest}
      isLabelHidden
      icon={icon}
      value={value}
      placeholder={placeholder ?? rest.label}
      onChange={onChange}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || value === '') return;
        event.stopPropagation();
        event.preventDefault();
        onChange('');
      }}
    />
  );
}

type ToggleProps = { label: ReactNode; isOn: boolean; disabled?: boolean; onChange: (isOn: boolean) => void };

/** A choice that counts when the dialog is confirmed.
 * @public
 */
export function Checkbox({ label, isOn, disabled, onChange }: ToggleProps) {
  return (
    <label className={styles['toggle']}>
      <input
        type="checkbox"
        checked={isOn}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}

/** A lasting choice that works at once. */
export function Switch({ label, isOn, disabled, onChange }: ToggleProps) {
  return (
    <label className={styles['toggle']}>
      <input
        type="checkbox"
        role="switch"
        className={styles['switch']}
        checked={isOn}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
