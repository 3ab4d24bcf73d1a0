/**
 * The state of one view of a notebook: what a person selects, edits and sees is its own, everything else is the
 * session's. Written through either, read as one; every change of either is told once.
 */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { NotebookState, NotebookStore } from './notebook-store.ts';

const OWN = [
  'active',
  'anchor',
  'mode',
  'unrendered',
  'turnedNumbers',
  'opened',
  'live',
  'cursor',
  'refusal',
] as const satisfies readonly (keyof NotebookState)[];
type Own = Pick<NotebookState, (typeof OWN)[number]>;
type Listener = (state: NotebookState, before: NotebookState) => void;

export type ViewStore = NotebookStore & { dispose(): void };

export function createViewStore(shared: NotebookStore): ViewStore {
  const { active } = shared.getState();
  const start = { ...ownOf(shared.getInitialState()), active, anchor: active };
  let own: Own = start;
  let merged: NotebookState = { ...shared.getState(), ...own };
  const listeners = new Set<Listener>();

  const tell = (): void => {
    const before = merged;
    merged = { ...shared.getState(), ...own };
    for (const listener of listeners) listener(merged, before);
  };
  const stop = shared.subscribe((state, before) => {
    if (state.order !== before.order) own = withoutGone(own, state, before.order);
    tell();
  });

  const setState: NotebookStore['setState'] = (change) => {
    const next = typeof change === 'function' ? change(merged) : change;
    const names = Object.keys(next) as (keyof NotebookState)[];
    const changed = names.filter((name) => !Object.is(next[name], merged[name]));
    const isOwn = (name: keyof NotebookState) => OWN.some((one) => one === name);
    const mine = pick(next, changed.filter(isOwn));
    const theirs = pick(
      next,
      changed.filter((name) => !isOwn(name)),
    );
    own = { ...own, ...mine };
    // The session tells of its own change, and with it of this.
    if (Object.keys(theirs).length > 0) shared.setState(theirs);
    else if (Object.keys(mine).length > 0) tell();
  };

  return {
    setState,
    getState: () => merged,
    getInitialState: () => ({ ...shared.getInitialState(), ...start }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      stop();
      listeners.clear();
    },
  };
}

function pick(from: Partial<NotebookState>, names: readonly (keyof NotebookState)[]): Partial<NotebookState> {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

function ownOf(state: NotebookState): Own {
  return Object.fromEntries(OWN.map((name) => [name, state[name]])) as Own;
}

/** Another view deleted what was selected here: what took its place is selected, and nothing is edited. */
function withoutGone<T extends Pick<NotebookState, 'active' | 'anchor' | 'live' | 'mode'>>(
  own: T,
  { cells, order }: NotebookState,
  before: readonly CellId[],
): T {
  const isThere = (id: CellId | null) => id !== null && cells[id] !== undefined;
  const isWhole = isThere(own.active) && isThere(own.anchor) && own.live.every(isThere);
  if (isWhole || (own.active === null && order.length === 0)) return own;
  const live = own.live.filter(isThere);
  if (isThere(own.active)) return { ...own, live, anchor: own.active };
  const at = own.active === null ? 0 : Math.max(0, before.indexOf(own.active));
  const active = [...before.slice(at), ...before.slice(0, at).toReversed(), ...order].find(isThere) ?? null;
  return { ...own, live, active, anchor: active, mode: 'command' };
}

/** The same for the session's own view, which is alone otherwise. */
export function keepSelection(store: NotebookStore): () => void {
  return store.subscribe((state, before) => {
    if (state.order === before.order) return;
    const { active, anchor, live, mode } = state;
    const own = { active, anchor, live, mode };
    const next = withoutGone(own, state, before.order);
    if (next !== own) store.setState(next);
  });
}
