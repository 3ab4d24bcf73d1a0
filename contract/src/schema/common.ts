import { z } from 'zod';

/** ISO 8601 UTC instant with milliseconds, e.g. `2026-11-23T00:00:00.000Z`. */
export const timeSchema = z.iso.datetime();

/** Names follow the public SageMaker model: `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`. */
export const nameSchema = z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);

/** Identifiers are opaque to clients; this is only the set of characters that are safe in a URL path. */
export const idSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);

/** A path below the user's home: `/`-separated, no leading slash, no `.` or `..` segments. */
export const homePathSchema = z
  .string()
  .min(1)
  .max(4096)
  .refine(
    (p) =>
      !p.startsWith('/') &&
      !p.includes('\0') &&
      !p.split('/').some((s) => s === '' || s === '.' || s === '..'),
    {
      message: 'Give a path below the home folder, without a leading slash and without "..".',
    },
  );

/** One page of a listing; `nextCursor` is absent on the last page. `limit` is at most 100. */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

/** One page of a listing. */
export type Page<T> = { items: T[]; nextCursor?: string | undefined };
