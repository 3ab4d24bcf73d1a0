import type { ReactNode } from 'react';
import type { CellId, Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { outputHeightOf } from '../outputs/scrolled.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { FrameSlot } from './FrameSlot.tsx';
import type { ScriptTrust } from './script-trust.ts';
import { type Frames, useFrames } from './use-frames.ts';
import { outputId } from './notebook-frames.ts';
import { scriptForm, standBeside, wantsOwnFrame } from './script-form.ts';
import { useScriptForm } from './use-script-form.ts';

type ScriptedOutputProps = {
  cellId: CellId;
  n: number;
  place: number;
  output: Output;
  /** The view that a person chose for it. */
  view: string | undefined;
  /** How it is shown without script; `isExplained` where it is said here why. */
  children: (isExplained: boolean) => ReactNode;
};

const WAITING_HEIGHT = 40;
const GONE = 'No kernel and no saved state has this widget any more. Run its cell again to have it back.';
const EMPTY = { metadata: {} };

/** An output, in a frame where its richest form needs script and may have it, else as it is without. */
export function ScriptedOutput(props: ScriptedOutputProps) {
  const { output, children } = props;
  const shared = useFrames();
  if (!shared || !('data' in output)) return children(false);
  return <RichScripted {...props} output={output} shared={shared} />;
}

function RichScripted({
  cellId,
  n,
  place,
  view,
  output,
  shared,
  children,
}: ScriptedOutputProps & { output: RichOutput; shared: Frames }) {
  const { frames, trust } = shared;
  const { session } = useNotebook();
  const id = outputId(cellId, place);
  const wantsOwn = useNotebookState((state) => state.isolated.has(cellId));
  // A frame that lies behind the cells does not scroll with a box in one of them.
  const isInBox = useNotebookState(({ cells }) => outputHeightOf(cells[cellId] ?? EMPTY) === 'limited');
  const { form, may, failure, widget } = useScriptForm(shared, { id, cellId, output, view });
  if (widget === 'closed') return null;
  if (form !== null && may === 'asking')
    return (
      <div
        className="at-frame-slot"
        data-covered=""
        style={{ height: session.frames.heights.of(output) ?? WAITING_HEIGHT }}
      />
    );
  if (form !== null && may === 'yes') {
    const isolated = isInBox || wantsOwn || wantsOwnFrame(output, form);
    return <FrameSlot {...{ frames, cellId, n, place, output, isolated }} mime={form} />;
  }
  return (
    <>
      {children(failure !== undefined || widget === 'missing')}
      {failure === undefined ? null : (
        <div className="at-output-note">{`Its script could not be run: ${failure}`}</div>
      )}
      {widget === 'missing' ? <div className="at-output-note">{GONE}</div> : null}
      {form === null ? null : <RunScripts trust={trust} />}
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
        (output): output is RichOutput => 'data' in output && scriptForm(output, {}, isBeside) !== null,
      );
    });
    trust.allow(waiting);
  };
  return (
    <div className="at-output-note at-run-scripts">
      <button type="button" className="at-link-button" onClick={run}>
        Run scripts of this notebook
      </button>
    </div>
  );
}
