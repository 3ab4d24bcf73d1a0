import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogText } from '@atelier-ide/contract';

/*
 * What an app has written. Whoever runs the app can write anything there and put anything in the file's place: only a
 * plain file with one name is read, never by way of a link, and what looks like a token of an app is masked.
 */

const shownBytes = 256 * 1024;
const appName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const newline = 0x0a;

/** Where an app's output goes, from its first line on. */
export function appLogPath(dataDir: string, appId: string): string {
  if (!appName.test(appId)) throw new Error(`${appId} is no name of an app.`);
  return join(dataDir, 'logs', 'apps', `${appId}.log`);
}

/** Tokens of apps are 64 hexadecimal digits; others are known by what stands before them. */
export function maskTokens(text: string): string {
  return text
    .replaceAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi, '[hidden]')
    .replaceAll(/([?&](?:token|_xsrf)=)[^&\s"']+/gi, '$1[hidden]')
    .replaceAll(/(authorization["']?\s*[:=]\s*["']?(?:token|bearer)\s+)[^\s"',]+/gi, '$1[hidden]');
}

async function openPlain(path: string): Promise<FileHandle | null> {
  try {
    // Without waiting: a pipe in the file's place must not hold anybody up.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO') return null;
    throw error;
  }
}

/** Where to begin, so that no line and so no token is shown by halves; a line without an end begins at a character. */
function beginOf(bytes: Buffer): number {
  const end = bytes.indexOf(newline);
  if (end >= 0) return end + 1;
  const character = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(character, 0);
}

/** The end of an app's log, at most 256 KiB; null when there is none. */
export async function readAppLog(path: string, limit = shownBytes): Promise<LogText | null> {
  const file = await openPlain(path);
  if (!file) return null;
  try {
    const facts = await file.stat();
    if (!facts.isFile() || facts.nlink !== 1) return null;
    const isCut = facts.size > limit;
    const bytes = Buffer.alloc(Math.min(facts.size, limit));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, facts.size - bytes.length);
    const read = bytes.subarray(0, bytesRead);
    const begin = isCut ? beginOf(read) : 0;
    const text = maskTokens(read.subarray(begin).toString('utf8'));
    return {
      // One line that fills everything may begin with the rest of a token.
      text: isCut && !read.includes(newline) ? text.replace(/^[0-9a-f]{1,63}/i, '[hidden]') : text,
      cutBytes: facts.size - bytes.length + begin,
    };
  } finally {
    await file.close();
  }
}
