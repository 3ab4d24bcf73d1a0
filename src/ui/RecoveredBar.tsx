import type { ReactNode } from 'react';
import { Bar } from './Bar.tsx';
import { Button } from './Button.tsx';
import { dayTimeText } from './day-time-text.ts';

export type RecoveredBarProps = {
  note: { kind: 'back' | 'discarded'; time: number };
  /** Takes them back, or brings them again; absent where something else was edited since. */
  onTurn?: (() => void) | undefined;
  onDismiss: () => void;
  /** More of it, in a sentence. */
  children?: ReactNode;
};

/** Says that edits of an earlier page are here again, and takes them back in one step. */
export function RecoveredBar({ note, onTurn, onDismiss, children }: RecoveredBarProps) {
  const isBack = note.kind === 'back';
  const time = dayTimeText(note.time);
  return (
    <Bar
      tone="info"
      label="Unsaved edits"
      icon="history"
      actions={onTurn ? <Button onClick={onTurn}>{isBack ? 'Discard' : 'Undo'}</Button> : null}
      onDismiss={onDismiss}
    >
      {isBack
        ? `Edits of ${time} that were not saved are back.`
        : `The edits of ${time} that were not saved were discarded.`}
      {children}
    </Bar>
  );
}
