import { type FormEvent, useRef, useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { TextField } from '@/ui/Field.tsx';
import { noToken, signInToken } from './sign-in-address.ts';
import styles from './SignIn.module.css';

type TokenFormProps = {
  id: string;
  /** Nothing was entered: the sign-in page in another window is the way. */
  onLeaveEmpty: () => void;
  onSending: (isSending: boolean) => void;
};

/** Takes the printed link, or its token, and signs in with it in the place. What is wrong stands at the field. */
export function TokenForm({ id, onLeaveEmpty, onSending }: TokenFormProps) {
  const { session } = useServices();
  const field = useRef<HTMLInputElement>(null);
  const [pasted, setPasted] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const say = (text: string) => {
    setProblem(text);
    field.current?.focus();
    field.current?.select();
  };
  const submit = async () => {
    const token = signInToken(pasted);
    if (token === null) {
      say(noToken);
      return;
    }
    onSending(true);
    const answer = await session.signIn(token);
    onSending(false);
    if (answer !== null) say(answer);
  };
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (pasted.trim() === '') onLeaveEmpty();
    else void submit();
  };
  return (
    <form id={id} className={styles['again']} onSubmit={handleSubmit}>
      <TextField
        ref={field}
        label="Sign-in link or token"
        isLarge
        data-autofocus
        type="password"
        autoComplete="current-password"
        value={pasted}
        problem={problem}
        hint="Left empty, the sign-in page opens in a new window."
        onChange={(value) => {
          setPasted(value);
          setProblem(null);
        }}
      />
    </form>
  );
}
