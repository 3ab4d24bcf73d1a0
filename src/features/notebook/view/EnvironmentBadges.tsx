import '../command-args.ts';
import type { App } from '@atelier-ide/contract';
import { useServices } from '@/services/use-services.ts';
import { useSteadyStore } from '@/services/use-steady-store.ts';
import { useStore } from '@/services/use-store.ts';
import { InstanceBadge } from '@/ui/InstanceBadge.tsx';
import { KernelBadge, type KernelBadgeProps } from '@/ui/KernelBadge.tsx';
import { instanceFacts, memoryOf } from './instance-facts.ts';
import { isBusy, kernelStateOf } from '../session/kernel-state-of.ts';
import { isOutOfMemory } from './start-facts.ts';
import { useNotebook, useNotebookState } from './use-notebook.ts';

type DialogCommand = 'compute.changeEnvironment' | 'compute.selectInstance';

/** What the notebook runs on, as one pair: instance and kernel. Each opens its dialog. */
export function EnvironmentBadges() {
  const { compute, commands, notifications } = useServices();
  const { session } = useNotebook();
  const binding = useNotebookState((state) => state.document?.binding);
  const isOn = binding !== undefined && binding.state !== 'none' && binding.state !== 'ended';
  const appId = isOn ? binding.appId : undefined;
  const app = useStore(compute.store, (state) => state.apps.find((one) => one.id === appId));
  const image = useStore(compute.store, (state) => state.images.find((one) => one.id === app?.imageId));
  const spec = image?.kernels.find((kernel) => kernel.name === binding?.kernelName);
  // The server may not have named the document yet: the click waits for it, it is not lost.
  const show = async (id: DialogCommand) => {
    const named = await session.document();
    if (named) await commands.run(id, { documentId: named.id });
    else
      notifications.error(
        'The environment cannot be chosen',
        new Error('The server does not know the notebook.'),
      );
  };
  return (
    <div className="at-badges">
      <InstanceOf app={app} onClick={() => void show('compute.selectInstance')} />
      <KernelOf
        kernelName={isOn ? (spec?.displayName ?? binding.kernelName ?? 'Kernel') : null}
        imageName={image?.displayName ?? null}
        onClick={() => void show('compute.changeEnvironment')}
      />
    </div>
  );
}

function KernelOf(props: Omit<KernelBadgeProps, 'state'>) {
  const { session } = useNotebook();
  return <KernelBadge {...props} state={useSteadyStore(session.store, kernelStateOf, isBusy)} />;
}

/** The instance of an app: its size, its memory as it is now, how much of it is left. */
function InstanceOf({ app, onClick }: { app: App | undefined; onClick: () => void }) {
  const { compute } = useServices();
  const instanceTypes = useStore(compute.store, (state) => state.instanceTypes);
  const instances = useStore(compute.store, (state) => state.instances);
  const apps = useStore(compute.store, (state) => state.apps);
  const images = useStore(compute.store, (state) => state.images);
  const readings = useStore(compute.store, (state) => state.usage);
  const hasRunOut = useNotebookState(
    ({ death, kernel }) => isOutOfMemory(death?.cause) || isOutOfMemory(kernel.cause),
  );
  const type = instanceTypes.find((one) => one.name === app?.instanceType);
  const instance = instances.find((one) => one.id === app?.instanceId);
  const usage = instance && (readings[instance.id] ?? instance.usage);
  return (
    <InstanceBadge
      size={type ?? null}
      typeName={type?.name}
      memory={memoryOf(usage, type?.memoryGiB)}
      instanceId={instance?.id}
      hasRunOut={hasRunOut}
      facts={instanceFacts({ instance, usage, apps, images })}
      onClick={onClick}
    />
  );
}
