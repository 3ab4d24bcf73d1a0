import '../command-args.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import type { NotebookState } from '../session/notebook-store.ts';
import { endWords, isOutOfMemory, largerType } from './start-facts.ts';
import { useNotebook, useNotebookState } from './use-notebook.ts';

/** The kernel is gone, or was and came back without its variables. */
export function KernelBar() {
  const isDead = useNotebookState(({ kernel }) => kernel.state === 'dead');
  const causeOfKernel = useNotebookState(({ kernel }) => kernel.cause);
  const death = useNotebookState((state) => state.death);
  const cell = useNotebookState(diedIn);
  // The bar of the start has told it, and no kernel was there to take variables along.
  const wasNotStarted = useNotebookState(({ document }) => {
    const { failure, state } = document?.binding ?? {};
    return failure !== undefined && state !== 'bound';
  });
  const { session } = useNotebook();
  if (death === null && (!isDead || wasNotStarted)) return null;
  const cause = death?.cause ?? causeOfKernel ?? 'The kernel ended.';
  const isMemory = isOutOfMemory(cause);
  const { fact, rest } = endWords(cause, isDead, isMemory ? cell : 0);
  const isBad = isDead || isMemory;
  const forget = () => session.store.setState({ death: null });
  return (
    <Bar
      tone={isBad ? 'danger' : 'warn'}
      role={isBad ? 'alert' : 'status'}
      icon={isMemory ? 'memory-stick' : undefined}
      actions={<KernelActions isDead={isDead} isMemory={isMemory} forget={forget} />}
      onDismiss={isDead ? undefined : forget}
    >
      <strong>{fact}</strong> {rest}
    </Bar>
  );
}

/** The place, from 1, of the cell that the kernel's last end took with it; 0 = none. */
function diedIn({ runs, order }: NotebookState): number {
  let newest: { id: string; endedAt: string } | null = null;
  for (const [id, { execution }] of Object.entries(runs)) {
    const { state, endedAt = '' } = execution;
    if (state === 'kernel-died' && (newest === null || endedAt > newest.endedAt)) newest = { id, endedAt };
  }
  return newest === null ? 0 : order.indexOf(newest.id as CellId) + 1;
}

type KernelActionsProps = { isDead: boolean; isMemory: boolean; forget: () => void };

function KernelActions({ isDead, isMemory, forget }: KernelActionsProps) {
  const { services } = useNotebook();
  const { commands, compute, notifications } = services;
  const document = useNotebookState((state) => state.document);
  const app = useStore(compute.store, (state) =>
    state.apps.find((one) => one.id === document?.binding.appId),
  );
  const larger = useStore(compute.store, (state) =>
    isMemory ? largerType(state.instanceTypes, app?.instanceType ?? null) : undefined,
  );
  const isBound = document?.binding.state === 'bound';
  const goOn = async (instanceType: string) => {
    if (!document || !app) return;
    const environment = {
      imageId: app.imageId,
      kernelName: document.binding.kernelName ?? null,
      instanceType,
    };
    try {
      await commands.run('compute.moveTo', { documentId: document.id, environment });
      forget();
    } catch (error) {
      notifications.error('The switch was not started', error);
    }
  };
  return (
    <>
      {larger && isBound ? (
        <Button
          variant="primary"
          onClick={() => void goOn(larger.name)}
        >{`Continue on ${larger.memoryGiB} GiB`}</Button>
      ) : null}
      {isDead && isBound ? (
        <Button
          variant={larger ? 'secondary' : 'primary'}
          onClick={() => void commands.run('notebook.restartKernel')}
        >
          Restart kernel
        </Button>
      ) : null}
      {isDead && document && !larger ? (
        <Button onClick={() => void commands.run('compute.changeEnvironment', { documentId: document.id })}>
          Change environment
        </Button>
      ) : null}
    </>
  );
}
