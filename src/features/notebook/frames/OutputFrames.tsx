import { type ReactNode, useMemo } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { createPageClock } from '@/services/clock.ts';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import type { NotebookView } from '../view/use-notebook.ts';
import { useNotebook } from '../view/use-notebook.ts';
import { NotebookFrames } from './notebook-frames.ts';
import { leaveOutput } from './page-stops.ts';
import { type Frames, FramesContext } from './use-frames.ts';

type OutputFramesProps = {
  /** What is in them, for a reader of the page; else the outputs of the notebook. */
  title?: string;
  /** A person pressed something in an output of this cell; else the cell is selected. */
  onTouch?: (id: CellId) => void;
  children: ReactNode;
};

/** The outputs below may run their scripts, in frames that lie in the FrameLayer among them. */
export function OutputFrames({ title, onTouch, children }: OutputFramesProps) {
  const view = useNotebook();
  const shared = useMemo(() => createFrames(view, title, onTouch), [view, title, onTouch]);
  return (
    <FramesContext value={shared}>
      <StoppedBar frames={shared.frames} />
      {children}
    </FramesContext>
  );
}

function createFrames(view: NotebookView, title?: string, onTouch?: (id: CellId) => void): Frames {
  const { session, services, focus } = view;
  const { store, path } = session;
  const { trust, heights } = session.frames;
  const frames = new NotebookFrames({
    store,
    trust,
    heights,
    clock: createPageClock(),
    title: title ?? `Outputs of ${path.slice(path.lastIndexOf('/') + 1)}`,
    didTouch: onTouch ?? ((id) => selectTouched(view, id)),
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

/** It is in sight, and it keeps the keyboard. */
function selectTouched({ session, focus }: NotebookView, id: CellId): void {
  focus.notePointer();
  focus.release();
  session.editing.select(id);
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
