/**
 * A notebook as one page of HTML that needs nothing else: every cell, outputs and images in it, formulas as MathML. It is
 * built with the DOM of an inert document; foreign HTML goes through the same sanitiser as in the editor, and a policy in
 * the page itself says that nothing runs and nothing loads.
 */
import {
  isJsonObject,
  type NotebookCell,
  type Output,
  type RichOutput,
} from '@atelier-ide/core/notebook/model.ts';
import { colorize } from '@/ui/monaco/colorize.ts';
import { isHidden } from '../document/cell-edits.ts';
import { missing, resolveFragment } from '../html/resolve.ts';
import type { Sanitizer } from '../html/sanitize.ts';
import { latexAsMarkdown } from '../markdown/latex-as-markdown.ts';
import { markdownToHtml } from '../markdown/markdown-to-html.ts';
import { ansiPieces, terminalText } from '../outputs/ansi.ts';
import { asText, isImageMime } from '../outputs/choose-output.ts';
import { imageSource } from '../outputs/image-source.ts';
import { pageStyle } from './page-style.ts';
import { missedNote, staticForm } from './static-output.ts';

export type PageOptions = {
  title: string;
  cells: readonly NotebookCell[];
  language: string;
  /** Folder of the notebook, below the home: what images are relative to. */
  folder: string;
  sanitizer: Sanitizer;
  /** A file of the home; null where it is not there. */
  readFile: (path: string) => Promise<Blob | null>;
};

