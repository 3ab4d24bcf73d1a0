import '../command-args.ts';
import type { StudioDocument, Switch } from '@atelier-ide/contract';
import { useState } from 'react';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { StartProgress } from '@/ui/StartProgress.tsx';
import { countOpen } from './start-counts.ts';
import { placeNames, runningCells, startFacts, withinSentence } from './start-facts.ts';
import { StartDetails } from './StartDetails.tsx';
import { useNotebookState } from './use-notebook.ts';

/**
 * The move of a notebook to another instance, image or kernel. Nothing of the notebook waits for it: the old kernel is
 * the notebook's until the new one stands, and a move that fails has changed nothing.
 */
export function SwitchBar({ move }: { move: Switch }) {
  if (move.state === 'starting')
    return move.waitingFor === 'executions' ? <Waiting move={move} /> : <Moving move={move} />;
  if (move.state === 'failed') return <Failed move={move} />;
  return <Moved move={move} />;
}

function useNames(move: Switch) {
  const { compute } = useServices();
  const images = useStore(compute.store, (state) => state.images);
  return placeNames(move, images);
}

function useCancel(move: Switch): () => Promise<void> {
  const { documents, notifications } = useServices();
  const names = useNames(move);
  return async () => {
    try {
      await documents.cancelSwitch(move.id);
      // The new kernel may have stood just before: then the bar of the end says it.
      if (documents.store.getState().switches[move.documentId]?.state !== 'cancelled') return;
      documents.putAwaySwitch(move.documentId);
      notifications.info('Switch cancelled', `You are still on ${names.from}, nothing changed.`);
    } catch (error) {
      notifications.error('The switch was not cancelled', error);
    }
  };
}

function Moving({ move }: { move: Switch }) {
  const { compute, commands, session } = useServices();
  const names = useNames(move);
  const cancel = useCancel(move);
  const app = useStore(compute.store, (state) => state.apps.find((one) => one.id === move.to.appId));
  const image = useStore(compute.store, (state) => state.images.find((one) => one.id === move.to.imageId));
  const hasLog = app !== undefined && session.has('logs');
  return (
    <StartProgress
      app={startFacts(app, move.to.instanceType, move.createdAt)}
      imageName={image?.displayName}
      onCancel={() => void cancel()}
      onShowLog={hasLog ? () => void commands.run('compute.showLog', { of: 'app', id: app.id }) : undefined}
    >
      {`You stay on ${names.from} until ${names.to} is ready.`}
    </StartProgress>
  );
}

/** The target is ready; what runs on the old kernel comes to its end first. */
function Waiting({ move }: { move: Switch }) {
  const { commands } = useServices();
  const names = useNames(move);
  const cancel = useCancel(move);
  const count = useNotebookState(countOpen);
  return (
    <Bar
      tone="progress"
      label={`Starting ${names.to}`}
      actions={
        <>
          {count === 0 ? null : (
            <Button onClick={() => void commands.run('notebook.interruptKernel')}>Interrupt kernel</Button>
          )}
          <Button onClick={() => void cancel()}>Cancel</Button>
        </>
      }
    >
      <strong>{names.to} is ready.</strong>{' '}
      {count === 0
        ? `Saving what ran on ${names.from}.`
        : `Waiting for ${runningCells(count)} on ${names.from}.`}
    </Bar>
  );
}

