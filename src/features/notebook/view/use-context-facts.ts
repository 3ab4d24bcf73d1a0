import { type RefObject, useEffect } from 'react';
import type { FocusArea } from '@/platform/context/context-service.ts';
import { useServices } from '@/services/use-services.ts';
import type { NotebookFacts } from '../command-args.ts';
import type { NotebookSession } from '../session/notebook-session.ts';

type Place = { session: NotebookSession; region: RefObject<HTMLElement | null>; isActive: boolean };

/** Tells commands and keys what is true of the notebook in front, and which mode has the keyboard. */
export function useContextFacts({ session, region, isActive }: Place): void {
  const { context } = useServices();

  useEffect(() => {
    if (!isActive) return;
    let last = '';
    const tell = () => {
      const facts = factsOf(session);
      const text = JSON.stringify(facts);
      if (text !== last) context.set({ notebook: facts });
      last = text;
    };
    tell();
    const stop = session.store.subscribe(tell);
    return () => {
      stop();
      context.set({ notebook: null });
    };
  }, [context, session, isActive]);

  useEffect(() => {
    const element = region.current;
    if (!element) return;
    const { ownerDocument } = element;
    const tell = () => {
      const area = areaOf(element, ownerDocument.activeElement, session);
      if (area !== null) context.set({ focus: area });
    };
    const handleFocus = (event: FocusEvent) => {
      if (event.target instanceof Node && element.contains(event.target)) tell();
    };
    const handleLeave = (event: FocusEvent) => {
      const { relatedTarget } = event;
      if (relatedTarget instanceof Node && !element.contains(relatedTarget)) context.set({ focus: 'none' });
    };
    // A button that went with the keyboard on it left no word of where the keyboard is. Before whoever has it now speaks.
    const handleElsewhere = ({ target }: FocusEvent) => {
      const isElsewhere = target instanceof Node && !element.contains(target);
      if (isElsewhere && context.store.getState().focus.startsWith('notebook'))
        context.set({ focus: 'none' });
    };
    ownerDocument.addEventListener('focusin', handleElsewhere, true);
    ownerDocument.addEventListener('focusin', handleFocus);
    element.addEventListener('focusout', handleLeave);
    // Leaving an editor by key changes the mode before it changes the focus.
    const stop = session.store.subscribe((state, before) => {
      if (state.mode !== before.mode) tell();
    });
    return () => {
      ownerDocument.removeEventListener('focusin', handleElsewhere, true);
      ownerDocument.removeEventListener('focusin', handleFocus);
      element.removeEventListener('focusout', handleLeave);
      stop();
    };
  }, [context, session, region]);
}

/** Null where the focus is not in this notebook. */
function areaOf(region: HTMLElement, focused: Element | null, session: NotebookSession): FocusArea | null {
  if (!focused || !region.contains(focused)) return null;
  const { mode } = session.store.getState();
  if (focused.closest('.find-widget')) return 'none';
  if (focused.closest('.at-find')) return 'notebook-find';
  // Its arrows scroll it.
  if (focused.matches('pre.at-source-text')) return 'none';
  if (focused.closest('.at-cell-source')) return mode === 'edit' ? 'notebook-edit' : 'notebook-command';
  const isCell = focused.matches(
    '.at-cell, .at-cells-scroll, .at-empty-notebook, .at-cell-run, .at-cell-collapsed, .at-section-fold, .at-section-note',
  );
  return isCell ? 'notebook-command' : 'none';
}

function factsOf({ store, editing }: NotebookSession): NotebookFacts {
  const { status, kernel, document, mode, active, cells, runs, waiting } = store.getState();
  const state = document?.binding.state;
  const hasApp = (state === 'bound' || state === 'switching') && document?.binding.appId !== undefined;
  return {
    isReady: status.kind === 'ready',
    hasApp,
    hasKernel: hasApp && kernel.state !== 'none',
    canUndo: editing.canUndo,
    canRedo: editing.canRedo,
    isEditing: mode === 'edit',
    isMarkdown: active !== null && cells[active]?.type === 'markdown',
    hasWaiting:
      waiting.length > 0 || Object.values(runs).some(({ execution }) => execution.state === 'queued'),
  };
}
