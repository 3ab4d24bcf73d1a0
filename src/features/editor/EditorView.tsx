import { useEffect, useState } from 'react';
import { closedUnsaved } from '@/services/edits/edits-words.ts';
import type { TabViewProps } from '@/platform/tabs/tab-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { languageOfPath } from '@/ui/monaco/languages.ts';
import { MonacoEditor } from '@/ui/monaco/MonacoEditor.tsx';
import { RecoveredBar } from '@/ui/RecoveredBar.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { GoneText } from './GoneText.tsx';
import { TextSession } from './text-session.ts';
import type { TextState } from './text-store.ts';
import styles from './EditorView.module.css';

/** A text file in a tab; the tab's key is its path. Two tabs of one file share the session. */
export function View({ tab }: TabViewProps) {
  const services = useServices();
  const [session, setSession] = useState<TextSession | null>(null);

  useEffect(() => {
    const lease = services.documents.sessions.acquire(tab.key, () => new TextSession(services, tab.key));
    setSession(lease.session);
    return () => lease.release();
    // The session follows a renamed file by itself; only another tab means another session.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [services, tab.id]);

  return session && <Editor session={session} tab={tab} />;
}

type EditorProps = { session: TextSession; tab: TabViewProps['tab'] };

function Editor({ session, tab }: EditorProps) {
  const services = useServices();
  const status = useStore(session.store, (s) => s.status);
  const isDirty = useStore(session.store, () => session.isDirty);

  useEffect(() => services.tabs.update(tab.id, { isDirty }), [services, tab.id, isDirty]);
  useEffect(() => {
    services.tabs.setCloseGuard(tab.id, () => mayClose(session));
    const saveWhenHidden = () => void (document.visibilityState === 'hidden' && session.flush());
    document.addEventListener('visibilitychange', saveWhenHidden);
    return () => {
      services.tabs.setCloseGuard(tab.id, null);
      document.removeEventListener('visibilitychange', saveWhenHidden);
    };

    async function mayClose(open: TextSession): Promise<boolean> {
      await open.flush();
      if (!open.isDirty) return true;
      await services.edits.flush();
      if (services.edits.holds(open.path)) {
        services.notifications.info(...closedUnsaved(tab.title));
        return true;
      }
      return services.dialogs.confirm({
        title: `Close ${tab.title} without saving?`,
        detail: 'The last edits could not be saved and would be lost.',
        confirmLabel: 'Close without saving',
        danger: true,
      });
    }
  }, [services, session, tab.id, tab.title]);

  if (status === 'loading') return <Skeleton rows={6} label={`Reading ${tab.title}`} />;
  if (status === 'failed') return <Failure session={session} tab={tab} />;
  return <Text session={session} tab={tab} />;
}

function Failure({ session, tab }: EditorProps) {
  const services = useServices();
  const state = useStore(session.store, (s) => s);
  if (state.status !== 'failed') return null;
  const download = async () => {
    const link = document.createElement('a');
    link.href = await services.files.downloadUrl(session.path);
    link.download = tab.title;
    link.click();
  };
  return (
    <section aria-label={`Editor ${tab.title}`}>
      <EmptyState
        icon="circle-alert"
        title={state.title}
        action={
          <span className={styles['actions']}>
            <Button onClick={() => void session.load()}>Try again</Button>
            <Button onClick={() => void download()}>Download</Button>
          </span>
        }
      >
        {state.reason}
        {state.kept === undefined ? null : <GoneText session={session} name={tab.title} time={state.kept} />}
      </EmptyState>
    </section>
  );
}

function Text({ session, tab }: EditorProps) {
  const services = useServices();
  const state = useStore(session.store, (s) => s);
  const theme = useStore(services.theme.store, (s) => s.theme);
  const settings = useStore(services.settings.store, (values) => values);
  if (state.status !== 'ready') return null;
  return (
    <section className={styles['view']} aria-label={`Editor ${tab.title}`}>
      <SaveBar session={session} state={state} name={tab.title} />
      {state.recovered ? (
        <RecoveredBar
          note={state.recovered}
          onTurn={state.save.kind === 'conflict' ? undefined : () => session.turnRecovered()}
          onDismiss={() => session.dismissRecovered()}
        />
      ) : null}
      <div className={styles['text']}>
        <MonacoEditor
          className={styles['monaco'] ?? ''}
          value={state.text}
          language={languageOfPath(session.path)}
          ariaLabel={`Text of ${tab.title}`}
          theme={theme}
          lineNumbers
          wordWrap={settings['editor.wordWrap']}
          closeBrackets={settings['editor.closeBrackets']}
          fontSize={settings['editor.fontSize']}
          readOnly={state.isReadOnly}
          keyMap={settings['editor.keyMap']}
          onVimMode={(vimMode) => services.context.set({ vimMode })}
          onSave={() => void session.flush()}
          onChange={(value) => session.edit(value)}
          onFocus={() => services.context.set({ focus: 'editor' })}
          onBlur={() => void session.flush()}
          placeholder={<Skeleton rows={6} label={`Opening ${tab.title}`} />}
        />
      </div>
    </section>
  );
}

type SaveBarProps = { session: TextSession; state: TextState & { status: 'ready' }; name: string };

/** Says what keeps the text from being saved, until it is solved. */
function SaveBar({ session, state, name }: SaveBarProps) {
  if (state.isReadOnly) return <Bar tone="info">{name} is read-only. You can read and copy it.</Bar>;
  if (state.save.kind === 'conflict') {
    const actions = (
      <>
        <Button onClick={() => void session.load()}>Load from disk</Button>
        <Button onClick={() => void session.flush('any')}>Keep mine</Button>
      </>
    );
    return (
      <Bar tone="warn" role="region" label="Changes on disk" actions={actions}>
        {name} changed on disk. Your text is kept here. Choose which one stays in the file.
      </Bar>
    );
  }
  if (state.save.kind !== 'failed') return null;
  return (
    <Bar tone="danger" role="alert" actions={<Button onClick={() => void session.flush()}>Try again</Button>}>
      {name} was not saved. {state.save.reason} Your text is kept on this page.{' '}
      {state.save.retries
        ? 'The save is tried again by itself.'
        : 'Solve that and try again, or copy the text elsewhere.'}
    </Bar>
  );
}
