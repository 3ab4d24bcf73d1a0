import { memo, useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { CellId, Output } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { ScriptedOutput } from '../frames/ScriptedOutput.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { OutputItem } from './OutputItem.tsx';
import { OutputTools } from './OutputTools.tsx';
import { outputKey } from './output-views-store.ts';

type OutputPlaceProps = { id: CellId; n: number; place: number; output: Output; isFree: boolean };

/** One output and, in the gutter beside it, what can be done with it. */
export const OutputPlace = memo(function OutputPlace(props: OutputPlaceProps) {
  const { id, n, place, output, isFree } = props;
  const { session, services } = useNotebook();
  const isActive = useNotebookState(({ active }) => active === id);
  const [wasNear, setWasNear] = useState(false);
  const key = outputKey(id, place);
  const view = useStore(session.outputViews, ({ chosen }) => chosen[key]);
  const outputRef = useRef<HTMLDivElement>(null);
  const latest = useRef(output);
  useLayoutEffect(() => {
    latest.current = output;
  });
  const current = useCallback(() => latest.current, []);
  return (
    <div className="at-output-place" onPointerEnter={() => setWasNear(true)}>
      {isActive || wasNear ? (
        <OutputTools id={id} n={n} place={place} view={view} current={current} outputRef={outputRef} />
      ) : null}
      <div ref={outputRef} className="at-output">
        <ErrorBoundary
          what="This output"
          onError={(error) => services.log.error('An output could not be shown', error)}
        >
          <ScriptedOutput cellId={id} n={n} place={place} output={output} view={view}>
            {(isExplained) => (
              <OutputItem
                output={output}
                view={view}
                isExplained={isExplained}
                isFree={isFree}
                label={`Image, output of cell ${n}`}
                title={`Output of cell ${n}`}
              />
            )}
          </ScriptedOutput>
        </ErrorBoundary>
      </div>
    </div>
  );
});
