import { useEffect, useState } from 'react';
import { closedUnsaved } from '@/services/edits/edits-words.ts';
import type { TabViewProps } from '@/platform/tabs/tab-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { languageOfPath } from '@/ui/monaco/languages.ts';
import { MonacoEditor } from '@/ui/monaco/MonacoEditor.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { GoneText } from './GoneText.tsx';
import { TextBars } from './TextBars.tsx';
import { TextSession } from './text-session.ts';
import { useLook } from './use-look.ts';
import styles from './EditorView.module.css';

/** A text file in a tab; the tab's key is its path. Two tabs of one file share the session. */
export function View({ tab, isVisible }: TabViewProps) {
  const services = useServices();
  const [session, setSession] = useState<TextSession | null>(null);

  useEffect(() => {
    const lease = services.documents.sessions.acquire(tab.key, () => new TextSession(services, tab.key));
    setSession(lease.session);
    return () => lease.release();
    // The session follows a renamed file by itself; only another tab means another session.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [services, tab.id]);

  return session && <Editor session={session} tab={tab} isVisible={isVisible} />;
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

type EditorProps = { session: TextSession; tab: TabViewProps['tab'] };

function Editor({ session, tab, isVisible }: EditorProps & { isVisible: boolean }) {
  const services = useServices();
  const status = useStore(session.store, (s) => s.status);
  const isDirty = useStore(session.store, () => session.isDirty);

  const path = useStore(session.store, () => session.path);

  useLook(session, isVisible);
  useEffect(() => services.tabs.update(tab.id, { isDirty }), [services, tab.id, isDirty]);
  useEffect(
    () => services.tabs.update(tab.id, { key: path, title: nameOf(path), tooltip: path }),
    [services, tab.id, path],
  );
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
      if (!open.isDirty || open.isElsewhere) return true;
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
      <TextBars session={session} state={state} name={tab.title} />
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
