import type { App, Instance, Kernel, Usage } from '@atelier-ide/contract';
import type { ComputeState } from '@/services/compute/compute-service.ts';
import { instanceSize } from '@/ui/InstanceBadge.tsx';
import { kernelWords } from './running-words.ts';

/** The cell that a kernel is at: its number in the notebook, where that is open here, and since when (ms). */
export type Run = { executionId: string; cell: number | null; startedAt: number | null };

/** All that is known of what runs. */
export type RunningFacts = {
  compute: ComputeState;
  /** Paths of documents by id: those whose kernels run. */
  paths: Readonly<Record<string, string>>;
  /** Names of terminals by app. */
  terminals: Readonly<Record<string, readonly string[]>>;
  /** What kernels run now, by their id. */
  runs: Readonly<Record<string, Run>>;
};

/** What a row stands for. */
export type Subject =
  | { kind: 'group' }
  | { kind: 'instance'; instance: Instance }
  | { kind: 'server'; app: App }
  | { kind: 'app'; app: App }
  | { kind: 'kernel'; kernel: Kernel; path: string | null; run: Run | null }
  | { kind: 'terminal'; appId: string; name: string };

export type Reading = { cpuPercent: number; memoryBytes: number; limitBytes: number | null };

export type RunningNode = {
  id: string;
  of: Subject;
  /** Notebook, image, type: what a person calls it. */
  name: string;
  /** Stands behind the name in the lighter text. */
  detail: string;
  status: 'starting' | 'running' | 'ending' | 'failed';
  reading: Reading | null;
  price: { perHour: number; currency: string } | null;
  children: readonly RunningNode[];
};

/**
 * The tree of what runs: instances with their apps with their kernels and terminals, then apps that have no instance,
 * last JupyterServer with the system terminals. Pure. Shares of apps and kernels are told against the limit of their
 * instance, so that they add up to it.
 */
export function runningTree(facts: RunningFacts): readonly RunningNode[] {
  const { apps, instances } = facts.compute;
  const placed = new Set(instances.map((instance) => instance.id));
  const gateways = apps.filter((app) => app.type === 'KernelGateway');
  const own = (app: App, usage?: Usage) => appNode(facts, app, usage);
  return [
    ...numbered(instances.map((instance) => instanceNode(facts, instance, gateways))),
    ...gateways
      .filter((app) => app.instanceId === null || !placed.has(app.instanceId))
      .map((app) => own(app)),
    ...apps.filter((app) => app.type === 'JupyterServer').map((app) => own(app)),
  ];
}

/** Two instances of one type are told apart by a number. */
function numbered(nodes: readonly RunningNode[]): RunningNode[] {
  return nodes.map((node, index) => {
    const before = nodes.slice(0, index).filter((other) => other.name === node.name).length;
    return before === 0 ? node : { ...node, name: `${node.name} (${before + 1})` };
  });
}

function instanceNode(facts: RunningFacts, instance: Instance, apps: readonly App[]): RunningNode {
  const type = facts.compute.instanceTypes.find((one) => one.name === instance.type);
  const usage = facts.compute.usage[instance.id];
  const states = {
    Pending: 'starting',
    InService: 'running',
    Deleting: 'ending',
    Deleted: 'ending',
  } as const;
  return {
    id: `instance:${instance.id}`,
    of: { kind: 'instance', instance },
    name: instance.type,
    detail: type ? instanceSize(type) : '',
    status: states[instance.status],
    reading: usage ? { ...usage, limitBytes: usage.memoryLimitBytes } : null,
    price:
      type?.pricePerHour === undefined
        ? null
        : { perHour: type.pricePerHour, currency: type.currency ?? 'USD' },
    children: apps.filter((app) => app.instanceId === instance.id).map((app) => appNode(facts, app, usage)),
  };
}

const appStates = {
  Pending: 'starting',
  InService: 'running',
  Deleting: 'ending',
  Deleted: 'ending',
  Failed: 'failed',
} as const;

