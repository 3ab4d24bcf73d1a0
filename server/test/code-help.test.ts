import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApp } from '../src/kernels/app-http.ts';
import { attachCursor, type CursorClient, isIdleOf, untilClosed } from './cursor-client.ts';
import { type TestJupyter, startJupyter } from './jupyter.ts';
import { type KernelFront, startKernelFront, testAppId, testUser } from './kernel-front.ts';

let jupyter: TestJupyter;
let front: KernelFront;
let count = 0;

beforeAll(async () => {
  jupyter = await startJupyter();
  front = await startKernelFront(() => jupyter.endpoint);
});
afterAll(async () => {
  await front.close();
  await jupyter.close();
});

async function attach(): Promise<{ kernelId: string; page: CursorClient }> {
  count += 1;
  const { kernel } = await front.kernels.start(testUser, testAppId, 'python3', `help${count}.ipynb`);
  return { kernelId: kernel.id, page: await attachCursor(front.wsUrl, kernel.id) };
}

const answerTo =
  (id: string, type: string) =>
  ({ message, inward }: CursorClient['entries'][number]): boolean =>
    !inward && message.header.msg_type === type && message.parent_header.msg_id === id;

const execute = (code: string) => ({
  channel: 'shell' as const,
  type: 'execute_request',
  content: { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false },
});
const control = (type: string, content = {}) => ({ channel: 'control' as const, type, content });

async function createSubshell(page: CursorClient, id: string): Promise<string> {
  page.send({ id, ...control('create_subshell_request') });
  const { message } = await page.until(answerTo(id, 'create_subshell_reply'));
  const subshellId = message.content['subshell_id'];
  if (typeof subshellId !== 'string') throw new Error('The kernel made no subshell');
  return subshellId;
}

async function subshells(page: CursorClient, id: string): Promise<unknown> {
  page.send({ id, ...control('list_subshell_request') });
  return (await page.until(answerTo(id, 'list_subshell_reply'))).message.content['subshell_id'];
}

describe('help with code over the hub', () => {
  it('is given in a subshell while a cell sleeps; the kernel stays busy, the cell undisturbed [K1]', async () => {
    const { kernelId, page } = await attach();
    const code = 'import os, time\nprint("on")\ntime.sleep(600)';
    page.send({ id: 'cell', ...execute(code) });
    await page.until(({ message }) => message.header.msg_type === 'stream');
    const subshellId = await createSubshell(page, 'make');
    const content = { code: 'os.pa', cursor_pos: 5 };
    page.send({ id: 'help', channel: 'shell', type: 'complete_request', content, subshellId });
    const { message } = await page.until(answerTo('help', 'complete_reply'));
    expect(message.content['matches']).toContain('path');
    page.send({
      id: 'tell',
      channel: 'shell',
      type: 'inspect_request',
      content: { code: 'os.path.join', cursor_pos: 12, detail_level: 0 },
      subshellId,
    });
    const told = await page.until(answerTo('tell', 'inspect_reply'));
    expect(JSON.stringify(told.message.content['data'])).toContain('Join two or more');
    await page.until(isIdleOf('tell'));
    expect(page.entries.some(answerTo('cell', 'execute_reply'))).toBe(false);
    expect(front.kernels.list(testUser).find((one) => one.id === kernelId)?.state).toBe('busy');
    const path = `api/kernels/${kernelId}/interrupt`;
    await callApp(jupyter.endpoint, { method: 'POST', path, timeoutMs: 30_000 });
    expect((await page.until(answerTo('cell', 'execute_reply'))).message.content).toMatchObject({
      status: 'error',
      ename: 'KeyboardInterrupt',
    });
    page.send({ id: 'after', channel: 'shell', type: 'complete_request', content, subshellId });
    expect((await page.until(answerTo('after', 'complete_reply'))).message.content['status']).toBe('ok');
    page.ws.close();
  });

  it('ends a page’s subshells with its socket, and no others', async () => {
    const { kernelId, page } = await attach();
    const other = await attachCursor(front.wsUrl, kernelId);
    const ended = await createSubshell(page, 'one');
    const kept = await createSubshell(other, 'two');
    expect(await subshells(other, 'before')).toEqual(expect.arrayContaining([ended, kept]));
    const isDeleted = other.until(
      ({ message, inward }) => !inward && message.header.msg_type === 'delete_subshell_reply',
    );
    const closed = untilClosed(page.ws);
    page.cut();
    await closed;
    await isDeleted;
    expect(await subshells(other, 'after')).toEqual([kept]);
    other.ws.close();
  });
});
