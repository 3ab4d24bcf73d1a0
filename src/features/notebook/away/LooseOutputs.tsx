import { useEffect } from 'react';
import type { Execution } from '@atelier-ide/contract';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { dayTimeText } from '@/ui/day-time-text.ts';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { StaticSource } from '../cells/StaticSource.tsx';
import { OutputItem } from '../outputs/OutputItem.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import type { LooseResult } from './away-store.ts';
import '../view/bar-panel.css';
import './away.css';

type LooseOutputsProps = {
  id: string;
  /** Absent where the bar says it for the only one. */
  onPutIn: ((executionId: string) => void) | undefined;
  onDiscard: ((executionId: string) => void) | undefined;
};

/** Source and outputs of executions whose cells are in the file no more. */
export function LooseOutputs({ id, onPutIn, onDiscard }: LooseOutputsProps) {
  const { away } = useNotebook().session;
  const unplaced = useStore(away.store, (state) => state.unplaced);
  const results = useStore(away.store, (state) => state.results);
  useEffect(() => void away.load(), [away, unplaced]);
  return (
    <div id={id} className="at-bar-panel">
      {unplaced.map((execution) => (
        <section key={execution.id} className="at-bar-card" aria-label={titleOf(execution)}>
          <header className="at-bar-card-head at-loose-head">
            <span>{titleOf(execution)}</span>
            {onPutIn ? <Button onClick={() => onPutIn(execution.id)}>Put in a new cell</Button> : null}
            {onDiscard ? <Button onClick={() => onDiscard(execution.id)}>Discard</Button> : null}
          </header>
          <Result title={titleOf(execution)} result={results[execution.id]} />
        </section>
      ))}
    </div>
  );
}

function titleOf({ startedAt, queuedAt, state }: Execution): string {
  const time = dayTimeText(Date.parse(startedAt ?? queuedAt));
  if (state === 'unknown') return `Ran at ${time}, result unknown`;
  return state === 'done' ? `Ran at ${time}` : `Ran at ${time}, failed`;
}

function Result({ title, result }: { title: string; result: LooseResult | undefined }) {
  if (!result || result.kind === 'loading') return <Skeleton rows={2} label="Reading the outputs" />;
  if (result.kind === 'problem') return <div className="at-loose-problem">{result.words}</div>;
  return <LooseCell title={title} cell={result.cell} />;
}

function LooseCell({ title, cell }: { title: string; cell: NotebookCell }) {
  const { services } = useNotebook();
  const language = useNotebookState((state) => state.language);
  return (
    <>
      <div className="at-loose-source">
        <StaticSource label={`${title}, source`} source={cell.source} language={language} />
      </div>
      <div role="group" aria-label={`${title}, output`} className="at-loose-output" tabIndex={0}>
        {cell.outputs.map((output, place) => (
          <ErrorBoundary
            // Outputs of what has ended do not change.
            // oxlint-disable-next-line react/no-array-index-key
            key={place}
            what="This output"
            onError={(error) => services.log.error('An output could not be shown', error)}
          >
            <div className="at-output">
              <OutputItem
                output={output}
                view={undefined}
                isFree={false}
                label={`Image, ${title}`}
                title={`Output, ${title}`}
              />
            </div>
          </ErrorBoundary>
        ))}
      </div>
    </>
  );
}
