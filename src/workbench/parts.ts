import type { Contribution, Opener, PanelView, StatusItem } from '@/platform/contributions/contribution.ts';

/** What the frame draws, gathered from all contributions and in order. */
export type Parts = {
  views: readonly PanelView[];
  openers: readonly Opener[];
  statusItems: readonly StatusItem[];
};

export function gatherParts<S>(contributions: readonly Contribution<S>[]): Parts {
  const byOrder = (a: { order: number }, b: { order: number }) => a.order - b.order;
  return {
    views: contributions.flatMap((one) => one.views ?? []).sort(byOrder),
    openers: contributions.flatMap((one) => one.openers ?? []),
    statusItems: contributions.flatMap((one) => one.statusItems ?? []).sort(byOrder),
  };
}
