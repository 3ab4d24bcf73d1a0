import type { RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { chooseMime, isScriptMime, type MimeChoice } from '@atelier-ide/core/outputs/choose-mime.ts';

const SHOWN: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/svg+xml',
  'text/html',
  'text/markdown',
  'text/latex',
  'text/plain',
  'application/json',
]);

/** The form of an output that a page without scripts can show. */
export const staticForm = (output: RichOutput): MimeChoice =>
  chooseMime(output.data, { supported: SHOWN, allowScript: false });

/** What a reader of the page misses, in a sentence; null where nobody would. */
export function missedNote({ mime, skipped }: MimeChoice): string | null {
  if (!skipped || !isScriptMime(skipped.mime)) return null;
  return mime === undefined
    ? 'This output needs scripts, which are not part of this page.'
    : 'This output needs scripts, which are not part of this page. Another form of it is shown.';
}
