import { randomUUID } from 'node:crypto';
import type { Execution, Kernel, StudioEvent } from '@atelier-ide/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createExecutionService } from '../src/kernels/create-execution-service.ts';
import type { KernelServiceOptions } from '../src/kernels/create-kernel-service.ts';
import { createDocumentWork } from '../src/kernels/document-work.ts';
import type { ExecutionService } from '../src/kernels/execution-service.ts';
import { type FakeJupyter, startFakeJupyter } from './fake-jupyter.ts';
import { type KernelFront, isKernelEvent, startKernelFront, testAppId, testUser } from './kernel-front.ts';

/** What is told of a kernel that died, when the reason is found out a moment later. */
const timing = { pingMs: 50, maxMissed: 40, backoffMs: [0, 10] };
const told = 'The kernel ran out of memory (4 GiB) in a.ipynb. Your code, outputs and files are kept.';
const former = 'The kernel died and was started again; its variables are gone';

type Setup = {
  fake: FakeJupyter;
  front: KernelFront;
  kernel: Kernel;
  executions: ExecutionService;
  /** The question for the reason, once it was asked. */
  asked: Promise<Kernel>;
  answer(cause: string | undefined): void;
  refuse(): void;
};
const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function setUp(): Promise<Setup> {
  const fake = await startFakeJupyter({});
  closers.push(() => fake.close());
  let answer: Setup['answer'] = () => undefined;
  let refuse: Setup['refuse'] = () => undefined;
  const cause = new Promise<string | undefined>((resolve, reject) => {
    answer = resolve;
    refuse = () => reject(new Error('connect ECONNREFUSED'));
  });
  let hear: (kernel: Kernel) => void = () => undefined;
  const asked = new Promise<Kernel>((resolve) => {
    hear = resolve;
  });
  const explainDeath: KernelServiceOptions['explainDeath'] = (_user, dead) => {
    hear(dead);
    return cause;
  };
  const front = await startKernelFront(() => fake.endpoint, timing, explainDeath);
  closers.push(() => front.close());
  const { kernel } = await front.kernels.start(testUser, testAppId, 'fake', 'a.ipynb');
  front.kernels.assign(testAppId, kernel.id, 'doc');
  const binding = { generation: 1, state: 'bound' as const, appId: testAppId, kernelId: kernel.id };
  const executions = createExecutionService({
    kernels: front.kernels,
    documents: { bindingOf: () => binding, onDidBind: () => () => undefined },
    work: createDocumentWork(),
    bus: front.bus,
  });
  closers.push(() => executions.close());
  await front.untilEvent(isKernelEvent(kernel, 'idle'));
  return { fake, front, kernel, executions, asked, answer, refuse };
}

function submit({ executions }: Setup, count: number): string[] {
  const items = Array.from({ length: count }, () => {
    const id = randomUUID();
    return { id, cellId: id, sourceHash: 'h', code: '1' };
  });
  executions.submit(testUser.id, 'doc', { stopOnError: true, items });
  return items.map(({ id }) => id);
}

const untilExecution = async (
  { front }: Setup,
  id: string | undefined,
  fits: (execution: Execution) => boolean,
): Promise<Execution> =>
  (
    await front.untilEvent(
      (event): event is StudioEvent & { type: 'execution' } =>
        event.type === 'execution' && event.execution.id === id && fits(event.execution),
    )
  ).execution;

const untilDeath = async ({ front }: Setup): Promise<string> =>
  (await front.untilEvent((event): event is StudioEvent & { type: 'death' } => event.type === 'death')).cause;

describe('a kernel that dies', () => {
  it('ends its cells at once, and says why everywhere when it is known [F5]', async () => {
    const setup = await setUp();
    const { fake, front, kernel } = setup;
    const [running, waiting] = submit(setup, 2);
    await fake.until((message) => message.header.msg_id === running);
    fake.sendServerStatus('restarting');
    expect((await setup.asked).documentId).toBe('doc');
    const ended = await untilExecution(setup, running, ({ state }) => state === 'kernel-died');
    expect(ended.cause).toBe(former);
    expect(front.events.some((event) => event.type === 'death')).toBe(false);
    setup.answer(told);
    expect(await untilDeath(setup)).toBe(told);
    expect(front.kernels.get(testAppId, kernel.id)?.cause).toBe(told);
    const explained = await untilExecution(setup, running, ({ cause }) => cause === told);
    expect(explained).toMatchObject({ state: 'kernel-died', endedAt: ended.endedAt });
    await untilExecution(setup, waiting, ({ state, cause }) => state === 'aborted' && cause === told);
  });

  it('lets what was run after it alone when the reason comes late', async () => {
    const setup = await setUp();
    const { fake, front, kernel } = setup;
    fake.sendServerStatus('restarting');
    await setup.asked;
    fake.session = 'kernel-session-2';
    fake.send({ channel: 'iopub', type: 'status', content: { execution_state: 'starting' } });
    const [next] = submit(setup, 1);
    fake.run(await fake.until((message) => message.header.msg_id === next));
    const done = await untilExecution(setup, next, ({ state }) => state === 'done');
    setup.answer(told);
    expect(await untilDeath(setup)).toBe(told);
    expect(setup.executions.list('doc')).toEqual([done]);
    // It works again: why it had died is history.
    expect(front.kernels.get(testAppId, kernel.id)?.cause).toBeUndefined();
  });

  it('died, no more is known, where nothing says why or nobody can be asked', async () => {
    const silent = await setUp();
    silent.fake.sendServerStatus('restarting');
    silent.answer(undefined);
    expect(await untilDeath(silent)).toBe(former);
    const alone = await setUp();
    alone.fake.sendServerStatus('restarting');
    await alone.asked;
    alone.refuse();
    expect(await untilDeath(alone)).toBe(former);
  });
});
