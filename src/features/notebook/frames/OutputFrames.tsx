import { type ReactNode, useEffect, useMemo } from 'react';
import { createPageClock } from '@/services/clock.ts';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import type { NotebookView } from '../view/use-notebook.ts';
import { useNotebook } from '../view/use-notebook.ts';
import { NotebookFrames } from './notebook-frames.ts';
import { leaveOutput } from './page-stops.ts';
import { ScriptTrust } from './script-trust.ts';
import { type Frames, FramesContext } from './use-frames.ts';

/** The outputs below may run their scripts, in frames. */
export function OutputFrames({ children }: { children: ReactNode }) {
  const view = useNotebook();
  const shared = useMemo(() => createFrames(view), [view]);
  useEffect(() => () => shared.trust.dispose(), [shared]);
  return (
    <FramesContext value={shared}>
      <StoppedBar frames={shared.frames} />
      {children}
    </FramesContext>
  );
}

function createFrames({ session, services, focus }: NotebookView): Frames {
  const clock = createPageClock();
  const { store } = session;
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  const trust = new ScriptTrust({
    storage: services.storage,
    clock,
    isFresh: (output) => store.getState().fresh.has(output),
    digest: subtle ? (data) => subtle.digest('SHA-256', data) : null,
  });
  const name = session.path.slice(session.path.lastIndexOf('/') + 1);
  const frames = new NotebookFrames({
    store,
    trust,
    clock,
    title: name,
    didTouch(id) {
      // It is in sight, and it keeps the keyboard.
      focus.notePointer();
      focus.release();
      session.editing.select(id);
    },
    didMake: (frame) => session.widgets.attach(frame),
    didPress(shortcut) {
      // A script may say so without a key: then no person has done anything a moment ago.
      if (!navigator.userActivation.isActive) return;
      void services.commands.run(shortcut === 'save' ? 'document.save' : 'workbench.showPalette');
    },
    didLeave(slot, direction) {
      focus.claim();
      leaveOutput(slot, direction);
    },
  });
  return { frames, trust };
}

/** Frames that did not answer were thrown away; what they showed can be drawn again. */
function StoppedBar({ frames }: { frames: NotebookFrames }) {
  const isStopped = useStore(frames.store, (state) => state.isStopped);
  if (!isStopped) return null;
  return (
    <Bar tone="warn" role="alert" actions={<Button onClick={() => frames.runAgain()}>Run them again</Button>}>
      <strong>Outputs stopped.</strong> A script in an output did not answer any more. Code and outputs are
      kept.
    </Bar>
  );
}
