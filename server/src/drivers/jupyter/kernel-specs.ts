import type { KernelSpec } from '@atelier-ide/contract';
import { z } from 'zod';

const answerSchema = z.object({
  default: z.string().optional(),
  kernelspecs: z.record(
    z.string(),
    z.object({
      name: z.string(),
      spec: z.object({ display_name: z.string().optional(), language: z.string().optional() }),
    }),
  ),
});

/** The kernels of an answer of `api/kernelspecs`, the default one first. An answer of another shape has none. */
export function kernelsOf(answer: unknown): KernelSpec[] {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return [];
  const { kernelspecs, default: first } = parsed.data;
  return Object.values(kernelspecs)
    .map(({ name, spec }) => ({
      name,
      displayName: spec.display_name ?? name,
      language: spec.language ?? '',
    }))
    .toSorted((a, b) => Number(b.name === first) - Number(a.name === first));
}
