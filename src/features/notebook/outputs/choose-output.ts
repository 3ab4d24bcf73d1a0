import { isJsonMime, type RichOutput } from '@atelier-ide/core/notebook/model.ts';
import {
  chooseMime,
  isScriptMime,
  type MimeChoice,
  WIDGET_VIEW_MIME,
} from '@atelier-ide/core/outputs/choose-mime.ts';

const IMAGES: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/svg+xml',
]);

/** What there is a renderer for. What needs script is shown by its other forms. */
function isSupported(mime: string): boolean {
  if (isScriptMime(mime)) return false;
  return (
    IMAGES.has(mime) ||
    mime === 'text/html' ||
    mime === 'text/markdown' ||
    mime === 'text/latex' ||
    mime === 'text/plain' ||
    mime === 'text/vnd.mermaid' ||
    mime === 'application/pdf' ||
    mime === 'application/json'
  );
}

/** The form in which an output is shown. */
export function chooseOutput(output: RichOutput): MimeChoice {
  return chooseMime(output.data, { supported: isSupported, allowScript: false });
}

export function isImageMime(mime: string): boolean {
  return IMAGES.has(mime);
}

/** Why a richer form is not shown, in a sentence; null where nobody would miss it. */
export function skippedNote({ mime, skipped }: MimeChoice): string | null {
  if (!skipped) return null;
  const instead = mime === undefined ? 'There is no other form of it.' : 'Its text is shown instead.';
  if (skipped.mime === WIDGET_VIEW_MIME) return `This is a widget. ${instead}`;
  if (isScriptMime(skipped.mime)) return `This output needs scripts, which are not run. ${instead}`;
  if (mime === undefined || mime === 'text/plain') return `There is no view for ${skipped.mime}. ${instead}`;
  return null;
}

/** A value as text, whatever it is. */
export function asText(value: unknown, mime: string): string {
  if (typeof value === 'string' && !isJsonMime(mime)) return value;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
