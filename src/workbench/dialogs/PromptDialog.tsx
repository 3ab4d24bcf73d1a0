import { type FormEvent, useId, useState } from 'react';
import type { PromptRequest } from '@/platform/dialogs/dialog-service.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { TextField } from '@/ui/Field.tsx';

type PromptProps = { request: PromptRequest; onAnswer: (value: string | null) => void };

/** Asks for one line of text. What is wrong with it is said once something was entered. */
export function PromptDialog({ request, onAnswer }: PromptProps) {
  const { title, label, initial = '', confirmLabel } = request;
  const [value, setValue] = useState(initial);
  const [isTouched, setTouched] = useState(false);
  const form = useId();
  const problem = request.validate?.(value) ?? null;
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (problem === null) onAnswer(value);
  };
  return (
    <Dialog
      title={title}
      onClose={() => onAnswer(null)}
      actions={
        <>
          <Button size="lg" onClick={() => onAnswer(null)}>
            Cancel
          </Button>
          <Button size="lg" variant="primary" type="submit" form={form}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={handleSubmit}>
        <TextField
          label={label}
          value={value}
          isLarge
          problem={isTouched ? problem : null}
          onChange={(next) => {
            setValue(next);
            setTouched(true);
          }}
        />
      </form>
    </Dialog>
  );
}
