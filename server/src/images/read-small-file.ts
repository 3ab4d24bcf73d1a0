import { constants } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';

/*
 * Files in a home are whatever somebody has unpacked there. A pipe in the place of a file would hold up whoever opens
 * it, for ever, and with four of them every file of the server; a huge one would fill its memory.
 */

const maxBytes = 1024 * 1024;

/** Text of a plain file of no more than a megabyte; undefined when it is anything else or cannot be read. */
export async function readSmallFile(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (!file) return undefined;
  try {
    const facts = await file.stat();
    return facts.isFile() && facts.size <= maxBytes ? await file.readFile('utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** Whether a copy of a folder takes this along: folders of its own, plain files, and links to plain files. */
export async function isCopied(path: string): Promise<boolean> {
  const own = await lstat(path);
  if (own.isDirectory()) return true;
  // A link that leads nowhere is of no use to a copy.
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}
