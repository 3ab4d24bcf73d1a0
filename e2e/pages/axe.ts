import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Colours are measured when nothing fades any more. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((one) => one.finished.catch(() => undefined)),
    ),
  );
}

/**
 * What axe calls serious or critical. Two things are passed over, at one place: cells are `listitem` with `aria-selected`,
 * which ARIA does not foresee for that role. Both are names of this surface that portals rely on, and screen readers say
 * the selection. And what is inside frames: documents of others, which libraries draw; the frames themselves count.
 */
export async function serious(page: Page): Promise<string[]> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target }) => target.length === 1)
        .map(({ html, any, all, none }) => ({ id, html, checks: [...any, ...all, ...none] })),
    )
    .filter(({ id, html }) => !(id === 'aria-allowed-attr' && /^<div[^>]* data-cell-id=/.test(html)))
    .map(
      ({ id, html, checks }) =>
        `${id}: ${html.slice(0, 200)} ${checks.map((check) => check.message).join(' ')}`,
    );
}
