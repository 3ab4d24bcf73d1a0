import type { Services } from '@/services/services.ts';
import type { RunningModel } from './running-model.ts';
import type { RunningNode } from './running-tree.ts';

type OpenServices = Pick<Services, 'compute' | 'tabs'>;

/** Enter or a double click: a notebook or terminal opens its tab, other rows fold. */
export function openNode(services: OpenServices, model: RunningModel, node: RunningNode): void {
  const { of } = node;
  if (of.kind === 'kernel') {
    if (of.path !== null) services.tabs.openPath(of.path);
  } else if (of.kind === 'terminal') openTerminal(services, of.appId, of.name);
  else model.setFolded(node.id, !model.store.getState().folded.has(node.id));
}

/** The terminal's tab; made as the launcher makes it where it is not open. */
function openTerminal({ compute, tabs }: OpenServices, appId: string, name: string): void {
  const { apps, images } = compute.store.getState();
  const app = apps.find((one) => one.id === appId);
  if (!app) return;
  const image = images.find((one) => one.id === app.imageId)?.displayName ?? app.imageId ?? '';
  const isSystem = app.type === 'JupyterServer';
  const where = app.instanceType === null ? image : `${image}, ${app.instanceType}`;
  tabs.open({
    kind: 'terminal',
    key: `${appId}/${name}`,
    title: isSystem ? `Terminal ${name}` : where,
    tooltip: isSystem ? 'System terminal' : `Image terminal: ${where}`,
    ...(isSystem ? {} : { icon: 'box' }),
    area: 'bottom',
    state: { appId, name, where: isSystem ? 'system' : where },
  });
}
