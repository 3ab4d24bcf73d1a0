import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { InputField } from './InputField.tsx';
import { OutputItem } from './OutputItem.tsx';

/** Everything below the source of a code cell. */
export function CellOutputs({ id, index }: { id: CellId; index: number }) {
  const { session, services } = useNotebook();
  const outputs = useNotebookState((state) => state.cells[id]?.outputs);
  const run = useNotebookState((state) => state.runs[id]);
  const input = useNotebookState((state) => state.inputs[id]);
  const n = index + 1;
  const cause = run?.execution.state === 'kernel-died' ? (run.execution.cause ?? 'The kernel ended.') : null;
  if (!outputs || (outputs.length === 0 && !input && cause === null)) return null;
  return (
    <div role="group" aria-label={`Cell ${n} output`} className="at-cell-outputs">
      {outputs.map((output, place) => (
        // Outputs only grow at the end or are replaced as a whole: their place is their identity.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={place} className="at-output">
          <ErrorBoundary
            what="This output"
            onError={(error) => services.log.error('An output could not be shown', error)}
          >
            <OutputItem
              output={output}
              cut={run?.cut?.get(place) ?? null}
              label={`Image, output of cell ${n}`}
            />
          </ErrorBoundary>
        </div>
      ))}
      {cause === null ? null : <KernelDied cause={cause} />}
      {run?.isIncomplete ? (
        <div className="at-output-note">Some output of this run was lost while no page was open.</div>
      ) : null}
      {input ? (
        <InputField
          key={run?.execution.id}
          request={input}
          cellNumber={n}
          onAnswer={(value) => {
            session.answerInput(id, value);
          }}
        />
      ) : null}
    </div>
  );
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
