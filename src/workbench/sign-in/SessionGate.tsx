import type { ReactNode } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { FailedPage } from './FailedPage.tsx';
import { FrameSkeleton } from './FrameSkeleton.tsx';
import { SessionExpired } from './SessionExpired.tsx';
import { SignedOutPage } from './SignedOutPage.tsx';

/** Shows the work to whom it belongs. When the session expires the work stays mounted behind the question. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { session } = useServices();
  const state = useStore(session.store, (current) => current);
  switch (state.status) {
    case 'unknown':
      return <FrameSkeleton />;
    case 'signed-out':
      return <SignedOutPage loginUrl={state.loginUrl} />;
    case 'failed':
      return <FailedPage reason={state.reason} />;
    case 'signed-in':
    case 'expired':
      return (
        <>
          {children}
          {state.status === 'expired' && (
            <SessionExpired name={state.me.displayName} loginUrl={state.loginUrl} />
          )}
        </>
      );
  }
}
