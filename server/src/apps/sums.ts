import { type Domain, type InstanceType, ProblemError, problem } from '@atelier-ide/contract';

/** What counts: the types of instances that run, each with whether it is the asking user's own. */
export type RunningType = { type: InstanceType; isOwn: boolean };

type Sum = {
  /** Field of the type, and of the problem. */
  of: 'vcpu' | 'memoryGiB';
  limit: number | undefined;
  /** `2 vCPU`, `8 GiB of memory`. */
  words: (amount: number | string) => string;
};

/** Sums of fractions must not differ from their limit by a rounding. */
const rounded = (n: number): number => Math.round(n * 1000) / 1000;

function remedyFor(
  type: InstanceType,
  sum: Sum & { limit: number },
  rest: { running: readonly RunningType[]; catalogue: readonly InstanceType[]; free: number },
): string {
  const { running, catalogue, free } = rest;
  if (type[sum.of] > sum.limit) return 'Choose a smaller type.';
  const own = running.filter((one) => one.isOwn).map((one) => one.type);
  const missing = type[sum.of] - free;
  // One whose end makes room enough, else the largest one.
  const bySize = own.toSorted((a, b) => a[sum.of] - b[sum.of]);
  const stop = bySize.find((one) => one[sum.of] >= missing) ?? bySize.at(-1);
  const smaller = catalogue.find(
    (one) => one.available.ok && one[sum.of] <= free && one.gpu === 0 && one.vcpu > 0 && !own.includes(one),
  );
  const first = stop ? `Stop ${stop.name}` : 'Wait until another user stops an instance';
  return `${first}${smaller ? `, or use ${smaller.name}` : ''}.`;
}

/** Throws `limit-exceeded` when one more instance of this type takes the sum of all running ones over a limit. */
export function checkSums(
  type: InstanceType,
  limits: Domain['limits'],
  running: readonly RunningType[],
  catalogue: readonly InstanceType[],
): void {
  const sums: readonly Sum[] = [
    { of: 'vcpu', limit: limits.totalVcpu, words: (amount) => `${amount} vCPU` },
    { of: 'memoryGiB', limit: limits.totalMemoryGiB, words: (amount) => `${amount} GiB of memory` },
  ];
  for (const { of, limit, words } of sums) {
    if (limit === undefined) continue;
    const current = rounded(running.reduce((total, one) => total + one.type[of], 0));
    const delta = type[of];
    if (rounded(current + delta) <= limit) continue;
    const free = rounded(Math.max(0, limit - current));
    const remedy = remedyFor(type, { of, limit, words }, { running, catalogue, free });
    const use = `${words(`${current} of ${limit}`)} ${of === 'vcpu' ? 'are' : 'is'} in use`;
    throw new ProblemError(
      problem('limit-exceeded', `${type.name} needs ${words(delta)}; ${use}. ${remedy}`, {
        limit,
        current,
        delta,
        sum: of,
      }),
    );
  }
}
