/** Which views an output can be shown in: one for each of its forms, and for a table of HTML also the HTML as it came. */
import type { RichOutput } from '@atelier-ide/core/notebook/model.ts';
import { rankedMimes, WIDGET_VIEW_MIME } from '@atelier-ide/core/outputs/choose-mime.ts';
import { asText } from './choose-output.ts';

/** HTML whose tables are left as they came. */
export const HTML_AS_SENT = 'text/html as sent';

const LABELS: Readonly<Record<string, string>> = {
  [WIDGET_VIEW_MIME]: 'Widget',
  [HTML_AS_SENT]: 'HTML as sent',
  'text/html': 'HTML',
  'text/plain': 'Plain text',
  'text/markdown': 'Markdown',
  'text/latex': 'LaTeX',
  'text/vnd.mermaid': 'Diagram (Mermaid)',
  'image/svg+xml': 'SVG image',
  'image/png': 'PNG image',
  'image/jpeg': 'JPEG image',
  'image/gif': 'GIF image',
  'image/webp': 'WebP image',
  'application/pdf': 'PDF',
  'application/json': 'JSON',
  'application/geo+json': 'GeoJSON',
  'application/javascript': 'JavaScript',
};

export type OutputView = { id: string; label: string };

/** Richest first. */
export function viewsOf({ data }: RichOutput): OutputView[] {
  return rankedMimes(data).flatMap((mime): OutputView[] => {
    if (mime !== 'text/html' || !mayHaveTable(asText(data[mime] ?? '', mime))) return [viewOf(mime)];
    return [{ id: mime, label: 'Table' }, viewOf(HTML_AS_SENT)];
  });
}

const viewOf = (id: string): OutputView => ({ id, label: LABELS[id] ?? id });

/** The form of the output that a view shows; undefined where the output has no such form. */
export function mimeOfView({ data }: RichOutput, view: string): string | undefined {
  const mime = view === HTML_AS_SENT ? 'text/html' : view;
  return mime in data ? mime : undefined;
}

/** A table with a head: whether it is one of data is known once it is shown. */
export function mayHaveTable(html: string): boolean {
  return /<table\b/i.test(html) && /<th\b/i.test(html);
}
