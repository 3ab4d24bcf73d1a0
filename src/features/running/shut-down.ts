import type { Services } from '@/services/services.ts';
import { planShutDown, type ShutDownPlan } from './casualties.ts';
import { RunningModel, type RunningServices } from './running-model.ts';
import { type RunningNode, withDescendants } from './running-tree.ts';
import { countText } from './running-words.ts';

export type ShutDownServices = RunningServices & Pick<Services, 'dialogs' | 'kernels' | 'notifications'>;

/** What the dialog asks. `withServer`: the same plan when JupyterServer ends too. */
export type ShutDownQuestion = { plan: ShutDownPlan; withServer: ShutDownPlan | null };
export type ShutDownAnswer = { includesServer: boolean };

/** JupyterServer is no compute that is charged: it ends only when asked for. */
export const isCompute = (node: RunningNode): boolean =>
  node.of.kind !== 'server' && node.of.kind !== 'group';

async function ask(services: ShutDownServices, question: ShutDownQuestion): Promise<ShutDownAnswer | null> {
  if (question.plan.isSafe && question.withServer === null) return { includesServer: false };
  return services.dialogs.show(() => import('./ShutDownDialog.tsx'), question);
}

/** Ends one row with all below it, after a question where something could be lost. */
export async function shutDownNode(
  services: ShutDownServices,
  model: RunningModel,
  node: RunningNode,
): Promise<void> {
  const plan = planShutDown(node.name, [node], model.tree(), Date.now());
  if (await ask(services, { plan, withServer: null })) await endAll(services, model, [node]);
}

/** Ends everything; JupyterServer with its terminals only when the person ticks it. */
export async function shutDownEverything(services: ShutDownServices, model: RunningModel): Promise<void> {
  const tree = model.tree();
  const targets = tree.filter((node) => isCompute(node) && node.status !== 'ending');
  const server = tree.find((node) => node.of.kind === 'server' && node.status !== 'ending');
  if (targets.length === 0) {
    services.notifications.info(
      'Nothing is running.',
      'Run a cell or open an image terminal to start compute.',
    );
    return;
  }
  const plan = (nodes: readonly RunningNode[]) => planShutDown('all', nodes, tree, Date.now());
  const question = { plan: plan(targets), withServer: server ? plan([...targets, server]) : null };
  const answer = await ask(services, question);
  if (answer) await endAll(services, model, answer.includesServer && server ? [...targets, server] : targets);
}

/** Ends JupyterServer alone; the question says what goes on. */
export async function shutDownServer(services: ShutDownServices, model: RunningModel): Promise<void> {
  const server = model.tree().find((node) => node.of.kind === 'server' && node.status !== 'ending');
  if (server) await shutDownNode(services, model, server);
  else services.notifications.info('JupyterServer is not running.', 'It starts again when it is needed.');
}

/** The same from a command: reads what runs first, whether or not the panel is open. */
export async function shutDownFromCommand(
  services: ShutDownServices,
  end: (model: RunningModel) => Promise<void>,
): Promise<void> {
  const model = new RunningModel(services);
  try {
    await model.refresh();
    await end(model);
  } finally {
    model.dispose();
  }
}

/** Ends the rows; they show it at once. What did not end is told in one message and shows again as it is. */
async function endAll(
  services: ShutDownServices,
  model: RunningModel,
  nodes: readonly RunningNode[],
): Promise<void> {
  model.setEnding(
    nodes.map((node) => node.id),
    true,
  );
  const results = await Promise.allSettled(nodes.map((node) => endNode(services, model, node)));
  const failed = nodes.filter((_, index) => results[index]?.status === 'rejected');
  if (failed.length === 0) return;
  model.setEnding(
    failed.map((node) => node.id),
    false,
  );
  const first = results.find((result) => result.status === 'rejected');
  const [only] = failed;
  const what =
    failed.length === 1 && only ? only.name : `${failed.length} of ${countText(nodes.length, 'item')}`;
  services.notifications.error(`${what} did not shut down`, first?.reason);
}

async function endNode(
  services: ShutDownServices,
  model: RunningModel,
  { of, children }: RunningNode,
): Promise<void> {
  switch (of.kind) {
    case 'instance':
      return services.compute.removeInstance(of.instance.id);
    case 'app':
    case 'server':
      return services.compute.removeApp(of.app.id);
    case 'kernel':
      return services.kernels.shutdown(of.kernel.appId, of.kernel.id);
    case 'terminal':
      await services.terminals.shutdown(of.appId, of.name);
      return model.forgetTerminal(of.appId, of.name);
    case 'group':
      await Promise.all(children.map((child) => endNode(services, model, child)));
  }
}

/** Finds the row of a document's kernel. */
export function kernelNodeOf(tree: readonly RunningNode[], documentId: string): RunningNode | undefined {
  return tree
    .flatMap(withDescendants)
    .find(({ of }) => of.kind === 'kernel' && of.kernel.documentId === documentId);
}
