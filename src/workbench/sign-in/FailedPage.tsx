import { useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { Button } from '@/ui/Button.tsx';
import { Spinner } from '@/ui/Spinner.tsx';
import { Card } from './Card.tsx';
import styles from './SignIn.module.css';

/** The page could not begin. It tries again by itself when the window gets the focus. */
export function FailedPage({ reason }: { reason: string }) {
  const { session } = useServices();
  const [isTrying, setTrying] = useState(false);
  const tryAgain = async () => {
    setTrying(true);
    await session.retry();
    setTrying(false);
  };
  return (
    <Card title="Atelier could not be opened">
      <p className={styles['text']} role="alert">
        {reason}
      </p>
      <p className={styles['text']}>Your files and whatever runs are not touched by this.</p>
      <div className={styles['buttons']}>
        <Button variant="primary" size="lg" disabled={isTrying} onClick={() => void tryAgain()}>
          {isTrying && <Spinner />}
          Try again
        </Button>
        <Button size="lg" onClick={() => window.location.reload()}>
          Reload the page
        </Button>
      </div>
    </Card>
  );
}
