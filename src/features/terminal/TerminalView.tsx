import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, useState } from 'react';
import type { TabViewProps } from '@/platform/tabs/tab-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { TerminalSession } from './terminal-session.ts';
import styles from './TerminalView.module.css';

/** A terminal tab; `state` holds the address `{ appId, name }`. */
export function View({ tab, isVisible }: TabViewProps) {
  const services = useServices();
  const screen = useRef<HTMLDivElement>(null);
  const [session, setSession] = useState<TerminalSession | null>(null);
  const appId = textOf(tab.state?.['appId']);
  const name = textOf(tab.state?.['name']);

  useEffect(() => {
    const element = screen.current;
    if (!element) return;
    const made = new TerminalSession(services, { appId, name });
    made.open(element);
    setSession(made);
    const observer = new ResizeObserver(() => made.fit());
    observer.observe(element);
    const unsubscribe = services.theme.store.subscribe(() =>
      requestAnimationFrame(() => made.applyTheme(element)),
    );
    return () => {
      unsubscribe();
      observer.disconnect();
      made.dispose();
    };
  }, [services, appId, name]);

  useEffect(() => {
    if (!session || !isVisible) return;
    session.fit();
    if (tab.isActive) session.focus();
  }, [session, isVisible, tab.isActive]);

  return (
    <section
      className={styles['view']}
      aria-label={`Terminal ${tab.title}`}
      onFocus={() => services.context.set({ focus: 'terminal' })}
    >
      {session && <TerminalNotice session={session} tabId={tab.id} />}
      <div ref={screen} className={styles['screen']} />
    </section>
  );
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function TerminalNotice({ session, tabId }: { session: TerminalSession; tabId: string }) {
  const services = useServices();
  const status = useStore(session.store, (s) => s.status);
  const reason = useStore(session.store, (s) => s.reason);
  const title = useStore(session.store, (s) => s.title);

  useEffect(() => {
    if (title) services.tabs.update(tabId, { title });
  }, [services, tabId, title]);

  const close = <Button onClick={() => void services.tabs.close(tabId, { force: true })}>Close tab</Button>;
  switch (status) {
    case 'reconnecting':
      return <Bar tone="warn">The line to this terminal is cut. It goes on running; connecting again.</Bar>;
    case 'ended':
      return (
        <Bar tone="info" actions={close}>
          This terminal has ended.
        </Bar>
      );
    case 'missing':
      return (
        <EmptyState icon="square-terminal" title="This terminal has ended" action={close}>
          Its app was stopped or its shell left.
        </EmptyState>
      );
    case 'failed':
      return (
        <Bar
          tone="danger"
          role="alert"
          actions={<Button onClick={() => void session.attach()}>Try again</Button>}
        >
          The terminal could not be reached. {reason}
        </Bar>
      );
    case 'connecting':
    case 'connected':
      return null;
  }
}
