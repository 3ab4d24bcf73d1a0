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
 * What axe calls serious or critical. Three things are passed over, at one place: cells are `listitem` with
 * `aria-selected`, which ARIA does not foresee for that role. Both are names of this surface that portals rely on, and
 * screen readers say the selection. Frames of outputs are no stop by themselves: each output in them has one in its cell,
 * "Enter output of cell 3". And what libraries draw in such frames; the frames, and what is ours in them, count.
 */
export async function serious(page: Page): Promise<string[]> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page })
    .exclude({ fromFrames: ['.at-output-frame', '.content'] })
    // What is well is not described, and without frames nothing is put together in a page of its own.
    .options({ resultTypes: ['violations'] })
    .setLegacyMode(page.frames().length === 1)
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, target, any, all, none }) => ({
        id,
        html,
        target,
        checks: [...any, ...all, ...none],
      })),
    )
    .filter(({ id, html }) => !(id === 'aria-allowed-attr' && /^<div[^>]* data-cell-id=/.test(html)))
    .filter(({ id, target }) => !(id === 'frame-focusable-content' && isOutputs(target[0])))
    .map(
      ({ id, html, target, checks }) =>
        `${id}: ${target.length > 1 ? 'in a frame: ' : ''}${html.slice(0, 200)} ${checks.map((check) => check.message).join(' ')}`,
    );
}

const isOutputs = (frame: unknown) => typeof frame === 'string' && frame.includes('iframe');
