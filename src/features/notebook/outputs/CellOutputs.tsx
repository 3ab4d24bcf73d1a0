import { type KeyboardEvent, memo, useState } from 'react';
import type { CellId, Output } from '@atelier-ide/core/notebook/model.ts';
import { Icon } from '@/ui/Icon.tsx';
import type { CellRun } from '../session/notebook-store.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { InputField } from './InputField.tsx';
import { OutputPlace } from './OutputPlace.tsx';
import { outputHeightOf } from './scrolled.ts';
import { counted } from './text-size.ts';

/** More outputs than this in one cell show only the first and the last of them. */
const MANY = 100;
const FIRST = 40;
const LAST = 20;

/** Everything below the source of a code cell. */
export const CellOutputs = memo(function CellOutputs({ id, index }: { id: CellId; index: number }) {
  const { session } = useNotebook();
  const outputs = useNotebookState((state) => state.cells[id]?.outputs);
  const height = useNotebookState(({ cells }) => outputHeightOf(cells[id] ?? { metadata: {} }));
  const cause = useNotebookState(({ runs }) => causeOfDeath(runs[id]));
  const isIncomplete = useNotebookState(({ runs }) => runs[id]?.isIncomplete ?? false);
  const input = useNotebookState((state) => state.inputs[id]);
  const n = index + 1;
  if (!outputs || (outputs.length === 0 && !input && cause === null)) return null;
  return (
    <div
      role="group"
      aria-label={`Cell ${n} output`}
      className="at-cell-outputs"
      data-height={height === 'auto' ? undefined : height}
      // A box that scrolls must be reachable by key.
      tabIndex={height === 'limited' ? 0 : undefined}
      onKeyDown={backToCell}
    >
      <Outputs id={id} n={n} outputs={outputs} isFree={height === 'free'} />
      {cause === null ? null : <KernelDied cause={cause} />}
      {isIncomplete ? (
        <div className="at-output-note">Some output of this run was lost while no page was open.</div>
      ) : null}
      {input ? (
        <InputField
          key={input.id}
          request={input}
          cellNumber={n}
          onAnswer={(value) => {
            session.answerInput(id, value);
          }}
        />
      ) : null}
    </div>
  );
});

function causeOfDeath(run: CellRun | undefined): string | null {
  return run?.execution.state === 'kernel-died' ? (run.execution.cause ?? 'The kernel ended.') : null;
}

/** Escape goes from what is in an output back to its cell. What lies above the page has an Escape of its own. */
function backToCell(event: KeyboardEvent<HTMLElement>): void {
  const { target, currentTarget } = event;
  if (event.key !== 'Escape' || event.defaultPrevented || !(target instanceof Node)) return;
  if (currentTarget.contains(target)) currentTarget.closest<HTMLElement>('.at-cell')?.focus();
}

type OutputsProps = { id: CellId; n: number; outputs: readonly Output[]; isFree: boolean };

/** Of very many outputs the first and the last, until somebody wants all. */
function Outputs({ id, n, outputs, isFree }: OutputsProps) {
  const [showsAll, setShowsAll] = useState(false);
  const hidden = showsAll || outputs.length <= MANY ? 0 : outputs.length - FIRST - LAST;
  const isShown = (place: number) => hidden === 0 || place < FIRST || place >= outputs.length - LAST;
  return outputs.map((output, place) => {
    if (isShown(place))
      return (
        // Outputs only grow at the end or are replaced as a whole: their place is their identity.
        // oxlint-disable-next-line react/no-array-index-key
        <OutputPlace key={place} id={id} n={n} place={place} output={output} isFree={isFree} />
      );
    if (place !== FIRST) return null;
    return (
      <div key="hidden" className="at-output-foot">
        <span>{`… ${counted(hidden, 'output')} hidden`}</span>
        <button type="button" className="at-link-button" onClick={() => setShowsAll(true)}>
          Show all
        </button>
      </div>
    );
  });
}

/** The cause may say itself what is kept. */
function KernelDied({ cause }: { cause: string }) {
  const words = [withStop(cause), /\bare kept\b/.test(cause) ? '' : 'Your code, outputs and files are kept.'];
  return (
    <div className="at-error-output">
      <div className="at-error-head">
        <Icon name={/out of memory/.test(cause) ? 'memory-stick' : 'circle-x'} />
        <span>{words.filter(Boolean).join(' ')}</span>
      </div>
    </div>
  );
}

const withStop = (sentence: string) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);
