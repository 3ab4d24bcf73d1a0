import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '@/ui/Button.tsx';
import type { InputRequest } from '../session/notebook-store.ts';

type InputFieldProps = { request: InputRequest; cellNumber: number; onAnswer: (value: string) => void };

/** What `input()` asks for, as a field in the output. */
export function InputField({ request, cellNumber, onAnswer }: InputFieldProps) {
  const [value, setValue] = useState('');
  const fieldRef = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A prompt is part of running the cell: the keyboard goes to it when it was with the notebook.
    const { activeElement, body } = document;
    const isHere = activeElement === body || activeElement?.closest('.at-cells') !== null;
    if (isHere) fieldRef.current?.focus({ preventScroll: true });
  }, []);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    onAnswer(value);
  };
  return (
    <form className="at-input-request" onSubmit={handleSubmit}>
      <span className="at-input-prompt">{request.prompt}</span>
      <input
        ref={fieldRef}
        type={request.password ? 'password' : 'text'}
        role="textbox"
        aria-label={request.prompt.trim() || `Input for cell ${cellNumber}`}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button type="submit">Send</Button>
      <span className="at-input-hint">{`Cell ${cellNumber} waits for this. Enter sends.`}</span>
    </form>
  );
}
