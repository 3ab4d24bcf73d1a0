import type { KernelState } from '@atelier-ide/contract';
import type { Reading, RunningNode } from './running-tree.ts';
import { withDescendants } from './running-tree.ts';
import {
  ageText,
  countText,
  kernelWords,
  listText,
  memoryText,
  percentText,
  priceText,
} from './running-words.ts';

/** One thing that ends, with its state and what of it stays. */
export type Casualty = {
  id: string;
  kind: 'app' | 'kernel' | 'terminal';
  kernelState: KernelState | null;
  name: string;
  state: string;
  isWarning: boolean;
  kept: string;
};

/** What a shutdown ends, in words; `isSafe`: nothing that it ends holds anything. */
export type ShutDownPlan = {
  title: string;
  sentence: string;
  items: readonly Casualty[];
  /** What stays, what is lost, what goes on. */
  note: string;
  confirmLabel: string;
  isSafe: boolean;
};

/** What ends with `targets`, which are nodes of `tree`; `name` is what a person asked to shut down. */
export function planShutDown(
  name: string,
  targets: readonly RunningNode[],
  tree: readonly RunningNode[],
  now: number,
): ShutDownPlan {
  const ending = targets.flatMap(withDescendants);
  const items = ending.flatMap((node) => casualty(node, now));
  const apps = ending.filter((node) => node.of.kind === 'app' || node.of.kind === 'server').length;
  const of = (kind: Casualty['kind']) => items.filter((item) => item.kind === kind);
  const counts = [
    apps === 0 ? '' : countText(apps, 'app'),
    of('kernel').length === 0 ? '' : countText(of('kernel').length, 'kernel'),
    of('terminal').length === 0 ? '' : countText(of('terminal').length, 'terminal'),
  ].filter(Boolean);
  const isSafe = ending.every(holdsNothing);
  return {
    title: `Shut down ${name}?`,
    sentence: [`This ends ${listText(counts)}.`, ...busySentences(ending)].join(' '),
    items,
    note: [
      'Notebooks, outputs and files stay.',
      lossText(ending, now),
      goesOnText(tree, new Set(ending.map((node) => node.id))),
    ]
      .filter(Boolean)
      .join(' '),
    confirmLabel: `Shut down ${confirmed(items)}`,
    isSafe,
  };
}

function confirmed(items: readonly Casualty[]): string {
  const [first] = items;
  return items.length === 1 && first ? countText(1, first.kind) : countText(items.length, 'item');
}

function casualty(node: RunningNode, now: number): Casualty[] {
  const common = { id: node.id, name: node.name, kernelState: null, isWarning: false };
  switch (node.of.kind) {
    case 'kernel': {
      const { kernel, path } = node.of;
      const kept = path === null ? 'Nothing' : 'Notebook and outputs';
      const state = kernelText(node, now);
      const isWarning = kernel.state === 'busy';
      return [{ ...common, kind: 'kernel', kernelState: kernel.state, state, isWarning, kept }];
    }
    case 'terminal':
      return [{ ...common, kind: 'terminal', state: terminalText(node.reading), kept: 'Nothing' }];
    case 'app':
    case 'server':
      // An app whose kernels and terminals are named says nothing more itself.
      if (node.children.length > 0) return [];
      return [{ ...common, kind: 'app', state: appText(node), kept: 'Files' }];
    default:
      return [];
  }
}

/** `Running cell 7, 42 s`, `Idle`. */
function kernelText(node: RunningNode, now: number): string {
  if (node.of.kind !== 'kernel') return '';
  const { kernel, run } = node.of;
  if (kernel.state !== 'busy') return capital(kernelWords[kernel.state]);
  const cell = run?.cell ? `Running cell ${run.cell}` : 'Running a cell';
  return run?.startedAt ? `${cell}, ${ageText(now - run.startedAt)}` : cell;
}

const terminalText = (reading: Reading | null): string =>
  reading ? `${percentText(reading.cpuPercent)} CPU, ${memoryText(reading.memoryBytes)}` : 'Open';

function appText({ status, of }: RunningNode): string {
  if (status === 'failed') return 'Failed';
  if (status === 'starting') return 'Starting';
  return of.kind === 'server' ? 'Files and system terminals' : 'Nothing runs in it';
}

function busySentences(ending: readonly RunningNode[]): string[] {
  return ending.flatMap(({ of, name }) => {
    if (of.kind !== 'kernel' || of.kernel.state !== 'busy') return [];
    return [`${name} is running ${of.run?.cell ? `cell ${of.run.cell}` : 'a cell'}.`];
  });
}

function lossText(ending: readonly RunningNode[], now: number): string {
  const kernels = ending.filter((node) => node.of.kind === 'kernel' && !holdsNothing(node));
  const parts = kernels.length === 0 ? [] : [`Variables of ${countText(kernels.length, 'kernel')} are lost.`];
  for (const { of } of kernels) {
    if (of.kind !== 'kernel' || !of.run?.startedAt) continue;
    const cell = of.run.cell ? `Cell ${of.run.cell}` : 'The running cell';
    parts.push(`${cell} loses ${ageText(now - of.run.startedAt)} of work.`);
  }
  return parts.join(' ');
}

/** What is not ended and goes on, with what it costs. */
function goesOnText(tree: readonly RunningNode[], ending: ReadonlySet<string>): string {
  const isCharged = ({ of, id }: RunningNode) => of.kind === 'instance' && !ending.has(id);
  const others = tree.filter((node) => isCharged(node) && node.children.some((app) => !ending.has(app.id)));
  if (others.length === 0) return '';
  const names = others.map((node) => {
    const price = node.price ? ` (${priceText(node.price.perHour, node.price.currency)})` : '';
    const notebooks = withDescendants(node).filter((one) => one.of.kind === 'kernel' && !ending.has(one.id));
    const first = notebooks[0];
    return notebooks.length === 1 && first ? `${first.name} on ${node.name}${price}` : `${node.name}${price}`;
  });
  return `${listText(names)} ${others.length === 1 ? 'goes' : 'go'} on.`;
}

/** True where an end loses nothing of its own; what is in an app is asked by itself. */
function holdsNothing({ of }: RunningNode): boolean {
  if (of.kind === 'kernel') return of.kernel.state === 'starting' || of.kernel.state === 'dead';
  return of.kind !== 'terminal' && of.kind !== 'server';
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
