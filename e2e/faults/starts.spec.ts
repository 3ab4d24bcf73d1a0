/** Starts that fail: it is said why, nothing stays behind, and another try is one click. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { descendants, type ProcessRow, stillRunning } from '../fixtures/processes.ts';
import { expect } from '../fixtures/test.ts';
import { notebookOf } from '../pages/notebook-page.ts';
import { isLong } from './counted-lines.ts';
import { test } from './faulty-product.ts';

test.use({ beginsWithFile: true });

const times = isLong ? 10 : 3;

/** Sends a signal to all that comes to life below a process, at once, until it is told to stop. */
function signalWhatStarts(root: number, signal: 'SIGKILL' | 'SIGSTOP'): () => Promise<ProcessRow[]> {
  const known = new Set(descendants(root).map(({ pid }) => pid));
  const hit: ProcessRow[] = [];
  let isOver = false;
  const hitting = (async () => {
    while (!isOver) {
      for (const row of descendants(root)) {
        if (known.has(row.pid) || row.state === 'Z') continue;
        try {
          process.kill(row.pid, signal);
          hit.push(row);
          if (signal === 'SIGSTOP') known.add(row.pid);
        } catch (error) {
          // It was faster than the signal.
          if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
        }
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return async () => {
    isOver = true;
    await hitting;
    return hit;
  };
}

for (const { name, signal, words, count } of [
  { name: 'is killed', signal: 'SIGKILL', words: /could not be made|SIGKILL|ended before/, count: times },
  ...(isLong
    ? [{ name: 'hangs', signal: 'SIGSTOP', words: /did not answer within 60 s/, count: 2 } as const]
    : []),
] as const) {
  test(`fault 27: an app that ${name} while it starts, ${count} times: it is said why, nothing stays, and another try is one click [C3]`, async ({
    ide,
  }) => {
    test.setTimeout(120_000 + count * 120_000);
    const root = ide.product.process.pid ?? 0;
    const path = `start ${name}.ipynb`;
    await ide.write(path, notebookOf('6 * 7'));
    const notebook = await ide.openNotebook(path);
    const alert = notebook.region.getByRole('alert').filter({ hasText: 'The kernel was not started.' });
    for (let i = 0; i < count; i += 1) {
      await ide.endCompute();
      const stop = signalWhatStarts(root, signal);
      await notebook.chooseEnvironment();
      await expect(alert).toBeVisible({ timeout: 90_000 });
      const hit = await stop();
      expect(hit.length).toBeGreaterThan(0);
      await expect(alert).toContainText(words);
      await expect(alert).toContainText('Your edits and outputs are kept.');
      await expect.poll(() => stillRunning(hit)).toEqual([]);
      await expect.poll(async () => readdir(join(ide.product.data, 'instances'))).toEqual([]);
      await alert.getByRole('button', { name: 'Try again' }).click();
      await expect(alert).toBeHidden();
      await notebook.whenKernel('idle');
      await notebook.select(0);
      await ide.page.keyboard.press('ControlOrMeta+Enter');
      await notebook.whenCell(0, 'done');
      await expect(notebook.output(0)).toContainText('42');
    }
  });
}
