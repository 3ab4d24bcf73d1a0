import { useEffect, useId, useRef, useState } from 'react';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { focusCell } from '../view/focus-cell.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { ranWords, unplacedWords } from './away-words.ts';
import { LooseOutputs } from './LooseOutputs.tsx';
import type { RanAway } from './away-store.ts';

/** What became of cells while no page had the notebook: told once, and outputs without a place until somebody chose. */
export function AwayBars() {
  const { away } = useNotebook().session;
  const ran = useStore(away.store, (state) => state.ran);
  const count = useStore(away.store, (state) => state.unplaced.length);
  return (
    <>
      {ran ? <RanBar ran={ran} /> : null}
      {count > 0 ? <UnplacedBar count={count} /> : null}
    </>
  );
}

function RanBar({ ran }: { ran: RanAway }) {
  const { session, focus } = useNotebook();
  const { away } = session;
  const order = useNotebookState((state) => state.order);
  const [place, setPlace] = useState(0);
  useEffect(() => {
    const note = () => {
      if (document.visibilityState === 'visible') away.didShowRan();
    };
    note();
    document.addEventListener('visibilitychange', note);
    return () => document.removeEventListener('visibilitychange', note);
  }, [away, ran]);
  const id = ran.cells[place % ran.cells.length];
  const number = order.findIndex((one) => one === id) + 1;
  const show = () => {
    if (id !== undefined) session.reveal(id);
    setPlace(place + 1);
  };
  const dismiss = () => {
    away.dismissRan();
    focus.claim();
    focusCell(session.store.getState().active);
  };
  return (
    <Bar
      tone="info"
      label="While you were away"
      icon="history"
      actions={number > 0 ? <Button onClick={show}>{`Show cell ${number}`}</Button> : null}
      onDismiss={dismiss}
    >
      {ranWords(ran)}
    </Bar>
  );
}

function UnplacedBar({ count }: { count: number }) {
  const { session, focus } = useNotebook();
  const { away } = session;
  const [isOpen, setIsOpen] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const panel = useId();
  /** The button that was pressed goes with what it was for: the keyboard goes on to a cell. */
  const goOn = (id: string | null) => {
    if (bar.current?.isConnected === true && bar.current.contains(document.activeElement)) return;
    focus.claim();
    focusCell(id);
  };
  const putIn = async (ids?: readonly string[]) => {
    const id = await away.putIn(ids);
    if (id === null) return;
    session.reveal(id);
    goOn(id);
  };
  const discard = async (ids?: readonly string[]) => {
    await away.discard(ids);
    goOn(session.store.getState().active);
  };
  return (
    <section ref={bar} aria-label="Outputs without a place">
      <Bar
        tone="warn"
        role="status"
        actions={
          <>
            <Button
              variant="primary"
              aria-expanded={isOpen}
              aria-controls={panel}
              onClick={() => setIsOpen(!isOpen)}
            >
              {isOpen ? 'Hide' : 'Show'}
            </Button>
            <Button onClick={() => void putIn()}>
              {count === 1 ? 'Put in a new cell' : 'Put in new cells'}
            </Button>
            {/* What cannot be taken back is offered to those who see what it is. */}
            {isOpen ? (
              <Button variant="danger" onClick={() => void discard()}>
                {count === 1 ? 'Discard' : 'Discard all'}
              </Button>
            ) : null}
          </>
        }
      >
        {unplacedWords(count)}
      </Bar>
      {isOpen ? (
        <LooseOutputs
          id={panel}
          onPutIn={count > 1 ? (id) => void putIn([id]) : undefined}
          onDiscard={count > 1 ? (id) => void discard([id]) : undefined}
        />
      ) : null}
    </section>
  );
}
