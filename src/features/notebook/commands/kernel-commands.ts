import type { Services } from '@/services/services.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { define, hasKernel, selected } from './define.ts';

/** The kernel of the notebook. */
export const kernelCommands = [
  define('notebook.interruptKernel', {
    title: 'Interrupt kernel',
    group: 'Kernel',
    icon: 'square',
    enabled: hasKernel,
    run: ({ care }) => care.interrupt(),
  }),
  define('notebook.restartKernel', {
    title: 'Restart kernel',
    group: 'Kernel',
    icon: 'rotate-cw',
    enabled: hasKernel,
    run: ({ care }) => care.restart(),
  }),
  define('notebook.restartAndRunAll', {
    title: 'Restart and run all',
    group: 'Kernel',
    icon: 'fast-forward',
    run: ({ care }) => care.restart('runAll'),
  }),
  define('notebook.restartAndRunToHere', {
    title: 'Restart and run up to selected cell',
    group: 'Kernel',
    icon: 'arrow-down-to-line',
    run: async (session) => {
      const runTo = selected(session).at(-1);
      if (runTo !== undefined) await session.care.restart({ runTo });
    },
  }),
  define('notebook.restartAndClear', {
    title: 'Restart and clear all outputs',
    group: 'Kernel',
    icon: 'eraser',
    enabled: hasKernel,
    run: ({ care }) => care.restart('clearAll'),
  }),
  define('notebook.openImageTerminal', {
    title: 'Open image terminal of this notebook',
    group: 'Open',
    icon: 'square-terminal',
    enabled: ({ notebook }) =>
      notebook?.hasApp ? true : { reason: 'The notebook has no kernel: choose an environment first' },
    run: openImageTerminal,
  }),
];

/** A terminal of the image, on the app that the notebook runs on, in the notebook's folder. */
async function openImageTerminal({ store }: NotebookSession, services: Services): Promise<void> {
  const { document, path } = store.getState();
  const appId = document?.binding.appId;
  if (appId === undefined) return;
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const name = await services.terminals.create(appId, folder);
  const { apps, images } = services.compute.store.getState();
  const app = apps.find((one) => one.id === appId);
  const image = images.find((one) => one.id === app?.imageId);
  const title = image?.displayName ?? 'Image terminal';
  const where = app?.instanceType ? `${title}, ${app.instanceType}` : title;
  services.tabs.open({
    kind: 'terminal',
    key: `${appId}/${name}`,
    title: where,
    tooltip: `Image terminal: ${where}`,
    icon: 'box',
    area: 'bottom',
    state: { appId, name, where },
  });
}