function appNode(facts: RunningFacts, app: App, usage: Usage | undefined): RunningNode {
  const image = facts.compute.images.find((one) => one.id === app.imageId);
  const share = usage?.apps.find((one) => one.appId === app.id);
  const limitBytes = usage?.memoryLimitBytes ?? null;
  const kernels = facts.compute.kernels
    .filter((kernel) => kernel.appId === app.id)
    .map((kernel) => kernelNode(facts, kernel, image?.kernels));
  const terminals = (facts.terminals[app.id] ?? []).map((name) => terminalNode(app, name));
  const parts = partsOf(app, share);
  const common = { id: `app:${app.id}`, status: appStates[app.status], price: null };
  const kind: Pick<RunningNode, 'of' | 'name' | 'detail'> =
    app.type === 'JupyterServer'
      ? { of: { kind: 'server', app }, name: 'JupyterServer', detail: 'always on' }
      : { of: { kind: 'app', app }, name: image?.displayName ?? app.imageId ?? 'App', detail: 'app' };
  return {
    ...common,
    ...kind,
    reading: share ? { ...share, limitBytes } : null,
    children: [...kernels, ...terminals].map((node) => {
      const part = parts.get(node.id);
      return part ? { ...node, reading: { ...part, limitBytes } } : node;
    }),
  };
}

/** Shares of kernels and terminals, by the ids of their nodes. */
function partsOf(app: App, share: Usage['apps'][number] | undefined) {
  const parts = new Map<string, { cpuPercent: number; memoryBytes: number }>();
  for (const part of share?.kernels ?? []) parts.set(`kernel:${app.id}/${part.kernelId}`, part);
  for (const part of share?.terminals ?? []) parts.set(`terminal:${app.id}/${part.name}`, part);
  return parts;
}

type Specs = readonly { name: string; displayName: string }[] | undefined;

function kernelNode(facts: RunningFacts, kernel: Kernel, specs: Specs): RunningNode {
  const path = kernel.documentId === null ? null : (facts.paths[kernel.documentId] ?? null);
  const spec = specs?.find((one) => one.name === kernel.name)?.displayName ?? kernel.name;
  const run = kernel.state === 'busy' ? (facts.runs[kernel.id] ?? null) : null;
  return {
    id: `kernel:${kernel.appId}/${kernel.id}`,
    of: { kind: 'kernel', kernel, path, run },
    name: path === null ? spec : (path.split('/').at(-1) ?? path),
    detail: path === null ? `no notebook, ${kernelWords[kernel.state]}` : kernelWords[kernel.state],
    status: kernel.state === 'starting' ? 'starting' : 'running',
    reading: null,
    price: null,
    children: [],
  };
}

function terminalNode(app: App, name: string): RunningNode {
  return {
    id: `terminal:${app.id}/${name}`,
    of: { kind: 'terminal', appId: app.id, name },
    name: app.type === 'JupyterServer' ? `System terminal ${name}` : `Terminal ${name}`,
    detail: '',
    status: 'running',
    reading: null,
    price: null,
    children: [],
  };
}

/** The node and all below it. */
export function withDescendants(node: RunningNode): readonly RunningNode[] {
  return [node, ...node.children.flatMap(withDescendants)];
}

/** The same rows in four sections, as Studio had them. */
export function sections(tree: readonly RunningNode[]): readonly RunningNode[] {
  const all = tree.flatMap(withDescendants).map((node) => ({ ...node, children: [] }));
  const group = (id: string, name: string, kinds: readonly Subject['kind'][]): RunningNode => ({
    id: `group:${id}`,
    of: { kind: 'group' },
    name,
    detail: '',
    status: 'running',
    reading: null,
    price: null,
    children: all.filter((node) => kinds.includes(node.of.kind)),
  });
  return [
    group('instances', 'Running instances', ['instance']),
    group('apps', 'Running apps', ['app', 'server']),
    group('kernels', 'Kernel sessions', ['kernel']),
    group('terminals', 'Terminal sessions', ['terminal']),
  ].filter((one) => one.children.length > 0);
}

/** Marks what a person has told to end, and all below it. */
export function withEnding(
  tree: readonly RunningNode[],
  ending: ReadonlySet<string>,
): readonly RunningNode[] {
  return tree.map((node) => {
    const isEnding = node.status === 'ending' || ending.has(node.id);
    const below = isEnding ? new Set(node.children.map((child) => child.id)) : ending;
    return {
      ...node,
      status: isEnding ? 'ending' : node.status,
      children: withEnding(node.children, below),
    };
  });
}

export type RunningRow = {
  node: RunningNode;
  level: number;
  position: number;
  size: number;
  isExpanded: boolean | null;
};

/** The rows that are visible, in order. */
export function visibleRows(
  nodes: readonly RunningNode[],
  folded: ReadonlySet<string>,
  level = 1,
): readonly RunningRow[] {
  return nodes.flatMap((node, index) => {
    const isExpanded = node.children.length === 0 ? null : !folded.has(node.id);
    const row: RunningRow = { node, level, position: index + 1, size: nodes.length, isExpanded };
    return isExpanded ? [row, ...visibleRows(node.children, folded, level + 1)] : [row];
  });
}
