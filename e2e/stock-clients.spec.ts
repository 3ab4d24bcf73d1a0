import { connectStockClient, type StockClient } from './fixtures/stock-client.ts';
import { expect, test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/** Text of all streams that a client saw, whoever asked for it. */
const seen = (client: StockClient): string =>
  client.iopub
    .filter((message) => message.type === 'stream')
    .map((message) => message.text)
    .join('');

test('two stock clients beside the notebook: own replies, all iopub [Q9, A11]', async ({ ide }) => {
  const { origin } = ide.product;
  await ide.write('shared-kernel.ipynb', notebookOf('secret = 20 + 1\nprint("from the notebook", secret)'));
  const notebook = await ide.openNotebook('shared-kernel.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  const { appId, kernelId } = await ide.kernelOf('shared-kernel.ipynb');
  const { json: token } = await ide.call('POST', '/tokens', {
    name: 'stock client',
    scopes: ['read', 'write', 'compute'],
    expiresInSeconds: 600,
  });
  const { userId } = (await (await ide.page.request.get(`${origin}/session`)).json()) as { userId: string };
  const at = {
    baseUrl: `${origin}/jupyter/${userId}/${appId}/`,
    token: (token as { secret: string }).secret,
  };
  const model = { id: kernelId, name: 'python3' };
  const [one, other] = await Promise.all([
    connectStockClient(at, model, 'client-one'),
    connectStockClient(at, model, 'client-other'),
  ]);
  try {
    // Both ask at once; the replies must not be mixed up.
    const [first, second] = await Promise.all([
      one.run('mine = 1\nprint("one says", mine)'),
      other.run('raise ValueError("of the other")'),
    ]);
    expect(first).toMatchObject({ status: 'ok', text: 'one says 1\n' });
    expect(second).toMatchObject({ status: 'error', text: '' });
    expect(first.parentId).not.toBe(second.parentId);
    for (const client of [one, other]) {
      await expect.poll(() => seen(client)).toContain('one says 1\n');
      const errors = () => client.iopub.filter((message) => message.type === 'error');
      await expect.poll(() => errors().map((message) => message.parentId)).toEqual([second.parentId]);
    }

    // What the notebook runs is seen by both, and they share its variables.
    await notebook.select(0);
    await ide.page.keyboard.press('ControlOrMeta+Enter');
    await notebook.whenCell(0, 'done');
    for (const client of [one, other])
      await expect.poll(() => seen(client)).toContain('from the notebook 21\n');
    expect(await other.run('print(mine, secret)')).toMatchObject({ status: 'ok', text: '1 21\n' });
    // And what they print is not taken for the cell's.
    await expect(notebook.output(0)).toHaveText(/^\s*from the notebook 21\s*$/);

    // Every message came once to each.
    const streams = 'one says 1\nfrom the notebook 21\n1 21\n';
    for (const client of [one, other]) await expect.poll(() => seen(client)).toBe(streams);
  } finally {
    one.connection.dispose();
    other.connection.dispose();
  }
});
