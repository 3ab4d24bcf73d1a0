import { useEffect } from 'react';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { toDisposable } from '@/base/disposable.ts';
import type { DocumentProbe } from '@/platform/probe/probe-service.ts';
import { useServices } from '@/services/use-services.ts';
import type { NotebookSession } from '../session/notebook-session.ts';

/** Tells tests what is true of this notebook. */
export function useProbe(session: NotebookSession): void {
  const { probes, compute } = useServices();
  useEffect(() => {
    const { store, saver } = session;
    const probe: DocumentProbe = {
      path: () => store.getState().path,
      document: () => ({ text: saver.currentText(), isDirty: saver.isDirty }),
      kernel() {
        const { kernel, document } = store.getState();
        const { appId = null, kernelId = null } = document?.binding ?? {};
        const app = compute.store.getState().apps.find((one) => one.id === appId);
        return { state: kernel.state, appId, kernelId, instanceType: app?.instanceType ?? null };
      },
      isIdle() {
        const { status, save, runs, waiting } = store.getState();
        const isSaved = save.kind === 'saved' && !saver.isDirty;
        const isOver = Object.values(runs).every((run) => isFinished(run.execution.state));
        return (
          status.kind === 'problem' || (status.kind === 'ready' && isSaved && isOver && waiting.length === 0)
        );
      },
      onDidChange: (listener) => toDisposable(store.subscribe(() => listener())),
    };
    const added = probes.add(probe);
    return () => added.dispose();
  }, [session, probes, compute]);
}
