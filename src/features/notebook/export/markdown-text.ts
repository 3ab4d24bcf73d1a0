/**
 * A notebook as Markdown: text as it is, code in fences, outputs as text, tables as the HTML that Markdown may hold, and
 * pictures as files beside it.
 */
import {
  isJsonObject,
  type NotebookCell,
  type Output,
  type RichOutput,
} from '@atelier-ide/core/notebook/model.ts';
import { latexAsMarkdown } from '../markdown/latex-as-markdown.ts';
import { terminalText, withoutAnsi } from '../outputs/ansi.ts';
import { asText, isImageMime } from '../outputs/choose-output.ts';
import { bytesOfBase64 } from '../outputs/output-data.ts';
import { staticForm } from './static-output.ts';
import type { ZipEntry } from './zip-file.ts';

export type MarkdownOptions = {
  cells: readonly NotebookCell[];
  language: string;
  /** Folder of the pictures, beside the file. */
  folder: string;
  /** Foreign HTML without anything that runs. */
  sanitize(html: string): string;
};

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'image/bmp': 'bmp',
  'image/avif': 'avif',
};

export function markdownText(options: MarkdownOptions): { text: string; files: readonly ZipEntry[] } {
  const writer = new Writer(options);
  const parts = options.cells.flatMap((cell, index) => writer.cell(cell, index + 1));
  return { text: parts.length === 0 ? '' : `${parts.join('\n\n')}\n`, files: writer.files };
}

class Writer {
  readonly files: ZipEntry[] = [];
  readonly #options: MarkdownOptions;

  constructor(options: MarkdownOptions) {
    this.#options = options;
  }

  cell(cell: NotebookCell, n: number): string[] {
    const source = cell.source.replace(/\s+$/, '');
    if (cell.type === 'markdown') return source === '' ? [] : [this.#withAttachments(source, cell, n)];
    if (cell.type === 'raw') return source === '' ? [] : [source];
    const outputs = cell.outputs.flatMap((output, index) => this.#output(output, `output_${n}_${index + 1}`));
    return [...(source === '' ? [] : [fence(source, this.#options.language.toLowerCase())]), ...outputs];
  }

  #withAttachments(source: string, { attachments = {} }: NotebookCell, n: number): string {
    return source.replaceAll(/attachment:([^\s)"'>]+)/g, (whole, name: string) => {
      const bundle = attachments[decoded(name)];
      if (!isJsonObject(bundle)) return whole;
      for (const [mime, data] of Object.entries(bundle)) {
        const path =
          typeof data === 'string' ? this.#picture(mime, data, `attachment_${n}_${safe(name)}`) : null;
        if (path !== null) return path;
      }
      return whole;
    });
  }

  #output(output: Output, name: string): string[] {
    switch (output.output_type) {
      case 'stream':
        return block(output.text);
      case 'error':
        return block(
          output.traceback.length === 0
            ? `${output.ename || 'Error'}: ${output.evalue}`
            : output.traceback.join('\n'),
        );
      default:
        return this.#rich(output, name);
    }
  }

  #rich(output: RichOutput, name: string): string[] {
    const { mime } = staticForm(output);
    if (mime === undefined) return [];
    const text = asText(output.data[mime] ?? null, mime);
    if (isImageMime(mime)) {
      const path = this.#picture(mime, text, name);
      return path === null ? [] : [`![output](${path})`];
    }
    if (mime === 'text/markdown') return [text.trim()];
    if (mime === 'text/latex') return [latexAsMarkdown(text.trim())];
    // A blank line would end the HTML.
    if (mime === 'text/html')
      return [
        this.#options
          .sanitize(text)
          .replaceAll(/\n\s*\n/g, '\n')
          .trim(),
      ];
    return mime === 'application/json' ? [fence(text, 'json')] : block(text);
  }

  /** Puts a picture beside the text; null where its data is none. */
  #picture(mime: string, data: string, name: string): string | null {
    const extension = EXTENSIONS[mime];
    const isText = mime === 'image/svg+xml' && data.trimStart().startsWith('<');
    const bytes = isText ? new TextEncoder().encode(data) : bytesOfBase64(data);
    if (extension === undefined || !bytes) return null;
    const own = name.replace(new RegExp(`\\.${extension}$`, 'i'), '');
    const path = `${this.#options.folder}/${own}.${extension}`;
    if (!this.files.some((file) => file.name === path)) this.files.push({ name: path, data: bytes });
    return path.split('/').map(encodeURIComponent).join('/');
  }
}

/** What was printed, indented, as every reader of Markdown shows it without colours. */
function block(text: string): string[] {
  const plain = withoutAnsi(terminalText(text)).replace(/\s+$/, '');
  return plain === '' ? [] : [fence(plain, '')];
}

function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${text}\n${ticks}`;
}

const safe = (name: string): string => decoded(name).replaceAll(/[^\w.-]+/g, '_');

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    // Not percent-encoded after all: it means itself.
    if (error instanceof URIError) return name;
    throw error;
  }
}
