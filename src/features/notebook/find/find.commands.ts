import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { CommandId, Enablement, Keybinding, MenuItem } from '@/platform/contributions/contribution.ts';
import { defineStudioCommand } from '@/services/services.ts';
import { activeNotebook } from '../session/active-session.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { nextError, runningCell } from './cell-places.ts';

declare module '@/platform/contributions/contribution.ts' {
  interface CommandArgs {
    'notebook.find': void;
    'notebook.replace': void;
    'notebook.findNext': void;
    'notebook.findPrevious': void;
    'notebook.goToRunning': void;
    'notebook.goToLastEdited': void;
    'notebook.goToNextError': void;
  }
}

declare module '@/platform/context/context-service.ts' {
  interface FocusAreas {
    /** The bar of find and replace. */
    'notebook-find': true;
  }
  interface ContextFacts {
    /** Whether there is such a cell in the notebook in front; null = no notebook. */
    notebookPlaces?: { running: boolean; edited: boolean; error: boolean } | null;
  }
}

type Places = NonNullable<ContextFacts['notebookPlaces']>;
type FindCommandId = Extract<
  CommandId,
  `notebook.find${string}` | 'notebook.replace' | `notebook.goTo${string}`
>;

const hasNotebook = ({ notebook }: ContextFacts): Enablement =>
  notebook?.isReady ? true : { reason: 'Open a notebook first' };

const has =
  (place: keyof Places, reason: string) =>
  ({ notebookPlaces }: ContextFacts): Enablement => {
    if (!notebookPlaces) return { reason: 'Open a notebook first' };
    return notebookPlaces[place] ? true : { reason };
  };

type Spec = {
  title: string;
  group: 'Edit' | 'View';
  icon?: string;
  enabled?: (facts: ContextFacts) => Enablement;
  run: (session: NotebookSession) => void;
};

const define = (id: FindCommandId, { enabled = hasNotebook, run, ...spec }: Spec) =>
  defineStudioCommand<FindCommandId>({
    id,
    ...spec,
    enabled,
    run(services) {
      const session = activeNotebook(services);
      if (session) run(session);
    },
  });

function open({ find }: NotebookSession, change: { hasReplace?: true } = {}): void {
  find.setState({ isOpen: true, focusAsked: find.getState().focusAsked + 1, ...change });
}

/** On and back only while there is a bar; without one the first press opens it. */
function step(session: NotebookSession, by: 1 | -1): void {
  const { isOpen, steps } = session.find.getState();
  if (isOpen) session.find.setState({ steps: steps + by });
  else open(session);
}

function goTo(session: NotebookSession, id: ReturnType<typeof runningCell>): void {
  if (id !== null) session.reveal(id);
}

export const findCommands = [
  define('notebook.find', {
    title: 'Find in notebook',
    group: 'Edit',
    icon: 'search',
    run: (session) => open(session),
  }),
  define('notebook.replace', {
    title: 'Replace in notebook',
    group: 'Edit',
    run: (session) => open(session, { hasReplace: true }),
  }),
  define('notebook.findNext', { title: 'Find next', group: 'Edit', run: (session) => step(session, 1) }),
  define('notebook.findPrevious', {
    title: 'Find previous',
    group: 'Edit',
    run: (session) => step(session, -1),
  }),
  define('notebook.goToRunning', {
    title: 'Go to running cell',
    group: 'View',
    enabled: has('running', 'No cell is running'),
    run: (session) => goTo(session, runningCell(session.store.getState())),
  }),
  define('notebook.goToLastEdited', {
    title: 'Go to last edited cell',
    group: 'View',
    enabled: has('edited', 'No cell was edited since this notebook was opened'),
    run: (session) => goTo(session, session.store.getState().lastEdited),
  }),
  define('notebook.goToNextError', {
    title: 'Go to next error',
    group: 'View',
    enabled: has('error', 'No cell has an error'),
    run: (session) => goTo(session, nextError(session.store.getState())),
  }),
];

const cells = ['notebook-command', 'notebook-edit'] as const;
const here = [...cells, 'notebook-find'] as const;

/** In the field itself Mod+F is the browser's: its own find is two presses away. */
export const findKeys: readonly Keybinding[] = [
  { keys: 'Mod+F', command: 'notebook.find', when: cells },
  { keys: 'F3', command: 'notebook.findNext', when: here },
  { keys: 'Shift+F3', command: 'notebook.findPrevious', when: here },
  { keys: 'Mod+G', command: 'notebook.findNext', when: here },
  { keys: 'Mod+Shift+G', command: 'notebook.findPrevious', when: here },
];

export const findMenus: readonly MenuItem[] = [
  { menu: 'Edit', section: 'e-find', command: 'notebook.find', order: 1 },
  { menu: 'Edit', section: 'e-find', command: 'notebook.replace', order: 2 },
  { menu: 'Edit', section: 'e-find', command: 'notebook.findNext', order: 3 },
  { menu: 'Edit', section: 'e-find', command: 'notebook.findPrevious', order: 4 },
  { menu: 'View', section: 'd-go', command: 'notebook.goToRunning', order: 1 },
  { menu: 'View', section: 'd-go', command: 'notebook.goToLastEdited', order: 2 },
  { menu: 'View', section: 'd-go', command: 'notebook.goToNextError', order: 3 },
];
