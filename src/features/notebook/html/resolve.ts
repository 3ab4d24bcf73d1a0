/**
 * Gives the images and links of a sanitised fragment their final form, while it is still outside the page: images
 * from elsewhere become placeholders, files of the home wait for their bytes, links get their safe targets.
 */
import { isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { imageAddress, linkAddress } from './addresses.ts';
import { resolveMedia } from './resolve-media.ts';

export type ResolveOptions = {
  /** Folder of the notebook, below the home. */
  folder: string;
  attachments?: JsonObject | undefined;
};

/** An image whose file has to be read: the element stands in its place until then. */
export type PendingImage = { path: string; address: string; image: HTMLImageElement };

export function resolveFragment(fragment: DocumentFragment, options: ResolveOptions): PendingImage[] {
  for (const svg of fragment.querySelectorAll('svg')) if (!svg.parentElement?.closest('svg')) freezeSvg(svg);
  const pending: PendingImage[] = [];
  for (const image of fragment.querySelectorAll('img')) {
    const waiting = resolveImage(image, options);
    if (waiting) pending.push(waiting);
  }
  for (const media of fragment.querySelectorAll<HTMLMediaElement>('audio, video'))
    resolveMedia(media, options.folder);
  for (const stray of fragment.querySelectorAll('source')) stray.remove();
  for (const link of fragment.querySelectorAll('a')) resolveLink(link, options.folder);
  for (const table of fragment.querySelectorAll('table')) wrapTable(table);
  return pending;
}

/** A drawing becomes an image: nothing inside it runs, loads, or reaches out of its box. */
function freezeSvg(svg: SVGSVGElement): void {
  const document = svg.ownerDocument;
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const text = new XMLSerializer().serializeToString(svg);
  const image = document.createElement('img');
  image.setAttribute('src', `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`);
  image.setAttribute('alt', svg.querySelector('title')?.textContent ?? 'Drawing');
  for (const name of ['width', 'height'] as const) {
    const value = svg.getAttribute(name);
    if (value !== null && /^[\d.]+(?:px)?$/.test(value)) image.setAttribute(name, value.replace('px', ''));
  }
  svg.replaceWith(image);
}

function resolveImage(image: HTMLImageElement, { folder, attachments }: ResolveOptions): PendingImage | null {
  const source = image.getAttribute('src') ?? '';
  const address = imageAddress(source, folder);
  switch (address.kind) {
    case 'data':
      return null;
    case 'attachment': {
      const url = attachmentUrl(attachments?.[address.name]);
      if (url === null) image.replaceWith(missing(image, `attachment:${address.name}`));
      else image.setAttribute('src', url);
      return null;
    }
    case 'remote':
      image.replaceWith(remotePlaceholder(image, address.url));
      return null;
    case 'refused':
      image.replaceWith(missing(image, address.address));
      return null;
    case 'file': {
      if (address.path === null || address.path === '') {
        image.replaceWith(missing(image, source));
        return null;
      }
      // Without an address it loads nothing yet.
      image.removeAttribute('src');
      image.dataset['pending'] = '';
      return { path: address.path, address: source, image };
    }
  }
}

function attachmentUrl(bundle: unknown): string | null {
  if (!isJsonObject(bundle)) return null;
  for (const [mime, data] of Object.entries(bundle)) {
    const text = Array.isArray(data) ? data.filter((part) => typeof part === 'string').join('') : data;
    if (!/^image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)$/.test(mime) || typeof text !== 'string') continue;
    const isPlainSvg = mime === 'image/svg+xml' && text.trimStart().startsWith('<');
    return isPlainSvg
      ? `data:${mime};charset=utf-8,${encodeURIComponent(text)}`
      : `data:${mime};base64,${text.replaceAll(/\s+/g, '')}`;
  }
  return null;
}

function placeholder(image: HTMLImageElement, words: string): HTMLSpanElement {
  const document = image.ownerDocument;
  const box = document.createElement('span');
  box.className = 'at-image-placeholder';
  const alt = image.getAttribute('alt');
  const text = document.createElement('span');
  text.textContent = alt ? `${alt}: ${words}` : words;
  box.append(text);
  return box;
}

/** Stands for an image on another server until a person asks for those of this notebook. */
function remotePlaceholder(image: HTMLImageElement, url: string): HTMLSpanElement {
  const box = placeholder(image, url);
  box.dataset['remote'] = url;
  const { alt, width } = { alt: image.getAttribute('alt'), width: image.getAttribute('width') };
  if (alt) box.dataset['alt'] = alt;
  if (width !== null && /^\d{1,5}(?:px|%)?$/.test(width))
    box.dataset['width'] = /\d$/.test(width) ? `${width}px` : width;
  const button = image.ownerDocument.createElement('button');
  button.type = 'button';
  button.textContent = 'Load';
  button.title = 'Loads the images of this notebook from other servers, which then see that you read it.';
  button.dataset['load'] = '';
  box.append(button);
  return box;
}

/** Stands for an image that is not there. */
export function missing(image: HTMLImageElement, address: string): HTMLSpanElement {
  const box = placeholder(image, `${address} was not found`);
  box.dataset['missing'] = address;
  return box;
}

function resolveLink(link: HTMLAnchorElement, folder: string): void {
  const address = link.getAttribute('href');
  if (address === null) return;
  const target = linkAddress(address, folder);
  link.removeAttribute('href');
  if (target.kind === 'outside') {
    link.setAttribute('href', target.url);
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  } else if (target.kind === 'heading') {
    link.setAttribute('href', `#${encodeURIComponent(target.fragment)}`);
    link.dataset['heading'] = target.fragment;
  } else if (target.kind === 'file') {
    link.setAttribute('href', `?path=${encodeURIComponent(target.path)}`);
    link.dataset['path'] = target.path;
  }
}

/** Wide tables scroll in a box of their own. */
function wrapTable(table: HTMLTableElement): void {
  if (table.parentElement?.closest('table')) return;
  for (const cell of table.querySelectorAll('[bgcolor]')) cell.removeAttribute('bgcolor');
  const box = table.ownerDocument.createElement('div');
  box.className = 'at-table-box';
  table.replaceWith(box);
  box.append(table);
}
