/** Which of the forms that an output comes in is shown, and why not a richer one. */
import { isJsonMime, type MimeBundle } from '../notebook/model.ts';

export const WIDGET_VIEW_MIME = 'application/vnd.jupyter.widget-view+json';

/** Richest first. Types that are not listed rank just above plain text, JSON-like ones above others. */
const ORDER: readonly string[] = [
  WIDGET_VIEW_MIME,
  'application/vnd.plotly.v1+json',
  'application/vnd.bokehjs_exec.v0+json',
  'text/html',
  'text/markdown',
  'text/latex',
  'image/svg+xml',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
  'application/geo+json',
  'application/javascript',
  'text/javascript',
  'application/json',
];

const VEGA = /^application\/vnd\.vega(?:lite)?\.v\d+(?:\.\d+)*[+.]json$/;
const LAST = ['text/plain', 'application/vnd.bokehjs_load.v0+json'];

/** Types that do nothing without running script. */
export function isScriptMime(mime: string): boolean {
  return (
    mime === WIDGET_VIEW_MIME ||
    mime === 'application/javascript' ||
    mime === 'text/javascript' ||
    /^application\/vnd\.(?:plotly|bokehjs_exec|bokehjs_load)\./.test(mime) ||
    VEGA.test(mime)
  );
}

export type SkipReason = 'script-not-allowed' | 'no-widget-manager' | 'no-renderer';

export interface MimeChoice {
  /** undefined where nothing of the bundle can be shown. */
  readonly mime: string | undefined;
  /** The richest form that was passed over. */
  readonly skipped?: { readonly mime: string; readonly reason: SkipReason };
}

export interface MimeSupport {
  /** Types that there is a renderer for; with widgets, the widget view type among them. */
  readonly supported: ReadonlySet<string> | ((mime: string) => boolean);
  readonly allowScript: boolean;
}

/** Choose the form to show. */
export function chooseMime(data: MimeBundle, { supported, allowScript }: MimeSupport): MimeChoice {
  const isSupported = typeof supported === 'function' ? supported : (mime: string) => supported.has(mime);
  let skipped: MimeChoice['skipped'];
  for (const mime of rankedMimes(data)) {
    const reason = refusal(mime, isSupported(mime), allowScript);
    if (reason === undefined) return { mime, ...(skipped ? { skipped } : {}) };
    skipped ??= { mime, reason };
  }
  return { mime: undefined, ...(skipped ? { skipped } : {}) };
}

/** The types of a bundle, richest first. */
export function rankedMimes(data: MimeBundle): string[] {
  return Object.keys(data)
    .map((mime, place) => ({ mime, place, rank: rankOf(mime) }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ mime }) => mime);
}

function refusal(mime: string, isSupported: boolean, allowScript: boolean): SkipReason | undefined {
  if (!isSupported) return mime === WIDGET_VIEW_MIME ? 'no-widget-manager' : 'no-renderer';
  return isScriptMime(mime) && !allowScript ? 'script-not-allowed' : undefined;
}

function rankOf(mime: string): number {
  if (VEGA.test(mime)) return 1;
  const at = ORDER.indexOf(mime);
  if (at >= 0) return at;
  const last = LAST.indexOf(mime);
  if (last >= 0) return ORDER.length + 2 + last;
  return ORDER.length + (isJsonMime(mime) ? 0 : 1);
}
