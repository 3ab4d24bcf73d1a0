import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/Button.tsx';
import { TextField } from '@/ui/Field.tsx';
import { Card } from './Card.tsx';
import { noToken, signInAddress } from './sign-in-address.ts';
import styles from './SignIn.module.css';

/** Nobody is signed in. The way in is the printed link; it can be pasted here as well. */
export function SignedOutPage({ loginUrl }: { loginUrl: string }) {
  const [pasted, setPasted] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    const address = signInAddress(pasted, loginUrl, new URL(window.location.href));
    if (address === null) setProblem(noToken);
    else window.location.assign(address);
  };
  return (
    <Card title="Sign in to Atelier">
      <p className={styles['text']}>
        Open the link that <code>npm start</code> printed in its terminal, or paste it here. It works in any
        number of browsers.
      </p>
      <form className={styles['form']} onSubmit={handleSubmit}>
        <TextField
          label="Sign-in link or token"
          isLarge
          autoFocus
          type="password"
          autoComplete="current-password"
          value={pasted}
          problem={problem}
          onChange={(value) => {
            setPasted(value);
            setProblem(null);
          }}
        />
        <Button type="submit" variant="primary" size="lg">
          Sign in
        </Button>
      </form>
    </Card>
  );
}
