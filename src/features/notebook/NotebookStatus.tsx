import './command-args.ts';
import { useServices } from '@/services/use-services.ts';
import { useSteadyStore } from '@/services/use-steady-store.ts';
import { useStore } from '@/services/use-store.ts';
import { Icon } from '@/ui/Icon.tsx';
import { KernelGlyph } from '@/ui/KernelGlyph.tsx';
import { runningCell } from './find/cell-places.ts';
import { QueueStatus } from './queue/QueueStatus.tsx';
import { isBusy, kernelStateOf } from './session/kernel-state-of.ts';
import type { NotebookSession } from './session/notebook-session.ts';
import type { NotebookState } from './session/notebook-store.ts';
import { useActiveNotebook } from './session/use-active-notebook.ts';

/** A console has no modes and no file. */
const isConsole = (session: NotebookSession) => 'isConsole' in session;

const stateWords: Readonly<Record<NotebookState['kernel']['state'], string>> = {
  none: 'No kernel',
  starting: 'Starting',
  idle: 'Idle',
  busy: 'Busy',
  restarting: 'Restarting',
  reconnecting: 'Reconnecting',
  disconnected: 'Disconnected',
  dead: 'Kernel ended',
  unknown: 'Unknown',
};

/** What the kernel does, in words. */
export function KernelStatus() {
  const session = useActiveNotebook();
  if (!session) return null;
  return (
    <>
      <KernelWords session={session} />
      <QueueStatus session={session} />
    </>
  );
}

function KernelWords({ session }: { session: NotebookSession }) {
  const state = useSteadyStore(session.store, kernelStateOf, isBusy);
  const cell = useSteadyStore(session.store, cellAtWork, isThere);
  const waits = useStore(session.store, (now) => Object.keys(now.inputs).length > 0);
  const services = useServices();
  const isAtWork = useSteadyStore(session.store, hasWork, Boolean);
  const endsWithPage = isAtWork && !services.session.has('executions');
  const words = waits ? 'Waiting for input' : stateWords[state];
  return (
    <span className="at-status-item">
      <KernelGlyph state={state} size={10} />
      {cell === null || (state !== 'busy' && !waits) ? words : `${words}, cell ${cell}`}
      {endsWithPage && '. Waiting cells end with this page'}
    </span>
  );
}

const isThere = (cell: number | null): boolean => cell !== null;

function hasWork({ runs }: NotebookState): boolean {
  return Object.values(runs).some(({ execution: { state } }) => state === 'queued' || state === 'running');
}

function cellAtWork({ order, runs }: NotebookState): number | null {
  const id = runningCell({ runs });
  return id === null ? null : order.indexOf(id) + 1;
}

/** Mode, and the cursor's or the cell's place. */
export function ModeStatus() {
  const session = useActiveNotebook();
  return session && !isConsole(session) ? <ModeWords session={session} /> : null;
}

function ModeWords({ session }: { session: NotebookSession }) {
  const mode = useStore(session.store, (now) => now.mode);
  const place = useStore(session.store, ({ cursor, mode: now, order, active }) => {
    if (now === 'edit' && cursor) return `Ln ${cursor.line}, Col ${cursor.column}`;
    return active === null ? '' : `Cell ${order.indexOf(active) + 1} of ${order.length}`;
  });
  return (
    <>
      <span className="at-status-item">{mode === 'edit' ? 'Edit mode' : 'Command mode'}</span>
      <span className="at-status-item">{place}</span>
    </>
  );
}

/** When the file was last saved, or why it is not. */
export function SaveStatus() {
  const session = useActiveNotebook();
  return session && !isConsole(session) ? <SaveWords session={session} /> : null;
}

function SaveWords({ session }: { session: NotebookSession }) {
  const save = useStore(session.store, (now) => now.save);
  return (
    <span className="at-status-item">
      {save.kind === 'saved' && <Icon name="check" size={14} />}
      {['conflict', 'choices', 'failed'].includes(save.kind) && <Icon name="triangle-alert" size={14} />}
      {wordsOf(save)}
    </span>
  );
}

function wordsOf(save: NotebookState['save']): string {
  switch (save.kind) {
    case 'saved':
      return save.at === null
        ? 'Saved'
        : `Saved ${new Date(save.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`;
    case 'dirty':
      return 'Not saved yet';
    case 'saving':
      return 'Saving';
    case 'choices':
      return save.count === 1 ? 'Not saved, 1 choice open' : `Not saved, ${save.count} choices open`;
    case 'conflict':
      return 'Not saved, 1 choice open';
    case 'failed':
      return 'Not saved';
  }
}
