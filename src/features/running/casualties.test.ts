import { describe, expect, it } from 'vitest';
import { planShutDown } from './casualties.ts';
import { fakeFacts, fakeKernel, fakeNow } from './running.fixture.ts';
import { type RunningNode, runningTree, withDescendants } from './running-tree.ts';

const tree = runningTree(fakeFacts());

function plan(name: string, find: (node: RunningNode) => boolean, from = tree) {
  const node = from.flatMap(withDescendants).find(find);
  if (!node) throw new Error(`no ${name}`);
  return planShutDown(node.name, [node], from, fakeNow);
}

describe('what a shutdown ends', () => {
  it('names each thing of an instance with its state and what is kept [H1] [H7]', () => {
    const shown = plan('instance', (node) => node.id === 'instance:i1');
    expect(shown.title).toBe('Shut down ml.t3.medium?');
    expect(shown.sentence).toBe('This ends 1 app, 2 kernels and 1 terminal. churn.ipynb is running cell 7.');
    expect(shown.items.map(({ name, state, kept }) => [name, state, kept])).toEqual([
      ['churn.ipynb', 'Running cell 7, 42 s', 'Notebook and outputs'],
      ['Python 3', 'Idle', 'Nothing'],
      ['Terminal 1', '0 % CPU, 12 MiB', 'Nothing'],
    ]);
    expect(shown.note).toBe(
      'Notebooks, outputs and files stay. Variables of 2 kernels are lost. Cell 7 loses 42 s of work. ' +
        'uplift.ipynb on ml.m5.large goes on.',
    );
    expect(shown.confirmLabel).toBe('Shut down 3 items');
    expect(shown.isSafe).toBe(false);
  });

  it('says what goes on and costs when JupyterServer alone ends [H7]', () => {
    const facts = fakeFacts();
    const instanceTypes = facts.compute.instanceTypes.map((type) => ({
      ...type,
      pricePerHour: 0.05,
      currency: 'EUR',
    }));
    const priced = runningTree({ ...facts, compute: { ...facts.compute, instanceTypes } });
    const shown = plan('server', (node) => node.of.kind === 'server', priced);
    expect(shown.note).toBe(
      'Notebooks, outputs and files stay. ml.t3.medium (€0.05/h) and uplift.ipynb on ml.m5.large (€0.05/h) go on.',
    );
    expect(shown.confirmLabel).toBe('Shut down 1 terminal');
  });

  it('asks for a kernel that holds variables, not for one that only starts', () => {
    const idle = plan('kernel', (node) => node.id === 'kernel:a1/k2');
    expect([idle.isSafe, idle.confirmLabel]).toEqual([false, 'Shut down 1 kernel']);
    const facts = fakeFacts();
    const compute = { ...facts.compute, kernels: [fakeKernel('k1', 'a1', { state: 'starting' })] };
    const starting = runningTree({ ...facts, compute, terminals: {} });
    expect(plan('instance', (node) => node.id === 'instance:i1', starting).isSafe).toBe(true);
  });

  it('says nothing of a cell that it does not know', () => {
    const facts = fakeFacts({ runs: {} });
    const shown = plan('kernel', (node) => node.id === 'kernel:a1/k1', runningTree(facts));
    expect(shown.items[0]?.state).toBe('Running a cell');
    expect(shown.sentence).toBe('This ends 1 kernel. churn.ipynb is running a cell.');
  });
});
