import type { ReactNode } from 'react';
import type { CellId, Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { WIDGET_VIEW_MIME } from '@atelier-ide/core/outputs/choose-mime.ts';
import { useStore } from '@/services/use-store.ts';
import { outputHeightOf } from '../outputs/scrolled.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { useWidgetPlace } from '../widgets/use-widget-place.ts';
import { FrameSlot } from './FrameSlot.tsx';
import type { ScriptTrust } from './script-trust.ts';
import { type Frames, useFrames } from './use-frames.ts';
import { outputId } from './notebook-frames.ts';
import { scriptForm, standBeside, wantsOwnFrame } from './script-form.ts';

type ScriptedOutputProps = {
  cellId: CellId;
  n: number;
  place: number;
  output: Output;
  /** The view that a person chose for it. */
  view: string | undefined;
  /** How it is shown without script. */
  children: ReactNode;
};

const NONE = {};
const GONE = 'No kernel and no saved state has this widget any more. Run its cell again to have it back.';
const EMPTY = { metadata: {} };

/** An output, in a frame where its richest form needs script and may have it, else as it is without. */
export function ScriptedOutput(props: ScriptedOutputProps) {
  const { output, children } = props;
  const shared = useFrames();
  if (!shared || !('data' in output)) return children;
  return <RichScripted {...props} output={output} shared={shared} />;
}

function RichScripted({
  cellId,
  n,
  place,
  view,
  output,
  shared: { frames, trust },
  children,
}: ScriptedOutputProps & { output: RichOutput; shared: Frames }) {
  const id = outputId(cellId, place);
  const { session } = useNotebook();
  const failures = useStore(frames.store, (state) => state.failures[id]) ?? NONE;
  const widget = useWidgetPlace(session.widgets, output);
  const wantsOwn = useStore(frames.store, (state) => state.isolated.has(id));
  // A frame that lies behind the cells does not scroll with a box in one of them.
  const isInBox = useNotebookState(({ cells }) => outputHeightOf(cells[cellId] ?? EMPTY) === 'limited');
  const isBeside = useNotebookState(({ cells }) => standBeside(cells[cellId]?.outputs ?? []));
  const isGone = widget === 'missing';
  const form = scriptForm(output, isGone ? { ...failures, [WIDGET_VIEW_MIME]: '' } : failures, isBeside);
  const isWanted = form !== null && (view === undefined || view === form);
  // A widget's code comes from the kernel that it is in, not from the file.
  const isOfKernel = form === WIDGET_VIEW_MIME && (widget === 'live' || widget === 'asking');
  const mayRun = useStore(trust.store, () => isWanted && (isOfKernel || trust.mayRun(output)));
  if (isWanted && mayRun) {
    const isolated = isInBox || wantsOwn || wantsOwnFrame(output, form);
    return <FrameSlot {...{ frames, cellId, n, place, output, isolated }} mime={form} />;
  }
  const [failure] = Object.values(failures);
  return (
    <>
      {children}
      {failure === undefined ? null : (
        <div className="at-output-note">{`Its script could not be run: ${failure}`}</div>
      )}
      {isGone ? <div className="at-output-note">{GONE}</div> : null}
      {isWanted && !mayRun ? <RunScripts trust={trust} /> : null}
    </>
  );
}

/** Saved scripts wait for one click, which is for all of the notebook. */
function RunScripts({ trust }: { trust: ScriptTrust }) {
  const { session } = useNotebook();
  const run = () => {
    const { order, cells } = session.store.getState();
    const waiting = order.flatMap((id) => {
      const outputs = cells[id]?.outputs ?? [];
      const isBeside = standBeside(outputs);
      return outputs.filter(
        (output): output is RichOutput => 'data' in output && scriptForm(output, NONE, isBeside) !== null,
      );
    });
    trust.allow(waiting);
  };
  return (
    <div className="at-output-note">
      <button type="button" className="at-link-button" onClick={run}>
        Run scripts of this notebook
      </button>
    </div>
  );
}
