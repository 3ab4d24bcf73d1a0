import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue, Output, RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import { ScriptTrust } from './script-trust.ts';

const output = (html: string, metadata: JsonObject = {}): RichOutput => ({
  output_type: 'display_data',
  data: { 'text/html': html, 'text/plain': 'x' },
  metadata,
});

function setUp(kept = new Map<string, JsonValue>(), isSecure = true) {
  const clock = createFakeClock();
  const fresh = new WeakSet<Output>();
  const trust = new ScriptTrust({
    storage: {
      get: (key) => kept.get(key),
      set: (key, value) => void kept.set(key, structuredClone(value)),
      remove: (key) => void kept.delete(key),
    },
    clock,
    isFresh: (one) => fresh.has(one),
    digest: isSecure ? (data) => crypto.subtle.digest('SHA-256', data) : null,
  });
  /** The answer once the hash is known. */
  const answer = async (one: RichOutput, beside: JsonValue = null) => {
    const first = trust.mayRun(one, beside);
    if (first !== 'asking') return first;
    await new Promise<void>((resolve) => {
      const stop = trust.store.subscribe(() => {
        stop();
        resolve();
      });
    });
    return trust.mayRun(one, beside);
  };
  return { trust, fresh, kept, answer };
}

/** Fresh or allowed outputs are remembered once their hash is known. */
async function remember({ trust, answer }: ReturnType<typeof setUp>, one: RichOutput): Promise<void> {
  const hashed = new Promise<void>((resolve) => {
    const stop = trust.store.subscribe(() => {
      stop();
      resolve();
    });
  });
  trust.mayRun(one);
  await hashed;
  expect(await answer(one)).toBe('yes');
  trust.dispose();
}

describe('trust of scripts', () => {
  it('lets what a kernel sent just now run, and knows it again after a reload [J2, P4]', async () => {
    const first = setUp();
    const one = output('<script>1</script>');
    first.fresh.add(one);
    expect(first.trust.mayRun(one)).toBe('yes');
    await remember(first, one);
    const second = setUp(first.kept);
    expect(await second.answer(output('<script>1</script>'))).toBe('yes');
    expect(await second.answer(output('<script>2</script>'))).toBe('no');
    expect(await second.answer(output('<script>1</script>', { isolated: true }))).toBe('no');
  });

  it('knows a chart of JSON again, whose keys a save has sorted [J2]', async () => {
    const chart = (figure: JsonObject): RichOutput => ({
      ...output(''),
      data: { 'application/json': figure },
    });
    const first = setUp();
    const one = chart({ layout: { y: [{ b: 1, a: 2 }], x: 1 }, data: [] });
    first.fresh.add(one);
    await remember(first, one);
    const second = setUp(first.kept);
    expect(await second.answer(chart({ data: [], layout: { x: 1, y: [{ a: 2, b: 1 }] } }))).toBe('yes');
    expect(await second.answer(chart({ data: [], layout: { x: 1, y: [{ a: 1, b: 2 }] } }))).toBe('no');
  });

  it('lets saved scripts run after a click, which counts for their content only', async () => {
    const first = setUp();
    const one = output('<script>1</script>');
    expect(await first.answer(one)).toBe('no');
    first.trust.allow([one]);
    expect(first.trust.mayRun(one)).toBe('yes');
    first.trust.dispose();
    const second = setUp(first.kept);
    const sorted: RichOutput = { ...one, data: { 'text/plain': 'x', 'text/html': '<script>1</script>' } };
    expect(await second.answer(sorted)).toBe('yes');
  });

  it('asks again when what the file keeps beside an output has changed', async () => {
    const first = setUp();
    const view = output('<script>1</script>');
    expect(await first.answer(view, { state: { code: 'a' } })).toBe('no');
    expect(await first.answer(view)).toBe('no');
    first.fresh.add(view);
    expect(first.trust.mayRun(view)).toBe('yes');
    first.trust.dispose();
    const second = setUp(first.kept);
    expect(await second.answer(view)).toBe('yes');
    expect(await second.answer(view, { state: { code: 'b' } })).toBe('no');
  });

  it('remembers what several open notebooks learned', async () => {
    const first = setUp();
    const second = setUp(first.kept);
    const [a, b] = [output('<script>a</script>'), output('<script>b</script>')];
    first.fresh.add(a);
    second.fresh.add(b);
    await remember(first, a);
    await remember(second, b);
    const third = setUp(first.kept);
    for (const html of ['a', 'b']) expect(await third.answer(output(`<script>${html}</script>`))).toBe('yes');
  });

  it('remembers nothing where the browser gives no hashes', () => {
    const plain = setUp(new Map(), false);
    expect(plain.trust.mayRun(output('<script>1</script>'))).toBe('no');
  });
});
