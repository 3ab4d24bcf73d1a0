import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Product, startProduct } from './fixtures/product.ts';
import { expect, test, watch } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';

const whoAmI = (product: Product, cookie: string) =>
  fetch(`${product.origin}/api/studio/v1/me`, { headers: { Cookie: cookie } });

test('two servers on two ports in one browser leave each other alone', async ({ context, page }) => {
  test.setTimeout(120_000);
  const [first, second] = await Promise.all([startProduct(), startProduct()]);
  try {
    expect(first.origin).not.toBe(second.origin);
    await writeFile(join(first.home, 'of-the-first.txt'), '1');
    await writeFile(join(second.home, 'of-the-second.txt'), '2');
    const other = await context.newPage();
    const watched = [watch(page, first.origin), watch(other, second.origin)];
    const one = new Ide(page, first);
    const two = new Ide(other, second);
    const file = (ide: Ide, name: string) =>
      ide.page.getByRole('tree', { name: 'Files' }).getByRole('treeitem', { name });

    await one.signIn();
    await expect(file(one, 'of-the-first.txt')).toBeVisible();
    const [mine] = await context.cookies(first.origin);
    await two.signIn();
    await expect(file(two, 'of-the-second.txt')).toBeVisible();
    await expect(file(two, 'of-the-first.txt')).toHaveCount(0);

    // The second sign-in took nothing from the first.
    await page.reload();
    await expect(file(one, 'of-the-first.txt')).toBeVisible();
    await expect(file(one, 'of-the-second.txt')).toHaveCount(0);

    // Cookies know no ports: the browser sends both to both. Each is good at its own server only.
    const cookies = await context.cookies(first.origin);
    const theirs = cookies.find((cookie) => cookie.name !== mine?.name);
    if (!mine || !theirs) throw new Error(`Two cookies were expected: ${JSON.stringify(cookies)}`);
    const [firstCookie, secondCookie] = [mine, theirs].map(({ name, value }) => `${name}=${value}`);
    expect((await whoAmI(first, firstCookie ?? '')).status).toBe(200);
    expect((await whoAmI(second, secondCookie ?? '')).status).toBe(200);
    expect((await whoAmI(first, secondCookie ?? '')).status).toBe(401);
    expect((await whoAmI(second, firstCookie ?? '')).status).toBe(401);
    // Not even under the other's name: its signature is of another key.
    expect((await whoAmI(second, `${theirs.name}=${mine.value}`)).status).toBe(401);
    // The sign-in link of one is not the other's.
    const forged = await fetch(`${second.origin}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: second.origin },
      body: JSON.stringify({ token: new URL(first.loginUrl).searchParams.get('token') }),
    });
    expect(forged.status).toBe(401);
    expect(watched.flatMap((each) => each.problems)).toEqual([]);
  } finally {
    await Promise.all([first.stop(), second.stop()]);
  }
});
