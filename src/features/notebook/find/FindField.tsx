import type { KeyboardEvent, Ref } from 'react';
import { Icon } from '@/ui/Icon.tsx';
import { Tooltip } from '@/ui/Tooltip.tsx';
import type { FindOptions } from './find-query.ts';
import type { FindState, FindStore } from './find-store.ts';

const options: readonly { option: keyof FindOptions; sign: string; label: string }[] = [
  { option: 'isCase', sign: 'Aa', label: 'Match case' },
  { option: 'isWord', sign: 'ab', label: 'Whole word' },
  { option: 'isRegex', sign: '.*', label: 'Regular expression' },
];

type FindFieldProps = {
  find: FindStore;
  state: FindState;
  onKeyDown: (event: KeyboardEvent) => void;
  ref: Ref<HTMLInputElement>;
};

/** What is looked for, with the three switches that change its meaning inside the box. */
export function FindField({ find, state, onKeyDown, ref }: FindFieldProps) {
  return (
    <span className="at-find-box" data-invalid={state.problem === null ? undefined : true}>
      <Icon name="search" size={14} />
      <input
        ref={ref}
        type="text"
        aria-label="Find"
        aria-invalid={state.problem === null ? undefined : true}
        placeholder="Find"
        autoComplete="off"
        spellCheck={false}
        value={state.text}
        onChange={(event) => find.setState({ text: event.target.value })}
        onKeyDown={onKeyDown}
      />
      {options.map(({ option, sign, label }) => (
        <Tooltip key={option} text={label}>
          <button
            type="button"
            aria-label={label}
            aria-pressed={state[option]}
            className="at-find-option"
            data-option={option}
            onClick={() => find.setState({ [option]: !state[option] })}
          >
            {sign}
          </button>
        </Tooltip>
      ))}
    </span>
  );
}
