import { memo, useEffect, useState } from 'react';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { Disposable } from '@/base/disposable.ts';
import { createPageClock } from '@/services/clock.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { endWords } from './end-words.ts';
import { useNotebook } from './use-notebook.ts';

/** What ends soon after is said in one go. */
const SETTLE_MS = 250;
/** The end of a run and its last output come by two ways; the result is waited for so often. */
const MOST_WAITS = 20;
/** Of many cells that end together, the last ones are named. */
const MOST = 3;

/** Says politely, to those who listen, how a cell ended and with which result. */
export const StateAnnouncer = memo(function StateAnnouncer() {
  const { session } = useNotebook();
  const [words, setWords] = useState('');
  useEffect(() => followEnds(session, setWords), [session]);
  return (
    <div className="at-visually-hidden" aria-live="polite">
      {words}
    </div>
  );
});

function followEnds(session: NotebookSession, tell: (words: string) => void): () => void {
  const clock = createPageClock();
  const { store } = session;
  const ended = new Set<CellId>();
  let timer: Disposable | null = null;
  let waits = 0;
  let last = store.getState().runs;
  const isHeard = (id: CellId) => {
    const run = store.getState().runs[id];
    return !run || session.hasAllOf(run.execution);
  };
  const say = () => {
    timer = null;
    if (waits < MOST_WAITS && ![...ended].every(isHeard)) {
      waits += 1;
      timer = clock.after(SETTLE_MS, say);
      return;
    }
    waits = 0;
    const { order, cells, runs } = store.getState();
    const lines = order.flatMap((id, index) => {
      const run = runs[id];
      return (run && ended.has(id) && endWords(index + 1, cells[id], run)) || [];
    });
    ended.clear();
    if (lines.length > 0) tell(lines.slice(-MOST).join('\n'));
  };
  const stop = store.subscribe(({ runs, order }) => {
    const before = last;
    last = runs;
    if (runs === before) return;
    for (const id of order) {
      const [now, old] = [runs[id]?.execution, before[id]?.execution];
      if (now && old && old.id === now.id && !isFinished(old.state) && isFinished(now.state)) ended.add(id);
    }
    if (ended.size > 0) timer ??= clock.after(SETTLE_MS, say);
  });
  return () => {
    stop();
    timer?.dispose();
  };
}
