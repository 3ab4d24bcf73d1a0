import { useId, useLayoutEffect, useRef } from 'react';
import type { CellId, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { VisuallyHidden } from '@/ui/VisuallyHidden.tsx';
import { type NotebookFrames, outputId } from './notebook-frames.ts';
import { frameWords } from './frame-words.ts';
import { kindOf } from './script-form.ts';

type FrameSlotProps = {
  frames: NotebookFrames;
  cellId: CellId;
  n: number;
  place: number;
  output: RichOutput;
  mime: string;
  isolated: boolean;
};

/**
 * The room of an output that is drawn in a frame. The frame of all lies behind it, so it is a hole; its own is inside.
 * The button is the output's stop in the order of the cells, with the words for those who do not see it.
 */
export function FrameSlot({ frames, cellId, n, place, output, mime, isolated }: FrameSlotProps) {
  const slotRef = useRef<HTMLDivElement>(null);
  const wordsId = useId();
  const id = outputId(cellId, place);
  const label = `${kindOf(mime)}, output of cell ${n}`;
  const labelRef = useRef(label);
  useLayoutEffect(() => {
    labelRef.current = label;
  });

  useLayoutEffect(() => {
    const element = slotRef.current;
    if (!element) return;
    const request = { id, cellId, output, mime, isolated, label: labelRef.current, element };
    const shown = frames.attach(request);
    return () => shown.dispose();
  }, [frames, id, cellId, output, mime, isolated]);

  return (
    <div className="at-frame-output" data-mime={mime}>
      <button
        type="button"
        className="at-frame-enter"
        aria-describedby={wordsId}
        onClick={() => frames.enter(id, 'start')}
      >
        {`Enter output of cell ${n}`}
      </button>
      <span id={wordsId}>
        <VisuallyHidden>{frameWords(output, mime, n)}</VisuallyHidden>
      </span>
      <div ref={slotRef} className="at-frame-slot" data-output={id} data-isolated={isolated || undefined} />
    </div>
  );
}
