import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { Enablement } from '@/platform/contributions/contribution.ts';
import { isFolded } from '../document/folding.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { waitingCells } from '../queue/notebook-queue.ts';
import { define, hasNotebook, selected } from './define.ts';

/** Selects the next cell; after the last one makes a new one to write in. */
function goOn({ editing, sections, store }: NotebookSession): void {
  const state = store.getState();
  const { active } = state;
  if (active === sections.shown(state).at(-1)?.id) {
    // Below a folded heading a new cell would be in its section.
    if (active !== null && isFolded(state, active)) return;
    editing.insert('below');
    editing.enterEdit();
  } else editing.selectBy(1);
}

const hasWaiting = (facts: ContextFacts): Enablement => {
  const can = hasNotebook(facts);
  return can !== true || facts.notebook?.hasWaiting === true ? can : { reason: 'No cell waits' };
};

/** Running cells. */
export const runCommands = [
  define('notebook.run', {
    title: 'Run selected cells',
    group: 'Run',
    icon: 'play',
    run: async (session) => {
      session.editing.leaveEdit();
      await session.runner.run(selected(session));
    },
  }),
  define('notebook.runAndSelectNext', {
    title: 'Run selected cells and go on',
    group: 'Run',
    icon: 'play',
    run: async (session) => {
      const ids = selected(session);
      const last = session.editing.shown().at(-1)?.id;
      session.editing.leaveEdit();
      if (last !== undefined) session.editing.select(last);
      goOn(session);
      await session.runner.run(ids);
    },
  }),
  define('notebook.runAndInsert', {
    title: 'Run selected cells and insert below',
    group: 'Run',
    icon: 'list-plus',
    run: async (session) => {
      const ids = selected(session);
      session.editing.leaveEdit();
      session.editing.insert('below');
      session.editing.enterEdit();
      await session.runner.run(ids);
    },
  }),
  define('notebook.runAll', {
    title: 'Run all cells',
    group: 'Run',
    icon: 'fast-forward',
    run: ({ runner, store }) => runner.run(store.getState().order),
  }),
  define('notebook.runAbove', {
    title: 'Run all above',
    group: 'Run',
    icon: 'step-forward',
    run: (session) => {
      const { order } = session.store.getState();
      const [first] = selected(session);
      return session.runner.run(first === undefined ? [] : order.slice(0, order.indexOf(first)));
    },
  }),
  define('notebook.runToHere', {
    title: 'Run all up to selected cell',
    group: 'Run',
    icon: 'arrow-down-to-line',
    run: (session) => {
      const { order } = session.store.getState();
      const last = selected(session).at(-1);
      return session.runner.run(last === undefined ? [] : order.slice(0, order.indexOf(last) + 1));
    },
  }),
  define('notebook.renderAllMarkdown', {
    title: 'Render all Markdown cells',
    group: 'Run',
    icon: 'file-text',
    run: ({ runner, store }) => {
      const { order, cells } = store.getState();
      return runner.run(order.filter((id) => cells[id]?.type === 'markdown'));
    },
  }),
  define('notebook.removeFromQueue', {
    title: 'Take selected cells out of the queue',
    group: 'Run',
    icon: 'list-x',
    enabled: hasWaiting,
    run: async (session) => {
      await session.queue.removeCells(waitingCells(session.store.getState(), selected(session)));
    },
  }),
  define('notebook.emptyQueue', {
    title: 'Take all cells out of the queue',
    group: 'Run',
    icon: 'list-x',
    enabled: hasWaiting,
    run: async (session) => {
      const state = session.store.getState();
      await session.queue.removeCells(waitingCells(state, state.order));
    },
  }),
  define('notebook.runBelow', {
    title: 'Run selected cell and all below',
    group: 'Run',
    icon: 'fast-forward',
    run: (session) => {
      const { order } = session.store.getState();
      const [first] = selected(session);
      return session.runner.run(first === undefined ? [] : order.slice(order.indexOf(first)));
    },
  }),
];
