import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { createPageClock } from '@/services/clock.ts';
import { useStore } from '@/services/use-store.ts';
import { IconButton } from '@/ui/Button.tsx';
import { Checkbox } from '@/ui/Field.tsx';
import { useNotebook } from '../view/use-notebook.ts';
import { createEngine } from './create-engine.ts';
import { FindController } from './find-controller.ts';
import type { FindState, FindStore } from './find-store.ts';
import { FindField } from './FindField.tsx';
import { HitPainter } from './hit-painter.ts';
import { MAX_HITS } from './find-query.ts';
import { ReplaceRow } from './ReplaceRow.tsx';
import './find.css';

type FindBarProps = { region: RefObject<HTMLElement | null>; reveal: (id: CellId) => void };

/** Find and replace in the notebook: a bar below the toolbar that pushes the cells down. */
export function FindBar({ region, reveal }: FindBarProps) {
  const { session, focus } = useNotebook();
  const { find, store, editing } = session;
  const controller = useController(region, reveal);
  const fieldRef = useRef<HTMLInputElement>(null);
  const state = useStore(find, (now) => now);
  const { focusAsked } = state;
  const count = countText(state);

  useEffect(() => {
    fieldRef.current?.focus();
    fieldRef.current?.select();
  }, [focusAsked]);

  const close = () => {
    find.setState({ isOpen: false, note: null });
    focus.claim();
    const cell = region.current?.querySelector<HTMLElement>('[data-active]');
    const isEditing = store.getState().mode === 'edit';
    (isEditing ? cell?.querySelector<HTMLElement>('.at-cell-source textarea') : cell)?.focus({
      preventScroll: true,
    });
    if (!cell) editing.selectBy(0);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  const handleEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    controller.current?.next(event.shiftKey ? -1 : 1);
  };

  return (
    <div role="search" aria-label="Find in notebook" className="at-find" onKeyDown={handleKeyDown}>
      <div className="at-find-row">
        <IconButton
          icon={state.hasReplace ? 'chevron-down' : 'chevron-right'}
          label={state.hasReplace ? 'Hide replace' : 'Show replace'}
          aria-expanded={state.hasReplace}
          onClick={() => find.setState({ hasReplace: !state.hasReplace })}
        />
        <FindField ref={fieldRef} find={find} state={state} onKeyDown={handleEnter} />
        <span role="status" className="at-find-count">
          {count}
        </span>
        <Steps hasHits={state.hits.length > 0} onStep={(by) => controller.current?.next(by)} />
        <span className="at-find-line" aria-hidden />
        <Scope state={state} find={find} limit={(isOn) => controller.current?.limit(isOn)} />
        <span className="at-find-space" />
        <IconButton icon="x" label="Close find" keys="Escape" onClick={close} />
      </div>
      {state.problem === null ? null : (
        <p role="alert" className="at-find-problem">
          {state.problem}
        </p>
      )}
      {state.hasReplace ? <ReplaceRow controller={controller} /> : null}
      {state.note === null ? null : (
        <p role="status" aria-label="Find note" className="at-find-note">
          {state.note}
        </p>
      )}
    </div>
  );
}

function Steps({ hasHits, onStep }: { hasHits: boolean; onStep: (by: 1 | -1) => void }) {
  const reason = hasHits ? null : 'There are no hits';
  return (
    <>
      <IconButton
        icon="arrow-up"
        label="Previous hit"
        keys="Shift+F3"
        disabledReason={reason}
        onClick={() => onStep(-1)}
      />
      <IconButton
        icon="arrow-down"
        label="Next hit"
        keys="F3"
        disabledReason={reason}
        onClick={() => onStep(1)}
      />
    </>
  );
}

type ScopeProps = { state: FindState; find: FindStore; limit: (isOn: boolean) => void };

/** Where it is looked for. */
function Scope({ state, find, limit }: ScopeProps) {
  return (
    <>
      <Checkbox
        label="Outputs"
        isOn={state.inOutputs}
        onChange={(inOutputs) => find.setState({ inOutputs })}
      />
      <Checkbox label="Selected cells only" isOn={state.only !== null} onChange={limit} />
    </>
  );
}

/** `3 of 17`. */
function countText({ text, hits, current, isCut, isSettled, problem }: FindState): string {
  if (text === '' || problem !== null) return '';
  if (hits.length === 0) return isSettled ? 'No hits' : 'Searching';
  const total = hits.length.toLocaleString('en-US');
  return `${(current + 1).toLocaleString('en-US')} of ${isCut && hits.length >= MAX_HITS ? `${total} or more` : total}`;
}

/** Lives as long as the bar. */
function useController(region: RefObject<HTMLElement | null>, reveal: (id: CellId) => void) {
  const { session } = useNotebook();
  const ref = useRef<FindController | null>(null);
  const clock = useMemo(() => createPageClock(), []);
  useEffect(() => {
    const controller = new FindController({
      find: session.find,
      notebook: session.store,
      editing: session.editing,
      engine: createEngine(clock),
      clock,
    });
    const painter = region.current ? new HitPainter(session, region.current, reveal) : null;
    ref.current = controller;
    const stop = session.find.subscribe((now, before) => {
      if (now.steps !== before.steps) controller.next(now.steps > before.steps ? 1 : -1);
    });
    return () => {
      stop();
      painter?.dispose();
      controller.dispose();
      ref.current = null;
      session.find.setState({ hits: [], current: -1, problem: null });
    };
  }, [session, clock, region, reveal]);
  return ref;
}
