/**
 * When a JupyterServer app that died is started again. A death is quick when it comes less than a minute after the
 * start; after three quick deaths in a row it stays Failed, so that a broken environment does not spin.
 */
export type RestartHistory = { quickDeaths: number };

const quickMs = 60_000;
const waits = [250, 2_000] as const;

export const noDeaths: RestartHistory = { quickDeaths: 0 };

/** Counts a death of an app that had been InService for `livedMs` (0 when it never was). */
export function afterDeath(
  history: RestartHistory,
  livedMs: number,
): { history: RestartHistory; waitMs: number | 'give-up' } {
  const quickDeaths = livedMs < quickMs ? history.quickDeaths + 1 : 1;
  return { history: { quickDeaths }, waitMs: waits[quickDeaths - 1] ?? 'give-up' };
}
