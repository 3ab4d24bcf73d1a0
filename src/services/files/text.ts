import { ProblemError } from '@atelier-ide/contract';

/** Strict UTF-8; a byte order mark stays in the text, so that saving it again does not change a byte. */
export function decodeText(path: string, bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ProblemError({
      type: 'urn:atelier:problem:not-text',
      code: 'not-text',
      title: 'Not a text file',
      status: 422,
      detail: `${nameOf(path)} is not UTF-8 text. The file is unchanged. Download it, or convert it to UTF-8 in a terminal.`,
      path,
    });
  }
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** SHA-256 as lower-case hex, the hash that the backend gives its files. */
export async function hashOf(bytes: BufferSource): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