function Failed({ move }: { move: Switch }) {
  const { commands, compute, documents, notifications, session } = useServices();
  const names = useNames(move);
  const app = useStore(compute.store, (state) => state.apps.find((one) => one.id === move.to.appId));
  const { documentId, to } = move;
  const again = async () => {
    const { imageId, kernelName, instanceType } = to;
    try {
      await commands.run('compute.moveTo', {
        documentId,
        environment: { imageId, kernelName, instanceType },
      });
    } catch (error) {
      notifications.error('The switch was not started', error);
    }
  };
  const isType = move.from.instanceType !== to.instanceType;
  return (
    <Bar
      tone="danger"
      role="alert"
      onDismiss={() => documents.putAwaySwitch(documentId)}
      actions={
        <>
          {app && session.has('logs') ? (
            <Button
              variant="quiet"
              onClick={() => void commands.run('compute.showLog', { of: 'app', id: app.id })}
            >
              Show log
            </Button>
          ) : null}
          <Button onClick={() => void again()}>Try again</Button>
          <Button
            onClick={() =>
              void commands.run(isType ? 'compute.selectInstance' : 'compute.changeEnvironment', {
                documentId,
              })
            }
          >
            {isType ? 'Select instance' : 'Change environment'}
          </Button>
        </>
      }
    >
      <strong>{`The switch failed: ${withinSentence(move.failure?.message ?? 'the new kernel did not start')}.`}</strong>{' '}
      {`You are still on ${names.from}, nothing changed.`}
      <StartDetails app={app} />
    </Bar>
  );
}

/** It is done. What it left behind runs on until the person says otherwise. */
function Moved({ move }: { move: Switch }) {
  const { commands, documents } = useServices();
  const names = useNames(move);
  const appId = useNotebookState((state) => state.document?.binding.appId);
  const [isBusy, setBusy] = useState(false);
  // The notebook has moved on since.
  if (move.to.appId !== undefined && appId !== move.to.appId) return null;
  const putAway = () => documents.putAwaySwitch(move.documentId);
  if (move.old?.state !== 'running') {
    return (
      <Bar tone="info" onDismiss={putAway}>
        <strong>{`Now on ${names.to}.`}</strong> Your edits and outputs are kept, variables ended with the old
        kernel.
      </Bar>
    );
  }
  const stop = async () => {
    setBusy(true);
    await commands.run('compute.stopFormer', { documentId: move.documentId });
    setBusy(false);
  };
  const isOneApp = move.from.appId === move.to.appId;
  const what = isOneApp || move.old.otherDocuments.length > 0 ? 'the old kernel' : names.from;
  const where = isOneApp ? 'in the old kernel' : `on ${names.from}`;
  return (
    <Bar
      tone="info"
      icon="circle-check"
      onDismiss={putAway}
      actions={
        <>
          <Button disabled={isBusy} onClick={() => void stop()}>{`Stop ${what}`}</Button>
          <Button onClick={putAway}>Keep it</Button>
        </>
      }
    >
      <strong>{`Now on ${names.to}.`}</strong> {`Variables stay ${where}, which still runs.`}
    </Bar>
  );
}

/** A move without a switch, by a newer binding: only the binding says that it goes on. */
export function RebindBar({ document }: { document: StudioDocument }) {
  const { compute, documents, notifications } = useServices();
  const { binding } = document;
  const [since] = useState(() => new Date().toISOString());
  const app = useStore(compute.store, ({ apps }) =>
    apps
      .filter((one) => one.type === 'KernelGateway' && one.status === 'Pending')
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
      .at(0),
  );
  const current = useStore(compute.store, ({ apps }) => apps.find((one) => one.id === binding.appId));
  const image = useStore(compute.store, ({ images }) => images.find((one) => one.id === app?.imageId));
  const from = current?.instanceType ?? 'the former app';
  const cancel = async () => {
    if (!current) return;
    const { imageId, instanceType } = current;
    try {
      await documents.bind(document.id, { imageId, kernelName: binding.kernelName ?? null, instanceType });
      notifications.info('Switch cancelled', `You are still on ${from}, nothing changed.`);
    } catch (error) {
      notifications.error('The switch was not cancelled', error);
    }
  };
  return (
    <StartProgress
      app={app ?? startFacts(undefined, null, since)}
      imageName={image?.displayName}
      onCancel={() => void cancel()}
    >
      {`You stay on ${from} until the new kernel is ready. Variables stay there.`}
    </StartProgress>
  );
}
