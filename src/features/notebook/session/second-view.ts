/**
 * A second view of a notebook: the same session to whoever asks, but for what a person sees and does in this tab. Cells,
 * history, kernel and file are the session's; selection, mode, live editors, find and folding are the view's own.
 */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { ContextService } from '@/platform/context/context-service.ts';
import { createFindStore } from '../find/find-store.ts';
import { NotebookOutline } from '../find/notebook-outline.ts';
import { CellActions } from './cell-actions.ts';
import { copyCells } from './cell-clipboard.ts';
import { NotebookEditing } from './notebook-editing.ts';
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
  const runner = withOwn(session.runner, {
    run(ids) {
      const { cells } = store.getState();
      editing.render(ids.filter((id) => cells[id]?.type === 'markdown'));
      return session.runner.run(ids);
    },
  });
  const view = withOwn(session, {
    store,
    editing,
    runner,
    reveal,
    cells: new CellActions(store, editing),
    sections: new SectionActions(store, editing),
    properties: new PropertyActions(store, editing),
    outline: new NotebookOutline(store, reveal),
    find: createFindStore(),
    onWillReveal: willReveal.event,
    copyCells: (context: ContextService) => copyCells(context, editing.copies()),
    pasteCells: (context, options) => session.pasteCells(context, options, editing),
  });
  return { session: view, dispose: () => owned.dispose() };
}

/** The same object but for these parts; what it does for itself it does as itself. */
function withOwn<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return own[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
