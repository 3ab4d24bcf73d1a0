import { open } from 'node:fs/promises';
import type { LogText } from '@atelier-ide/contract';

const maxBytes = 256 * 1024;

/** The end of a text file, from a whole character on; null when there is no such file. */
export async function readLogTail(file: string, limit = maxBytes): Promise<LogText | null> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!handle) return null;
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, limit));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size - buffer.length);
    let from = 0;
    // Bytes 10xxxxxx go on with a character whose beginning was cut off.
    if (size > limit) while (from < bytesRead && ((buffer[from] ?? 0) & 0xc0) === 0x80) from += 1;
    return { text: buffer.toString('utf8', from, bytesRead), cutBytes: size - buffer.length + from };
  } finally {
    await handle.close();
  }
}
