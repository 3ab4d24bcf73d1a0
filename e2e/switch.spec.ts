import type { Domain } from '@atelier-ide/contract';
import type { Locator } from '@playwright/test';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { descendants, type ProcessRow, stillRunning } from './fixtures/processes.ts';
import { type Product, serverPython, startProduct } from './fixtures/product.ts';
import { expect, test as base } from './fixtures/test.ts';
import type { Ide } from './pages/ide.ts';
import { type NotebookPage, notebookOf, streamText } from './pages/notebook-page.ts';

/** A notebook moves to another instance, image or kernel: what stays, what is new, and what a failure leaves. */

const test = base.extend<object, { product: Product }>({
  product: [
    // The runner wants a destructured first parameter, also where there is nothing to take.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'atelier-environment-'));
      await symlink(dirname(dirname(serverPython())), join(folder, 'second'));
      const second = join(folder, 'second', 'bin', 'python');
      // No image is made beside: every new process below the server belongs to an app.
      const product = await startProduct(['--no-data-science', '--image', `Second image=${second}`]);
      await use(product);
      await product.stop();
      await rm(folder, { recursive: true });
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test.use({ beginsWithFile: true });
// It comes last: both workers share it.
test.describe.configure({ mode: 'parallel' });

/** Where the kernel is: its process, its control group, and the nearest limits above it, of either version. */
const where = `import json, os
def read(*parts):
    try:
        return open(os.path.join(*parts)).read().split()
    except OSError:
        return []
def place():
    groups = {}
    for line in open('/proc/self/cgroup'):
        _, names, path = line.strip().split(':', 2)
        for name in names.split(','):
            groups[name] = path
    def up(name, limit):
        at = groups.get(name, '/')
        while True:
            found = limit(at.strip('/'))
            if found is not None or at in ('/', ''):
                return found
            at = os.path.dirname(at)
    root = '/sys/fs/cgroup'
    def memory(at):
        two = read(root, at, 'memory.max')
        if two and two[0] != 'max':
            return int(two[0])
        one = read(root, 'memory', at, 'memory.limit_in_bytes')
        return int(one[0]) if one and int(one[0]) < 1 << 60 else None
    def cpus(at):
        two = read(root, at, 'cpu.max')
        if two and two[0] != 'max':
            return int(two[0]) / int(two[1])
        quota = read(root, 'cpu', at, 'cpu.cfs_quota_us')
        if quota and int(quota[0]) > 0:
            return int(quota[0]) / int(read(root, 'cpu', at, 'cpu.cfs_period_us')[0])
    return {'pid': os.getpid(), 'group': groups,
        'memory': up('memory' if 'memory' in groups else '', memory),
        'cpus': up('cpu' if 'cpu' in groups else '', cpus)}
print(json.dumps(place()))`;

type Place = {
  pid: number;
  group: Record<string, string>;
  memory: number | null;
  cpus: number | null;
};

/** Waits for a file of the home, so that a test says when the cell ends. */
const waits = (name: string) => `import os, time
deadline = time.monotonic() + 120
while not os.path.exists(os.path.join(os.path.expanduser('~'), '${name}')) and time.monotonic() < deadline:
    time.sleep(0.05)
print('waited')`;

const GIB = 1024 ** 3;

async function runCell(notebook: NotebookPage, index: number): Promise<void> {
  await notebook.select(index);
  await notebook.page.keyboard.press('ControlOrMeta+Enter');
}

async function placeOf(notebook: NotebookPage, index: number): Promise<Place> {
  await runCell(notebook, index);
  await notebook.whenCell(index, 'done');
  await notebook.whenIdle();
  await notebook.save();
  const saved = await notebook.onDisk();
  return JSON.parse(streamText(saved.cells[index])) as Place;
}

async function pick(notebook: NotebookPage, type: string): Promise<void> {
  await notebook.instanceBadge.click();
  const picker = notebook.page.getByRole('dialog', { name: 'Select instance' });
  const table = picker.getByRole('table', { name: 'Instance types' });
  await table.getByRole('row', { name: type, exact: true }).click();
  await picker.getByRole('button', { name: 'Save and continue' }).click();
  await expect(picker).toBeHidden();
}

const bar = (notebook: NotebookPage, type: string): Locator =>
  notebook.region.getByRole('status', { name: `Starting ${type}` });

async function open(ide: Ide, name: string, ...cells: string[]): Promise<NotebookPage> {
  await ide.write(name, notebookOf(...cells));
  const notebook = await ide.openNotebook(name);
  await notebook.chooseEnvironment('ml.t3.medium');
  await notebook.whenKernel('idle');
  return notebook;
}

const running = async (ide: Ide) =>
  (await ide.apps('KernelGateway')).filter(({ status }) => status === 'InService' || status === 'Pending');

/** Ends what the tests before have left: each begins with no app. */
async function endAll(ide: Ide): Promise<void> {
  for (const { id } of await running(ide)) await ide.call('DELETE', `/apps/${id}`);
  await expect.poll(async () => (await running(ide)).length).toBe(0);
}

test.beforeEach(async ({ ide }) => {
  await endAll(ide);
});

test('ml.t3.medium to ml.m5.large: another process in another group of its size; edits, outputs, cells and focus stay [G1, G3]', async ({
  ide,
}) => {
  test.setTimeout(180_000);
  const { page } = ide;
  const notebook = await open(ide, 'switch.ipynb', where, waits('go-on'), '# to be edited', where);
  const before = await placeOf(notebook, 0);
  const element = await notebook.cell(0).elementHandle();

  // The running cell holds the switch between the click and ready for as long as this test wants.
  await runCell(notebook, 1);
  await notebook.whenCell(1, 'running');
  await pick(notebook, 'ml.m5.large');
  await expect(bar(notebook, 'ml.m5.large')).toContainText('Waiting for 1 running cell', {
    timeout: 60_000,
  });
  await expect(notebook.instanceBadge).toContainText('2 vCPU + 4 GiB');
  await notebook.cell(2).click();
  await page.keyboard.press('Enter');
  const editor = page.getByRole('textbox', { name: 'Cell 3 source', exact: true });
  await expect(editor).toBeFocused({ timeout: 30_000 });
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('typed = "while the new kernel starts"');
  await writeFile(join(ide.product.home, 'go-on'), '');

  await expect(notebook.instanceBadge).toContainText('2 vCPU + 8 GiB', { timeout: 60_000 });
  await expect(notebook.region.getByText('Now on ml.m5.large.')).toBeVisible();
  await expect(editor).toBeFocused();
  await page.keyboard.insertText('  # and goes on');
  await page.keyboard.press('Escape');
  await notebook.whenKernel('idle');
  await notebook.save();
  const saved = await notebook.onDisk();
  expect([saved.cells[2]?.source].flat().join('')).toBe(
    'typed = "while the new kernel starts"  # and goes on',
  );
  // What ran on the old kernel came to its end there, and its output is in the file.
  expect(streamText(saved.cells[1])).toBe('waited\n');
  expect(saved.metadata).toMatchObject({ instance_type: 'ml.m5.large' });
  const now = await notebook.cell(0).elementHandle();
  expect(await page.evaluate(([a, b]) => a === b, [element, now])).toBe(true);

  const after = await placeOf(notebook, 3);
  expect(after.pid).not.toBe(before.pid);
  const { json } = await ide.call('GET', '/domain');
  const { enforcement } = json as Domain;
  if (enforcement?.cpu.startsWith('cgroup') && enforcement.memory.startsWith('cgroup')) {
    expect(after.group).not.toEqual(before.group);
    expect({ memory: before.memory, cpus: before.cpus }).toEqual({ memory: 4 * GIB, cpus: 2 });
    expect({ memory: after.memory, cpus: after.cpus }).toEqual({ memory: 8 * GIB, cpus: 2 });
  } else {
    // Where nothing enforces, whoever chooses a size is told so.
    await notebook.instanceBadge.click();
    const picker = page.getByRole('dialog', { name: 'Select instance' });
    await expect(picker).toContainText(/not enforced here/);
    await page.keyboard.press('Escape');
  }

  // The old kernel still runs until it is ended from the bar; nothing else is in its app, so that goes as a whole.
  expect(await running(ide)).toHaveLength(2);
  await notebook.region.getByRole('button', { name: 'Stop ml.t3.medium' }).click();
  await expect.poll(async () => (await running(ide)).length).toBe(1);
  await expect(notebook.region.getByText('Now on ml.m5.large.')).toHaveCount(0);
});

test('a switch that is cancelled leaves the old kernel with its variables, and nothing else [G3, C3]', async ({
  ide,
}) => {
  test.setTimeout(180_000);
  const notebook = await open(ide, 'stay.ipynb', 'kept = 41', waits('go-stay'), 'print(kept + 1)');
  await runCell(notebook, 0);
  await notebook.whenCell(0, 'done');
  await runCell(notebook, 1);
  await notebook.whenCell(1, 'running');
  await pick(notebook, 'ml.m5.large');
  await expect(bar(notebook, 'ml.m5.large')).toContainText('Waiting for 1 running cell', {
    timeout: 60_000,
  });
  await bar(notebook, 'ml.m5.large').getByRole('button', { name: 'Cancel' }).click();
  await expect(bar(notebook, 'ml.m5.large')).toHaveCount(0);
  await writeFile(join(ide.product.home, 'go-stay'), '');
  await notebook.whenCell(1, 'done');
  await runCell(notebook, 2);
  await notebook.whenCell(2, 'done');
  await expect(notebook.output(2)).toContainText('42');
  await expect(notebook.instanceBadge).toContainText('2 vCPU + 4 GiB');
  await expect.poll(async () => (await running(ide)).length).toBe(1);
});

test('a page that is loaded in the middle of a switch shows it, and cancels it [G3]', async ({ ide }) => {
  test.setTimeout(180_000);
  const notebook = await open(ide, 'reload.ipynb', 'kept = 41', waits('go-reload'), 'print(kept + 1)');
  await runCell(notebook, 0);
  await notebook.whenCell(0, 'done');
  await runCell(notebook, 1);
  await notebook.whenCell(1, 'running');
  await pick(notebook, 'ml.m5.large');
  const moving = bar(notebook, 'ml.m5.large');
  await expect(moving).toContainText('Waiting for 1 running cell', { timeout: 60_000 });
  const again = await ide.openNotebook('reload.ipynb');
  await expect(moving).toContainText('ml.m5.large is ready.', { timeout: 30_000 });
  await expect(moving).toContainText('on ml.t3.medium.');
  await moving.getByRole('button', { name: 'Cancel' }).click();
  await expect(moving).toHaveCount(0);
  await writeFile(join(ide.product.home, 'go-reload'), '');
  await again.whenCell(1, 'done');
  await runCell(again, 2);
  await again.whenCell(2, 'done');
  await expect(again.output(2)).toContainText('42');
  await expect(again.instanceBadge).toContainText('2 vCPU + 4 GiB');
  await expect.poll(async () => (await running(ide)).length).toBe(1);
});

test('killing the new start midway leaves the old kernel answering with its variables [G3]', async ({
  ide,
}) => {
  test.setTimeout(180_000);
  const notebook = await open(ide, 'midway.ipynb', 'kept = 41', 'print(kept + 1)');
  await runCell(notebook, 0);
  await notebook.whenCell(0, 'done');
  const root = ide.product.process.pid ?? 0;
  const known = new Set(descendants(root).map(({ pid }) => pid));
  const failed = notebook.region.getByRole('alert').filter({ hasText: 'The switch failed' });

  // Whatever of the new start comes to life is killed at once, as often as the server tries it.
  const killed: ProcessRow[] = [];
  let isOver = false;
  const killing = (async () => {
    while (!isOver) {
      for (const row of descendants(root)) {
        if (known.has(row.pid) || row.state === 'Z') continue;
        try {
          process.kill(row.pid, 'SIGKILL');
          killed.push(row);
        } catch (error) {
          // It was faster than the signal.
          if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
        }
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await pick(notebook, 'ml.m5.large');
  await expect(failed).toBeVisible({ timeout: 60_000 });
  isOver = true;
  await killing;
  expect(killed.length).toBeGreaterThan(0);
  await expect(failed).toContainText('You are still on ml.t3.medium, nothing changed.');

  await runCell(notebook, 1);
  await notebook.whenCell(1, 'done');
  await expect(notebook.output(1)).toContainText('42');
  await expect.poll(() => stillRunning(killed)).toEqual([]);

  // Nothing stands in the way of another try.
  await failed.getByRole('button', { name: 'Try again' }).click();
  await expect(notebook.instanceBadge).toContainText('2 vCPU + 8 GiB', { timeout: 60_000 });
});

test('an app that others use stays: only the old kernel ends, after a word about who is there [G3]', async ({
  ide,
}) => {
  const notebook = await open(ide, 'kernel.ipynb', 'kept = 41\nprint("here")');
  await runCell(notebook, 0);
  await notebook.whenCell(0, 'done');
  const others = await open(ide, 'other.ipynb', 'print("neighbour")');
  await runCell(others, 0);
  await others.whenCell(0, 'done');
  await pick(others, 'ml.m5.large');
  await expect(others.instanceBadge).toContainText('2 vCPU + 8 GiB', { timeout: 60_000 });

  // The app on ml.t3.medium is also that of the first notebook: only the kernel goes, after a word about it.
  await others.region.getByRole('button', { name: 'Stop the old kernel' }).click();
  const question = ide.page.getByRole('alertdialog').or(ide.page.getByRole('dialog'));
  await expect(question).toContainText('kernel.ipynb');
  await question.getByRole('button', { name: 'Stop 1 kernel' }).click();
  await expect(others.region.getByText('Now on ml.m5.large.')).toHaveCount(0);
  const again = await ide.openNotebook('kernel.ipynb');
  await again.type(0, 'print(kept + 1)');
  await runCell(again, 0);
  await expect(again.output(0)).toContainText('42');
});

test('another image takes the same way: outputs and cells stay, the old kernel runs until it is stopped [G6]', async ({
  ide,
}) => {
  const { page } = ide;
  const notebook = await open(ide, 'image.ipynb', 'import sys\nprint("kept here")', 'print(sys.prefix)');
  await runCell(notebook, 0);
  await notebook.whenCell(0, 'done');
  const element = await notebook.cell(0).elementHandle();
  await notebook.kernelBadge.click();
  const dialog = page.getByRole('dialog', { name: 'Change environment' });
  await dialog.getByRole('combobox', { name: 'Image' }).selectOption({ label: 'Second image' });
  await expect(dialog).toContainText('You stay on ml.t3.medium until the new kernel is ready.');
  await dialog.getByRole('button', { name: 'Select', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(notebook.kernelBadge).toContainText('Second image', { timeout: 60_000 });
  await expect(notebook.region.getByText('Now on Second image.')).toBeVisible();
  await expect(notebook.output(0)).toContainText('kept here');
  const now = await notebook.cell(0).elementHandle();
  expect(await page.evaluate(([a, b]) => a === b, [element, now])).toBe(true);
  // A new kernel: what the old one had imported is not there.
  await runCell(notebook, 1);
  await notebook.whenCell(1, 'error');
  await notebook.region.getByRole('button', { name: 'Keep it' }).click();
  expect(await running(ide)).toHaveLength(2);
});
