import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { figures, mixedNotebook } from '../e2e/fixtures/mixed-notebook.ts';
import { notebookOf } from '../e2e/pages/notebook-page.ts';
import { type Peers, startPeers } from './subjects.ts';

const cells = (count: number): string =>
  notebookOf(
    ...Array.from(
      { length: count },
      (_, i) => `# cell ${i}\nvalue_${i} = [n for n in range(${i})]\nlen(value_${i})`,
    ),
  );

/** Names the kernel, so that JupyterLab asks nobody. */
function withKernel(text: string): string {
  const notebook = JSON.parse(text) as { metadata: object };
  notebook.metadata = { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } };
  return JSON.stringify(notebook, null, 1);
}

/** The files that both serve. */
async function fill(home: string): Promise<void> {
  for (const count of [100, 1000, 10_000])
    await writeFile(join(home, `cells-${count}.ipynb`), withKernel(cells(count)));
  for (const count of [1000, 10_000])
    await writeFile(join(home, `mixed-${count}.ipynb`), mixedNotebook(count));
  for (const [name, bytes] of figures()) await writeFile(join(home, name), bytes);
  // Each runs a file of its own: what one saves must not be a change on disk for the other.
  const flood = 'for i in range(100_000):\n    print("line", i)';
  for (const suffix of ['', '-peer']) {
    await writeFile(join(home, `one${suffix}.ipynb`), withKernel(notebookOf('1')));
    await writeFile(join(home, `flood${suffix}.ipynb`), withKernel(notebookOf(flood)));
  }
  const many = join(home, 'many');
  await mkdir(many);
  for (let i = 0; i < 10_000; i += 1)
    await writeFile(join(many, `file-${String(i).padStart(5, '0')}.txt`), '');
}

export const test = base.extend<object, { peers: Peers }>({
  peers: [
    // oxlint-disable-next-line no-empty-pattern -- the runner wants a destructured first parameter
    async ({}, use) => {
      const peers = await startPeers(fill);
      await use(peers);
      await peers.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

export { expect } from '@playwright/test';
