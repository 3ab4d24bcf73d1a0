import '../command-args.ts';
import type { StudioDocument } from '@atelier-ide/contract';
import { useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { StartProgress } from '@/ui/StartProgress.tsx';
import { countOpen } from './start-counts.ts';
import { StartDetails } from './StartDetails.tsx';
import { failedApp, startFacts } from './start-facts.ts';
import { RebindBar, SwitchBar } from './SwitchBar.tsx';
import { useNotebookState } from './use-notebook.ts';

/** The start of compute and the move of it: what happens, for how long, how to stop it; and why it failed. */
export function StartBar() {
  const { documents, tabs } = useServices();
  const path = useNotebookState((state) => state.path);
  const document = useNotebookState((state) => state.document);
  const move = useStore(documents.store, (state) => state.switches[document?.id ?? '']);
  // A console of its kernel stands beside the notebook: there it is told once.
  const isToldThere = useStore(
    tabs.store,
    (state) => document?.path !== path && state.tabs.some((tab) => tab.key === document?.path),
  );
  if (!document || isToldThere) return null;
  const { state, failure } = document.binding;
  if (state === 'starting') return <Starting key={document.binding.generation} document={document} />;
  if (move && move.state !== 'cancelled') return <SwitchBar key={move.id} move={move} />;
  if (state === 'switching') return <RebindBar key={document.binding.generation} document={document} />;
  return failure ? <Failed key={document.binding.generation} document={document} /> : null;
}

function Starting({ document }: { document: StudioDocument }) {
  const { compute, documents, notifications, commands, session } = useServices();
  const { binding } = document;
  const app = useStore(compute.store, (state) => state.apps.find((one) => one.id === binding.appId));
  const image = useStore(compute.store, (state) => state.images.find((one) => one.id === app?.imageId));
  const hasPrices = useStore(compute.store, (state) =>
    state.instanceTypes.some((type) => type.pricePerHour !== undefined),
  );
  const queued = useNotebookState(countOpen);
  const [since] = useState(() => new Date().toISOString());

  const cancel = async () => {
    try {
      if (await documents.cancelStart(document.id))
        notifications.info('Start cancelled', `Nothing runs${hasPrices ? ', nothing is charged' : ''}.`);
      else notifications.info('The kernel was ready first', 'It runs. To end it, shut it down in “Running”.');
    } catch (error) {
      notifications.error('The start was not cancelled', error);
    }
  };
  const hasLog = app !== undefined && session.has('logs');
  return (
    <StartProgress
      app={startFacts(app, document.proposal.instanceType, since)}
      imageName={image?.displayName}
      onCancel={() => void cancel()}
      onShowLog={hasLog ? () => void commands.run('compute.showLog', { of: 'app', id: app.id }) : undefined}
    >
      {noteOf(queued)}
    </StartProgress>
  );
}

function noteOf(queued: number): string {
  if (queued === 0) return 'You can keep reading and editing.';
  const cells = queued === 1 ? '1 cell runs' : `${queued} cells run`;
  return `You can keep reading and editing. ${cells} when the kernel is ready.`;
}

function Failed({ document }: { document: StudioDocument }) {
  const { commands, compute, notifications } = useServices();
  const [isHidden, setIsHidden] = useState(false);
  const { proposal, binding } = document;
  const app = useStore(compute.store, (state) => failedApp(state.apps, proposal));
  const { failure, state } = binding;
  if (!failure || isHidden) return null;
  const kept =
    state === 'bound'
      ? 'You are still on the former kernel, nothing changed.'
      : 'Nothing runs. Your edits and outputs are kept.';
  const { imageId, kernelName, instanceType } = proposal;
  const again = async () => {
    try {
      const environment = { imageId, kernelName, instanceType };
      await commands.run('compute.moveTo', { documentId: document.id, environment });
    } catch (error) {
      notifications.error('The kernel was not started', error);
    }
  };
  return (
    <Bar
      tone="danger"
      role="alert"
      onDismiss={() => setIsHidden(true)}
      actions={
        <>
          {kernelName === null ? null : <Button onClick={() => void again()}>Try again</Button>}
          <Button onClick={() => void commands.run('compute.changeEnvironment', { documentId: document.id })}>
            Change environment
          </Button>
        </>
      }
    >
      <strong>The kernel was not started.</strong> {failure.message} {kept}
      <StartDetails app={app} />
    </Bar>
  );
}
