/**
 * The tabs that show a notebook. The first has the session's own selection; each other one has a view of it with a
 * selection of its own (second-view.ts).
 */
import type { NotebookSession } from './notebook-session.ts';
import { type SecondView, secondView } from './second-view.ts';

export class SessionViews {
  readonly #session: NotebookSession;
  readonly #others = new Map<string, SecondView>();
  #first: string | null = null;

  constructor(session: NotebookSession) {
    this.#session = session;
  }

  /** What this tab shows from now on. */
  take(tabId: string): NotebookSession {
    if (this.#first === null || this.#first === tabId) {
      this.#first = tabId;
      return this.#session;
    }
    const view = secondView(this.#session);
    this.#others.set(tabId, view);
    return view.session;
  }

  release(tabId: string): void {
    if (this.#first === tabId) this.#first = null;
    this.#others.get(tabId)?.dispose();
    this.#others.delete(tabId);
  }

  /** What a tab shows; the session itself for whatever is no view. */
  of(tabId: string | null): NotebookSession {
    return (tabId === null ? undefined : this.#others.get(tabId)?.session) ?? this.#session;
  }
}
