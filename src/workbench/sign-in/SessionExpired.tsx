import { useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { takesToken } from './sign-in-address.ts';
import { TokenForm } from './TokenForm.tsx';
import styles from './SignIn.module.css';

const formId = 'at-sign-in-again';

/**
 * The one dialog that comes by itself. Signing in happens in it with the token of the printed link, or in another
 * window, so that nothing on this page is lost; the session looks again whenever this window gets the focus, and the
 * dialog goes by itself.
 */
export function SessionExpired({ name, loginUrl }: { name: string; loginUrl: string }) {
  const { session, tabs, edits } = useServices();
  const unsaved = useStore(tabs.store, (state) => state.tabs.filter((tab) => tab.isDirty).length);
  const hasUnkept = useStore(edits.store, ({ unkept }) => unkept.length > 0);
  const [isWaiting, setWaiting] = useState(false);
  const [isSending, setSending] = useState(false);
  const hasField = takesToken(loginUrl, new URL(window.location.href));
  const openWindow = () => {
    window.open(loginUrl, '_blank', 'noopener');
    setWaiting(true);
  };
  return (
    <Dialog
      title="Session expired"
      subtitle="Sign in again to go on. This page stays as it is."
      role="alertdialog"
      icon="lock"
      footerStart={name}
      actions={
        <>
          {isWaiting && (
            <Button size="lg" onClick={() => void session.retry()}>
              Try again
            </Button>
          )}
          {hasField ? (
            <Button size="lg" variant="primary" type="submit" form={formId} disabled={isSending}>
              Sign in
            </Button>
          ) : (
            <Button size="lg" variant="primary" data-autofocus onClick={openWindow}>
              Sign in
            </Button>
          )}
        </>
      }
    >
      <ul className={styles['facts']}>
        {hasUnkept ? (
          <Fact
            icon="triangle-alert"
            text="Edits are on this page only: keep it open"
            count={documents(unsaved)}
          />
        ) : (
          <Fact icon="check" text="Your edits are kept in this browser" count={documents(unsaved)} />
        )}
        <Fact icon="check" text="Running cells go on running" />
        {isWaiting && <Fact icon="external-link" text="Sign in in the new window, then come back here" />}
      </ul>
      {hasField && <TokenForm id={formId} onLeaveEmpty={openWindow} onSending={setSending} />}
    </Dialog>
  );
}

type FactProps = { icon: 'check' | 'external-link' | 'triangle-alert'; text: string; count?: string };

function Fact({ icon, text, count }: FactProps) {
  return (
    <li>
      <Icon name={icon} size={14} className={styles[icon]} />
      <span>{text}</span>
      {count && <span className={styles['count']}>{count}</span>}
    </li>
  );
}

function documents(count: number): string {
  if (count === 0) return 'nothing unsaved';
  return count === 1 ? '1 document' : `${count} documents`;
}
