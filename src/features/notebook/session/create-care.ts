import type { Clock } from '@/services/clock.ts';
import { KernelCare } from './kernel-care.ts';
import type { NotebookSession } from './notebook-session.ts';

/** Restarts and interrupts of a notebook's kernel, with what they ask for first. */
export function createCare(
  { store, runner, editing, services }: Pick<NotebookSession, 'store' | 'runner' | 'editing' | 'services'>,
  clock: Clock,
): KernelCare {
  const { settings, notifications } = services;
  return new KernelCare({
    store,
    clock,
    runner,
    asks: () => settings.get('notebook.asksBeforeRestart'),
    clearOutputs: (ids) => editing.clearOutputs(ids),
    fail: (what, error) => notifications.error(what, error),
  });
}
