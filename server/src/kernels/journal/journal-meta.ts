/**
 * What a journal's folder says of itself, beside the frames: whose it is, its epoch, and the boot of the machine in
 * which it was written. After another boot the end of the file may be missing without a trace.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const metaSchema = z.object({
  version: z.literal(1),
  epoch: z.string().min(1),
  bootId: z.string(),
  appId: z.string(),
  kernelId: z.string(),
  userId: z.string(),
  session: z.string().min(1),
  /** What was given up because it was beyond the limit. */
  cutBytes: z.number().int().nonnegative(),
  openedAt: z.string(),
  /** Of the line to the app, as it was when `seq` was the newest number; what follows is counted in the files. */
  line: z
    .object({ id: z.string(), seq: z.number().int(), out: z.number().int(), in: z.number().int() })
    .nullable()
    .default(null),
});
export type JournalMeta = z.infer<typeof metaSchema>;

const fileName = 'meta.json';

/** Null when there is none that can be read. */
export function readMeta(folder: string): JournalMeta | null {
  try {
    return metaSchema.parse(JSON.parse(readFileSync(join(folder, fileName), 'utf8')));
  } catch {
    // Absent or half written: the frames get another epoch, which tells browsers to begin anew.
    return null;
  }
}

/** Replaces it as a whole. */
export function writeMeta(folder: string, meta: JournalMeta): void {
  const draft = join(folder, `${fileName}.new`);
  writeFileSync(draft, JSON.stringify(meta), { mode: 0o600 });
  renameSync(draft, join(folder, fileName));
}

/** Takes it away, which a full disk allows: who opens the journal then begins another epoch. */
export function forgetMeta(folder: string): void {
  try {
    rmSync(join(folder, fileName), { force: true });
  } catch {
    // The folder itself is gone or no folder: so is what it said.
  }
}

/** Names this run of the machine; '' where the system does not say. */
export function currentBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
