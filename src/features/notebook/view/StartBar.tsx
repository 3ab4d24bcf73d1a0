import type { App, StudioDocument } from '@atelier-ide/contract';
import { useState } from 'react';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { StartProgress } from '@/ui/StartProgress.tsx';
import type { NotebookState } from '../session/notebook-store.ts';
import { useNotebookState } from './use-notebook.ts';

/** The start of compute: what happens, for how long, how to stop it; and why the last start failed. */
export function StartBar() {
  const document = useNotebookState((state) => state.document);
  if (!document) return null;
  const { state, failure } = document.binding;
  if (state === 'starting' || state === 'switching') return <Starting document={document} />;
  return failure ? <Failed key={document.binding.generation} document={document} /> : null;
}

function Starting({ document }: { document: StudioDocument }) {
  const { compute, documents, notifications } = useServices();
  const { binding } = document;
  const isSwitch = binding.state === 'switching';
  const app = useStore(compute.store, (state) => startingApp(state.apps, document));
  const current = useStore(compute.store, (state) => state.apps.find((one) => one.id === binding.appId));
  const image = useStore(compute.store, (state) => state.images.find((one) => one.id === app?.imageId));
  const queued = useNotebookState(countOpen);
  const [createdAt] = useState(() => new Date().toISOString());

  const cancel = async () => {
    // A switch goes back to where the notebook is; a first start to no kernel.
    const back =
      isSwitch && current
        ? {
            imageId: current.imageId,
            kernelName: binding.kernelName ?? null,
            instanceType: current.instanceType,
          }
        : null;
    try {
      await documents.bind(document.id, back);
      if (back)
        notifications.info('Switch cancelled', `You are still on ${back.instanceType ?? 'the same app'}.`);
      else notifications.info('Start cancelled', 'Nothing runs, nothing is charged.');
    } catch (error) {
      notifications.error('The start was not cancelled', error);
    }
  };
  return (
    <StartProgress
      app={app ?? { instanceType: null, phases: [], createdAt }}
      imageName={image?.displayName}
      onCancel={() => void cancel()}
    >
      {noteOf(isSwitch, queued)}
    </StartProgress>
  );
}

/** The app that the document waits for: the one it names, or for a switch the newest that is not there yet. */
function startingApp(apps: readonly App[], { binding }: StudioDocument): App | undefined {
  if (binding.state === 'starting') return apps.find((one) => one.id === binding.appId);
  return apps
    .filter((one) => one.type === 'KernelGateway' && one.status === 'Pending')
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
}

function countOpen({ runs, waiting }: NotebookState): number {
  return waiting.length + Object.values(runs).filter((run) => !isFinished(run.execution.state)).length;
}

function noteOf(isSwitch: boolean, queued: number): string {
  if (isSwitch) return 'You stay on the former instance until the new one is ready. Variables stay there.';
  if (queued === 0) return 'You can keep reading and editing.';
  const cells = queued === 1 ? '1 cell runs' : `${queued} cells run`;
  return `You can keep reading and editing. ${cells} when the kernel is ready.`;
}

function Failed({ document }: { document: StudioDocument }) {
  const { commands } = useServices();
  const [isHidden, setIsHidden] = useState(false);
  const { failure, state } = document.binding;
  if (!failure || isHidden) return null;
  const kept =
    state === 'bound'
      ? 'You are still on the former kernel, nothing changed.'
      : 'Nothing runs. Your edits and outputs are kept.';
  return (
    <Bar
      tone="danger"
      role="alert"
      onDismiss={() => setIsHidden(true)}
      actions={
        <Button onClick={() => void commands.run('compute.changeEnvironment', { documentId: document.id })}>
          Change environment
        </Button>
      }
    >
      <strong>The kernel was not started.</strong> {failure.message} {kept}
    </Bar>
  );
}
