import { describe, expect, it } from 'vitest';
import { fakeApp } from '@/services/fake-compute-store.ts';
import { detailOf } from './row-detail.ts';
import { fakeFacts, fakeInstance, fakeNow, serverApp } from './running.fixture.ts';
import { runningTree, sections, visibleRows, withEnding } from './running-tree.ts';

const outline = (tree: ReturnType<typeof runningTree>) =>
  visibleRows(tree, new Set()).map(({ level, node }) => `${'  '.repeat(level - 1)}${node.name}`);

describe('the tree of what runs', () => {
  it('has instances with their apps with their kernels and terminals, JupyterServer last [H1]', () => {
    expect(outline(runningTree(fakeFacts()))).toEqual([
      'ml.t3.medium',
      '  Base Python',
      '    churn.ipynb',
      '    Python 3',
      '    Terminal 1',
      'ml.m5.large',
      '  Base Python',
      '    uplift.ipynb',
      'JupyterServer',
      '  System terminal 1',
    ]);
  });

  it('tells states in words, with the running cell and how long [H1]', () => {
    const [first] = runningTree(fakeFacts());
    const words = first?.children[0]?.children.map((node) => detailOf(node, fakeNow));
    expect(words).toEqual(['cell 7, 42 s', 'no notebook, idle', '']);
    expect(first && detailOf(first, fakeNow)).toBe('2 vCPU + 4 GiB');
  });

  it('gives shares against the limit of the instance, and none where nothing is measured [H2]', () => {
    const [first, second, server] = runningTree(fakeFacts());
    const kernels = first?.children[0]?.children.map((node) => node.reading?.limitBytes ?? null);
    expect(kernels).toEqual([4 * 1024 ** 3, null, 4 * 1024 ** 3]);
    expect(first?.reading?.cpuPercent).toBe(94);
    expect([second?.reading, server?.reading]).toEqual([null, null]);
  });

  it('shows starting and failed apps, and apps without an instance', () => {
    const facts = fakeFacts();
    const failure = { code: 'x', message: 'The interpreter ended with code 1.' };
    const apps = [
      fakeApp('a1', { status: 'Pending', phase: 'image' }),
      fakeApp('a2', { instanceId: null, instanceType: null, status: 'Failed', failure }),
      serverApp,
    ];
    const compute = { ...facts.compute, apps, kernels: [], instances: [fakeInstance('i1', 'ml.t3.medium')] };
    const tree = runningTree({ ...facts, compute, terminals: {} });
    expect(tree.map((node) => [node.of.kind, node.status])).toEqual([
      ['instance', 'running'],
      ['app', 'failed'],
      ['server', 'running'],
    ]);
    const [starting] = tree[0]?.children ?? [];
    expect(starting && detailOf(starting, Date.parse(apps[0]?.createdAt ?? '') + 9000)).toBe(
      'preparing the image, 9 s',
    );
    expect(tree[1] && detailOf(tree[1], 0)).toBe('failed: The interpreter ended with code 1.');
  });

  it('tells two instances of one type apart', () => {
    const facts = fakeFacts();
    const instances = [fakeInstance('i1', 'ml.t3.medium'), fakeInstance('i2', 'ml.t3.medium')];
    const tree = runningTree({ ...facts, compute: { ...facts.compute, instances } });
    expect(tree.map((node) => node.name)).toEqual(['ml.t3.medium', 'ml.t3.medium (2)', 'JupyterServer']);
  });

  it('marks what was told to end with all below it', () => {
    const [first, second] = withEnding(runningTree(fakeFacts()), new Set(['instance:i1']));
    expect(first?.children[0]?.children.map((node) => node.status)).toEqual(['ending', 'ending', 'ending']);
    expect(second?.children[0]?.status).toBe('running');
  });

  it('shows the same rows in four sections [H1]', () => {
    const groups = sections(runningTree(fakeFacts()));
    expect(groups.map((group) => [group.name, group.children.length])).toEqual([
      ['Running instances', 2],
      ['Running apps', 3],
      ['Kernel sessions', 3],
      ['Terminal sessions', 2],
    ]);
  });

  it('leaves out what is folded', () => {
    const rows = visibleRows(runningTree(fakeFacts()), new Set(['instance:i1', 'app:a2', 'app:js']));
    expect(rows.map(({ node, isExpanded }) => [node.name, isExpanded])).toEqual([
      ['ml.t3.medium', false],
      ['ml.m5.large', true],
      ['Base Python', false],
      ['JupyterServer', false],
    ]);
  });
});
