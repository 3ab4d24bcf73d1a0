import { memo, useEffect, useRef, useState } from 'react';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { useNotebook } from './use-notebook.ts';

/** Says politely, to those who listen, how a cell ended. */
export const StateAnnouncer = memo(function StateAnnouncer() {
  const { session } = useNotebook();
  const [words, setWords] = useState('');
  const last = useRef(session.store.getState().runs);
  useEffect(
    () =>
      session.store.subscribe(({ runs, order, cells }) => {
        const before = last.current;
        last.current = runs;
        if (runs === before) return;
        for (const [index, id] of order.entries()) {
          const [now, old] = [runs[id]?.execution, before[id]?.execution];
          if (!now || !old || old.id !== now.id || isFinished(old.state) || !isFinished(now.state)) continue;
          const [output] = cells[id]?.outputs.toReversed() ?? [];
          const what = output?.output_type === 'error' ? `failed with ${output.ename}` : endWords[now.state];
          if (what !== undefined) setWords(`Cell ${index + 1} ${what}.`);
        }
      }),
    [session],
  );
  return (
    <div className="at-visually-hidden" aria-live="polite">
      {words}
    </div>
  );
});

const endWords: Readonly<Record<string, string>> = {
  done: 'is done',
  error: 'failed',
  'kernel-died': 'failed: the kernel ended',
  unknown: 'has an unknown result',
};
