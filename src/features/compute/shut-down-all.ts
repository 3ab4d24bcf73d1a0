import type { App } from '@atelier-ide/contract';
import type { Services } from '@/services/services.ts';

/** KernelGateway apps that run or are coming up. The JupyterServer app stays: it is the file server. */
function runningApps({ compute }: Services): App[] {
  return compute.store
    .getState()
    .apps.filter(
      (app) => app.type === 'KernelGateway' && (app.status === 'InService' || app.status === 'Pending'),
    );
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** One line for each app: what it is and which open documents it runs. */
export function endingItems(services: Services): string[] {
  const { images } = services.compute.store.getState();
  const documents = Object.values(services.documents.store.getState().byId);
  return runningApps(services).map((app) => {
    const image = images.find((one) => one.id === app.imageId)?.displayName ?? app.imageId ?? app.id;
    const users = documents
      .filter((one) => one.binding.appId === app.id)
      .map((one) => one.path.split('/').at(-1));
    const where = app.instanceType === null ? image : `${image} on ${app.instanceType}`;
    return users.length === 0 ? where : `${where}: ${users.join(', ')}`;
  });
}

/** Ends all compute of the person, after a confirmation that lists what ends. */
export async function shutDownAll(services: Services): Promise<void> {
  const apps = runningApps(services);
  if (apps.length === 0) {
    services.notifications.info(
      'Nothing is running.',
      'Run a cell or open an image terminal to start compute.',
    );
    return;
  }
  const what = count(apps.length, 'app', 'apps');
  const confirmed = await services.dialogs.confirm({
    title: `Shut down ${what}?`,
    detail: 'Their kernels and terminals end and variables are gone. Files, edits and outputs are kept.',
    items: endingItems(services),
    confirmLabel: `Shut down ${what}`,
    danger: true,
  });
  if (!confirmed) return;
  const results = await Promise.allSettled(apps.map((app) => services.compute.removeApp(app.id)));
  const failed = results.filter((result) => result.status === 'rejected');
  const first = failed[0];
  if (first) services.notifications.error(`${failed.length} of ${what} did not shut down`, first.reason);
}
