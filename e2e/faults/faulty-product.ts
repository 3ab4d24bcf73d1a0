import { freePort } from '../fixtures/peers.ts';
import { type Product, startProduct } from '../fixtures/product.ts';
import { expect, test as base, watch } from '../fixtures/test.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** A product that people reach through the fault proxy only; it knows its public origin. */
export async function startFaultyProduct(
  proxy: FaultProxy,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Product> {
  const port = await freePort();
  proxy.aim(port);
  return startProduct(['--port', String(port), '--behind-proxy', proxy.origin, ...args], env);
}

/** Lines of the console that a browser writes by itself about a network that fails. */
const isOfTheNetwork = (problem: string) => /Failed to load resource|WebSocket connection to/.test(problem);

/** The tests of the product, behind a proxy that each test starts with in order. */
export const test = base.extend<object, { line: FaultProxy }>({
  line: [
    // The runner wants a destructured first parameter, also where there is nothing to take.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const proxy = await startFaultProxy();
      await use(proxy);
      await proxy.stop();
    },
    { scope: 'worker' },
  ],
  product: [
    async ({ line }, use) => {
      const product = await startFaultyProduct(line);
      await use(product);
      await product.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  watched: async ({ page, product, line }, use) => {
    line.heal();
    const watched = watch(page, product.origin);
    await use(watched);
    line.heal();
    expect(watched.problems.filter((problem) => !isOfTheNetwork(problem))).toEqual([]);
  },
});
