/**
 * A second view of a notebook: the same session to whoever asks, but for what a person sees and does in this tab. Cells,
 * history, kernel and file are the session's; selection, mode, live editors, find and folding are the view's own.
 */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import { createFindStore } from '../find/find-store.ts';
import { NotebookOutline } from '../find/notebook-outline.ts';
import { CellActions } from './cell-actions.ts';
import { copyCells } from './cell-clipboard.ts';
import { NotebookEditing } from './notebook-editing.ts';
import type { NotebookRunner } from './notebook-runner.ts';
import type { NotebookSession } from './notebook-session.ts';
import { PropertyActions } from './property-actions.ts';
import { SectionActions } from './section-actions.ts';
import { createViewStore, keepSelection } from './view-store.ts';

export type SecondView = Disposable & { readonly session: NotebookSession };

export function secondView(session: NotebookSession): SecondView {
  const owned = new DisposableStore();
  const store = createViewStore(session.store);
  owned.add(store);
  owned.add(toDisposable(keepSelection(session.store)));
  const editing = new NotebookEditing(store, Date.now, session.editing);
  const willReveal = new Emitter<CellId>();
  owned.add(willReveal);
  const reveal = (id: CellId): void => {
    editing.select(id);
    willReveal.fire(id);
  };
  const runner: Public<NotebookRunner> = {
    run(ids) {
      const { cells } = store.getState();
      editing.render(ids.filter((id) => cells[id]?.type === 'markdown'));
      return session.runner.run(ids);
    },
    didBind: () => session.runner.didBind(),
    interrupt: () => session.runner.interrupt(),
    restart: () => session.runner.restart(),
  };
  const view: Public<NotebookSession> = {
    // Its parts are the session's, but for the view's own. What is no part the compiler asks for below.
    // oxlint-disable-next-line typescript/no-misused-spread
    ...session,
    store,
    editing,
    runner: runner as NotebookRunner,
    cells: new CellActions(store, editing),
    sections: new SectionActions(store, editing),
    properties: new PropertyActions(store, editing),
    outline: new NotebookOutline(store, reveal),
    find: createFindStore(),
    onWillReveal: willReveal.event,
    reveal,
    copyCells: (context) => copyCells(context, editing.copies()),
    pasteCells: (context, options) => session.pasteCells(context, options, editing),
    get path() {
      return session.path;
    },
    get isDirty() {
      return session.isDirty;
    },
    cellNumber: (id) => session.cellNumber(id),
    didMove: (path) => session.didMove(path),
    open: () => session.open(),
    document: () => session.document(),
    hasAllOf: (execution) => session.hasAllOf(execution),
    answerInput: (id, value) => session.answerInput(id, value),
    save: () => session.save(),
    dispose: () => session.dispose(),
  };
  return { session: view as NotebookSession, dispose: () => owned.dispose() };
}

/** All that others see of a class; what it hides is asked for by nobody but itself, of its own objects. */
type Public<T> = { [K in keyof T]: T[K] };
