import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, type Binding, ProblemError, problem } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentService } from '../src/documents/create-document-service.ts';
import type { DocumentService } from '../src/documents/document-service.ts';
import { createDocumentWork } from '../src/kernels/document-work.ts';
import { createExecutionService } from '../src/kernels/create-execution-service.ts';
import type { ExecutionService } from '../src/kernels/execution-service.ts';
import { createStore } from '../src/store/create-store.ts';
import type { Store } from '../src/store/store.ts';
import { attachCursor, printed } from './cursor-client.ts';
import { type TestJupyter, startJupyter } from './jupyter.ts';
import { type KernelFront, startKernelFront, testAppId, testUser } from './kernel-front.ts';

/** Documents, executions and kernels together, on one real Jupyter Server as the driver `jupyter` has it. */
let folder: string;
let store: Store;
let jupyter: TestJupyter;
let front: KernelFront;
let documents: DocumentService;
let executions: ExecutionService;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-documents-'));
  store = await createStore(join(folder, 'store.db'));
  jupyter = await startJupyter({ overTcp: true });
  front = await startKernelFront(() => jupyter.endpoint);
  const app = { id: testAppId, type: 'JupyterServer', status: 'InService' } as App;
  const work = createDocumentWork();
  documents = createDocumentService({
    apps: {
      create: () => {
        throw new ProblemError(problem('not-offered', 'One app only.'));
      },
      ensureJupyterServer: () => app,
      whenInService: async () => app,
      remove: () => app,
      get: () => app,
    },
    kernels: front.kernels,
    work,
    bus: front.bus,
    store,
    domain: { defaults: { imageId: null, cpuInstanceType: null, gpuInstanceType: null, scriptId: null } },
    driver: { singleApp: true, images: async () => [], instanceTypes: async () => [] },
  });
  executions = createExecutionService({ kernels: front.kernels, documents, work, bus: front.bus });
});
afterAll(async () => {
  executions.close();
  await front.close();
  await jupyter.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = { imageId: null, kernelName: 'python3', instanceType: null };
type Session = { path: string; kernel: { id: string } };
const sessions = async (): Promise<Session[]> => (await jupyter.call('GET', 'api/sessions')) as Session[];

async function untilState(id: string, state: Binding['state']): Promise<Binding> {
  const { document } = await front.untilEvent(
    (event): event is typeof event & { type: 'document' } =>
      event.type === 'document' && event.document.id === id && event.document.binding.state === state,
  );
  return document.binding;
}

function submit(documentId: string, code: string): string {
  const id = crypto.randomUUID();
  const items = [{ id, cellId: 'cell', sourceHash: 'h', code }];
  executions.submit(testUser.id, documentId, { stopOnError: true, items });
  return id;
}

const untilDone = (id: string) =>
  front.untilEvent(
    (event): event is typeof event & { type: 'execution' } =>
      event.type === 'execution' && event.execution.id === id && event.execution.state === 'done',
  );

describe('a document on a real Jupyter Server', () => {
  it('is bound, runs what was queued before its kernel stood, and is moved while it runs [A11]', async () => {
    const { document } = await documents.put(testUser, { path: 'first.ipynb' });
    const answer = await documents.bind(testUser, document.id, 0, { environment });
    expect(answer.binding.state).toBe('starting');
    const early = submit(
      document.id,
      'import time\nfor i in range(5):\n    print(i, flush=True)\n    time.sleep(0.2)',
    );
    const bound = await untilState(document.id, 'bound');
    expect((await sessions()).map((one) => [one.path, one.kernel.id])).toEqual([
      ['first.ipynb', bound.kernelId],
    ]);
    const moved = await documents.move(testUser, document.id, 'second.ipynb');
    expect(moved.binding).toEqual(bound);
    const done = await untilDone(early);
    expect(done.execution.documentId).toBe(document.id);
    const browser = await attachCursor(front.wsUrl, bound.kernelId ?? '', { after: 0 });
    await browser.until(({ message }) => message.header.msg_type === 'execute_reply');
    expect(printed(browser.entries, early)).toBe('0\n1\n2\n3\n4\n');
    expect((await sessions()).map((one) => one.path)).toEqual(['second.ipynb']);
    browser.cut();
  });

  it('gets its kernel back with its variables after "No kernel", and a new one when it is bound again', async () => {
    const { document } = await documents.put(testUser, { path: 'back.ipynb' });
    await documents.bind(testUser, document.id, 0, { environment });
    const first = await untilState(document.id, 'bound');
    await untilDone(submit(document.id, 'kept = 42'));
    await documents.bind(testUser, document.id, 1, { environment: null });
    const settled = (generation: number) =>
      front.untilEvent(
        (event): event is typeof event & { type: 'document' } =>
          event.type === 'document' &&
          event.document.id === document.id &&
          event.document.binding.state === 'bound' &&
          event.document.binding.generation === generation,
      );
    await documents.bind(testUser, document.id, 2, { environment });
    expect((await settled(3)).document.binding.kernelId).toBe(first.kernelId);
    await untilDone(submit(document.id, 'assert kept == 42'));
    await documents.bind(testUser, document.id, 3, { environment });
    const fresh = (await settled(4)).document.binding;
    expect(fresh.kernelId).not.toBe(first.kernelId);
    await untilDone(submit(document.id, 'assert "kept" not in globals()'));
    expect((await sessions()).find((one) => one.path === 'back.ipynb')?.kernel.id).toBe(fresh.kernelId);
    expect((await sessions()).some((one) => one.kernel.id === first.kernelId)).toBe(true);
  });

  it('says why when there is no such kernel', async () => {
    const { document } = await documents.put(testUser, { path: 'odd.ipynb' });
    const odd = { ...environment, kernelName: 'cobol' };
    await documents.bind(testUser, document.id, 0, { environment: odd });
    const failed = await front.untilEvent(
      (event): event is typeof event & { type: 'document' } =>
        event.type === 'document' &&
        event.document.id === document.id &&
        event.document.binding.failure !== undefined,
    );
    const { binding } = failed.document;
    expect(binding.state).toBe('none');
    expect(binding.failure).toMatchObject({ code: 'kernel-start-failed' });
    expect(binding.failure?.message).toContain("'cobol' kernel is not available");
  });

  it('ends when its kernel is deleted by somebody else', async () => {
    const { document } = await documents.put(testUser, { path: 'deleted.ipynb' });
    await documents.bind(testUser, document.id, 0, { environment });
    const { kernelId } = await untilState(document.id, 'bound');
    await untilDone(submit(document.id, '1'));
    await jupyter.call('DELETE', `api/kernels/${kernelId}`);
    await untilState(document.id, 'ended');
  });
});
