import { idSchema, imageSchema } from '@atelier-ide/contract';
import { z } from 'zod';
import type { Store } from '../store/store.ts';

const foundKinds = ['venv', 'uv', 'conda', 'kernelspec'] as const;
export type FoundKind = (typeof foundKinds)[number];

/** An image that a user made of an environment; what outlives the server. */
const recordSchema = z.object({
  id: idSchema,
  userId: z.string(),
  kind: z.enum(foundKinds),
  /** Folder of the environment or of the kernelspec. */
  path: z.string(),
  displayName: z.string(),
  /** As it was when it was last looked at and worked. */
  image: imageSchema.optional(),
});
export type UserImageRecord = z.infer<typeof recordSchema>;

const key = 'images.user';

/** Reads what was kept. What another version has written and this one does not understand is left out. */
export async function readRecords(facts: Store['facts']): Promise<readonly UserImageRecord[]> {
  const text = await facts.get(key);
  if (text === undefined) return [];
  try {
    const kept: unknown = JSON.parse(text);
    const items: readonly unknown[] = Array.isArray(kept) ? kept : [];
    return items.flatMap((item) => recordSchema.safeParse(item).data ?? []);
  } catch {
    // No list: as if nothing had been kept.
    return [];
  }
}

export function writeRecords(facts: Store['facts'], records: readonly UserImageRecord[]): Promise<void> {
  return facts.set(key, JSON.stringify(records));
}
