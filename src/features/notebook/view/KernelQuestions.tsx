import { useEffect, useRef, useState } from 'react';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import type { AfterRestart } from '../session/notebook-store.ts';
import { focusCell } from './focus-cell.ts';
import { useNotebook, useNotebookState } from './use-notebook.ts';

/** Asks before a restart, and offers one when an interrupt was not obeyed. Nothing is blocked meanwhile. */
export function KernelQuestions() {
  const question = useNotebookState((state) => state.restartQuestion);
  const stubborn = useNotebookState((state) => state.stubborn);
  return (
    <>
      {stubborn === null ? null : <StubbornBar />}
      {question === null ? null : <RestartBar then={question} />}
    </>
  );
}

function RestartBar({ then }: { then: AfterRestart }) {
  const { session, services, focus } = useNotebook();
  const [isLast, setIsLast] = useState(false);
  const buttonsRef = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    buttonsRef.current?.querySelector('button')?.focus();
  }, []);
  const close = () => {
    focus.claim();
    session.store.setState({ restartQuestion: null });
    focusCell(session.store.getState().active);
  };
  const restart = () => {
    close();
    if (isLast) {
      services.settings.set('notebook.asksBeforeRestart', false);
      services.notifications.info(
        'Restarts do not ask any more',
        '“Ask before a restart” in the Kernel menu and in the settings brings the question back.',
      );
    }
    void session.care.restartNow(then);
  };
  return (
    <div
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <Bar
        tone="warn"
        role="region"
        icon="rotate-cw"
        label="Restart kernel"
        actions={
          <span ref={buttonsRef} className="at-bar-buttons">
            <Button variant="primary" onClick={restart}>
              {restartWords(then)}
            </Button>
            <Button onClick={close}>Cancel</Button>
            <label className="at-bar-check">
              <input type="checkbox" checked={isLast} onChange={(event) => setIsLast(event.target.checked)} />
              Do not ask again
            </label>
          </span>
        }
      >
        <strong>Restart the kernel?</strong> Its variables are lost. Cells, outputs and files are kept.
      </Bar>
    </div>
  );
}

function restartWords(then: AfterRestart): string {
  if (then === 'nothing') return 'Restart';
  if (then === 'runAll') return 'Restart and run all';
  return then === 'clearAll' ? 'Restart and clear outputs' : 'Restart and run to cell';
}

function StubbornBar() {
  const { session } = useNotebook();
  return (
    <Bar
      tone="warn"
      role="alert"
      label="Kernel does not stop"
      actions={
        <>
          <Button variant="primary" onClick={() => void session.care.restartNow()}>
            Restart kernel
          </Button>
          <Button onClick={() => void session.care.interrupt()}>Interrupt again</Button>
        </>
      }
      onDismiss={() => session.store.setState({ stubborn: null })}
    >
      <strong>The kernel did not stop within 3 s.</strong> The cell still runs. A restart ends it and loses
      the variables; cells, outputs and files are kept.
    </Bar>
  );
}
