/** Copying outputs: text as text, pictures as pictures, tables as a spreadsheet takes them. */
import type { Output } from '@atelier-ide/core/notebook/model.ts';
import type { NotificationService } from '@/platform/notifications/notification-service.ts';
import { terminalText, withoutAnsi } from './ansi.ts';
import { asText, chooseOutput, isImageMime } from './choose-output.ts';
import { cellsOfTable, toCsv, toTsv } from './data-table.ts';
import { imageSource } from './image-source.ts';
import { bytesOfBase64 } from './output-data.ts';
import { HTML_AS_SENT, mimeOfView } from './output-views.ts';

/** An output as it is shown: in which view, and where on the page. */
export type ShownOutput = { output: Output; view: string | undefined; element: Element | null };

export async function copyText(notifications: NotificationService, text: string): Promise<void> {
  await tell(notifications, () => navigator.clipboard.writeText(text));
}

/** Copies what is shown. */
export async function copyOutput(notifications: NotificationService, shown: ShownOutput): Promise<void> {
  const mime = mimeOf(shown);
  if (shown.output.output_type !== 'stream' && shown.output.output_type !== 'error' && isImageMime(mime)) {
    const source = imageSource(mime, asText(shown.output.data[mime] ?? '', mime));
    await tell(notifications, () =>
      navigator.clipboard.write([new ClipboardItem({ 'image/png': asPng(source) })]),
    );
  } else await copyText(notifications, textOfOutput(shown));
}

async function tell(notifications: NotificationService, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    notifications.error('The output was not copied', error);
  }
}

/** The form that is shown. */
function mimeOf({ output, view }: ShownOutput): string {
  if (output.output_type === 'stream' || output.output_type === 'error') return 'text/plain';
  const chosen = view === undefined ? undefined : mimeOfView(output, view);
  return chosen ?? chooseOutput(output).mime ?? 'text/plain';
}

/** What an output says, as text: a grid as rows, other HTML as its words. */
function textOfOutput(shown: ShownOutput): string {
  const { output, element } = shown;
  if (output.output_type === 'stream') return plain(output.text);
  if (output.output_type === 'error')
    return plain(output.traceback.join('\n')) || `${output.ename}: ${output.evalue}`;
  const mime = mimeOf(shown);
  if (mime === 'text/html') {
    const table = gridOf(shown);
    if (table) return toTsv(cellsOfTable(table));
    const html = element?.querySelector<HTMLElement>('.at-html-output');
    if (html) return html.innerText;
  }
  const text = asText(output.data[mime] ?? '', mime);
  return mime === 'text/plain' ? plain(text) : text;
}

const plain = (text: string) => withoutAnsi(terminalText(text));

/** The one table that an output consists of. */
function gridOf({ view, element }: ShownOutput): HTMLTableElement | null {
  if (view === HTML_AS_SENT) return null;
  const grids = element?.querySelectorAll<HTMLTableElement>('.at-grid table') ?? [];
  return grids.length === 1 ? (grids[0] ?? null) : null;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'application/pdf': 'pdf',
  'text/html': 'html',
  'text/markdown': 'md',
  'text/latex': 'tex',
  'text/vnd.mermaid': 'mmd',
  'application/javascript': 'js',
};

/** What is shown as a file: its data, and the end of its name. */
export function fileOfOutput(shown: ShownOutput): { data: Blob; extension: string } {
  const { output } = shown;
  const table = gridOf(shown);
  if (table) return { data: text(toCsv(cellsOfTable(table)), 'text/csv'), extension: 'csv' };
  if (output.output_type === 'stream' || output.output_type === 'error')
    return { data: text(textOfOutput(shown), 'text/plain'), extension: 'txt' };
  const mime = mimeOf(shown);
  const value = asText(output.data[mime] ?? '', mime);
  const extension = EXTENSIONS[mime] ?? (/\bjson$/.test(mime) ? 'json' : 'txt');
  const isBinary = mime === 'application/pdf' || (isImageMime(mime) && mime !== 'image/svg+xml');
  const bytes = isBinary ? bytesOfBase64(value) : null;
  if (bytes) return { data: new Blob([bytes], { type: mime }), extension };
  return { data: text(mime === 'text/plain' ? plain(value) : value, mime), extension };
}

const text = (content: string, type: string) => new Blob([content], { type: `${type};charset=utf-8` });

/** Clipboards take PNG alone. */
async function asPng(source: string): Promise<Blob> {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The image has no size'))), 'image/png');
  });
}
