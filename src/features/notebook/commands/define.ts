import '../command-args.ts';
import type { ContextFacts } from '@/platform/context/context-service.ts';
import type { CommandId, Enablement } from '@/platform/contributions/contribution.ts';
import { defineStudioCommand, type Services } from '@/services/services.ts';
import { activeNotebook } from '../session/active-session.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { selectedIds } from '../session/notebook-store.ts';

type Run = (session: NotebookSession, services: Services) => void | Promise<void>;
/** Commands without arguments that act on the notebook in front. */
type NotebookCommandId = Extract<CommandId, `notebook.${string}`>;

export const hasNotebook = ({ notebook }: ContextFacts): Enablement =>
  notebook?.isReady ? true : { reason: 'Open a notebook first' };

export const hasKernel = ({ notebook }: ContextFacts): Enablement => {
  if (!notebook) return { reason: 'Open a notebook first' };
  return notebook.hasKernel ? true : { reason: 'The notebook has no kernel' };
};

type Spec = {
  title: string;
  group: 'Run' | 'Edit' | 'Kernel' | 'Open' | 'View';
  icon?: string;
  enabled?: (facts: ContextFacts) => Enablement;
  /** Moves and modes: of use by key only. */
  hidden?: boolean;
  run: Run;
};

/** A command on the notebook in front. */
export const define = (id: NotebookCommandId, { enabled = hasNotebook, run, ...spec }: Spec) =>
  defineStudioCommand<NotebookCommandId>({
    id,
    ...spec,
    enabled,
    run(services) {
      const session = activeNotebook(services);
      return session ? run(session, services) : undefined;
    },
  });

/** The selected cells in order. */
export const selected = ({ store }: NotebookSession) => selectedIds(store.getState());