/** The page as a file. */
export async function notebookPage(options: PageOptions): Promise<string> {
  const page = document.implementation.createHTMLDocument(options.title);
  page.title = options.title;
  page.documentElement.lang = 'en';
  const policy = page.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  const charset = page.createElement('meta');
  charset.setAttribute('charset', 'utf-8');
  const width = page.createElement('meta');
  width.name = 'viewport';
  width.content = 'width=device-width, initial-scale=1';
  const style = page.createElement('style');
  style.textContent = pageStyle;
  page.head.prepend(charset, policy, width);
  page.head.append(style);
  page.body.append(await notebookMain(options, page));
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

/** All of the notebook as one element of `page`. */
export async function notebookMain(options: PageOptions, page: Document): Promise<HTMLElement> {
  const main = page.createElement('main');
  for (const cell of options.cells) main.append(await new CellWriter(page, options).cell(cell));
  return main;
}

class CellWriter {
  readonly #page: Document;
  readonly #options: PageOptions;

  constructor(page: Document, options: PageOptions) {
    this.#page = page;
    this.#options = options;
  }

  async cell(cell: NotebookCell): Promise<HTMLElement> {
    const element = this.#box('section', 'cell');
    const body = this.#box('div', 'body');
    if (cell.type === 'code') {
      const count = this.#box('div', 'count');
      count.textContent = `[${cell.executionCount ?? ' '}]`;
      element.append(count);
    }
    if (!isHidden(cell, 'source')) body.append(await this.#source(cell));
    if (!isHidden(cell, 'outputs'))
      for (const output of cell.outputs) body.append(await this.#output(output));
    element.append(body);
    return element;
  }

  async #source(cell: NotebookCell): Promise<HTMLElement> {
    if (cell.type === 'markdown') {
      return this.#html(markdownToHtml(cell.source), { className: 'text', attachments: cell.attachments });
    }
    const box = this.#box('div', 'source');
    const pre = this.#page.createElement('pre');
    const colored = cell.type === 'code' ? await this.#colored(cell.source, this.#options.language) : null;
    // Made by us from the plain text: every character of it is escaped.
    if (colored === null) pre.textContent = cell.source;
    else pre.innerHTML = colored;
    box.append(pre);
    return box;
  }

  /** A grammar that cannot be loaded leaves the text plain. */
  #colored(source: string, language: string): Promise<string | null> {
    return colorize(source, language).catch(() => null);
  }

  async #output(output: Output): Promise<HTMLElement> {
    const box = this.#box('div', 'output');
    switch (output.output_type) {
      case 'stream':
        if (output.name === 'stderr') box.classList.add('stderr');
        box.append(this.#terminal(output.text));
        return box;
      case 'error': {
        box.classList.add('error');
        const text = output.traceback.join('\n');
        box.append(this.#terminal(text === '' ? `${output.ename || 'Error'}: ${output.evalue}` : text));
        return box;
      }
      default:
        await this.#rich(output, box);
        return box;
    }
  }

  async #rich(output: RichOutput, box: HTMLElement): Promise<void> {
    const choice = staticForm(output);
    const { mime } = choice;
    if (mime !== undefined) {
      const text = asText(output.data[mime] ?? null, mime);
      if (isImageMime(mime)) box.append(this.#image(mime, text, output));
      else if (mime === 'text/html') box.append(await this.#html(text, { hasNote: true }));
      else if (mime === 'text/markdown')
        box.append(await this.#html(markdownToHtml(text), { className: 'text' }));
      else if (mime === 'text/latex') box.append(await this.#html(markdownToHtml(latexAsMarkdown(text))));
      else box.append(this.#terminal(text));
    }
    const note = missedNote(choice);
    if (note !== null) box.append(this.#note(note));
  }

  #image(mime: string, data: string, { metadata }: RichOutput): HTMLElement {
    const image = this.#page.createElement('img');
    image.src = imageSource(mime, data);
    image.alt = 'Output';
    // Drawn for a light ground, most of them; a dark page must not swallow their text.
    image.className = 'ground';
    const own = metadata[mime];
    const size = isJsonObject(own) ? own : {};
    for (const name of ['width', 'height'] as const) {
      const value = size[name];
      if (typeof value === 'number') image.setAttribute(name, String(value));
    }
    return image;
  }

  async #html(
    html: string,
    options: { className?: string; attachments?: NotebookCell['attachments']; hasNote?: boolean } = {},
  ): Promise<HTMLElement> {
    const { sanitizer, folder, readFile } = this.#options;
    const box = this.#box('div', options.className ?? '');
    const { fragment, hadScript } = sanitizer.sanitize(html);
    const pending = resolveFragment(fragment, { folder, attachments: options.attachments });
    box.append(this.#page.adoptNode(fragment));
    for (const { path, address, image } of pending) {
      const url = await dataUrl(await readFile(path), path);
      if (url === null) image.replaceWith(missing(image, address));
      else image.src = url;
    }
    this.#settle(box);
    await this.#formulas(box);
    for (const code of box.querySelectorAll<HTMLElement>('pre > code[class*="language-"]')) {
      const language = /language-([\w+#.-]+)/.exec(code.className)?.[1] ?? '';
      const colored = await this.#colored(code.textContent, language);
      if (colored !== null) code.innerHTML = colored;
    }
    if (hadScript && options.hasNote)
      box.append(this.#note('This output has scripts. They are not part of this page.'));
    return box;
  }

  /** What needs the editor is left out: images from elsewhere become links, links to other files their words. */
  #settle(box: HTMLElement): void {
    for (const place of box.querySelectorAll<HTMLElement>('[data-remote]')) {
      const link = this.#page.createElement('a');
      link.href = place.dataset['remote'] ?? '';
      link.rel = 'noopener noreferrer';
      link.textContent = place.dataset['alt'] ?? link.href;
      place.replaceWith(link);
    }
    for (const link of box.querySelectorAll<HTMLAnchorElement>('a[data-path]')) link.removeAttribute('href');
    for (const marked of box.querySelectorAll('[data-pending]')) marked.removeAttribute('data-pending');
  }

  async #formulas(box: HTMLElement): Promise<void> {
    const formulas = [...box.querySelectorAll<HTMLElement>('code.at-math')];
    if (formulas.length === 0) return;
    const { formulaMarkup } = await import('../markdown/katex-setup.ts');
    for (const formula of formulas) {
      const isBlock = formula.classList.contains('at-math-block');
      const element = this.#box('span', isBlock ? 'at-formula at-formula-block' : 'at-formula');
      element.innerHTML = formulaMarkup(formula.textContent, isBlock);
      formula.replaceWith(element);
    }
  }

  #terminal(text: string): HTMLElement {
    const pre = this.#page.createElement('pre');
    for (const { text: piece, className, color, background } of ansiPieces(terminalText(text))) {
      if (className === '' && color === undefined && background === undefined) {
        pre.append(piece);
        continue;
      }
      const span = this.#box('span', className);
      // A colour of a program's own is meant for one ground: only a pair of them can be read on every one.
      if (background !== undefined) span.style.background = background;
      if (background !== undefined && color !== undefined) span.style.color = color;
      span.textContent = piece;
      pre.append(span);
    }
    return pre;
  }

  #note(words: string): HTMLElement {
    const note = this.#box('p', 'note');
    note.textContent = words;
    return note;
  }

  #box(name: string, className: string): HTMLElement {
    const element = this.#page.createElement(name);
    if (className !== '') element.className = className;
    return element;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
};

/** File servers answer with types of their own; for a picture the name decides. Anything else is no picture. */
async function dataUrl(blob: Blob | null, path: string): Promise<string | null> {
  const type = TYPES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
  if (!blob || type === undefined) return null;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `data:${type};base64,${btoa(binary)}`;
}
