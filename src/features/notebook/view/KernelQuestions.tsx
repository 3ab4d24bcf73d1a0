import { useEffect, useRef } from 'react';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
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

function RestartBar({ then }: { then: 'nothing' | 'runAll' }) {
  const { session, focus } = useNotebook();
  const buttonsRef = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    buttonsRef.current?.querySelector('button')?.focus();
  }, []);
  const close = () => {
    focus.claim();
    session.store.setState({ restartQuestion: null });
    focusActive(session.store.getState().active);
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
            <Button
              variant="primary"
              onClick={() => {
                close();
                void session.care.restartNow(then);
              }}
            >
              {then === 'runAll' ? 'Restart and run all' : 'Restart'}
            </Button>
            <Button onClick={close}>Cancel</Button>
          </span>
        }
      >
        <strong>Restart the kernel?</strong> Its variables are lost. Cells, outputs and files are kept.
      </Bar>
    </div>
  );
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

function focusActive(id: string | null): void {
  if (id === null) return;
  document
    .querySelector<HTMLElement>(`.at-cell[data-cell-id="${CSS.escape(id)}"]`)
    ?.focus({ preventScroll: true });
}
