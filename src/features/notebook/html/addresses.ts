/** Where an address in a notebook points to. */
export type ImageAddress =
  | { kind: 'data'; url: string }
  | { kind: 'attachment'; name: string }
  /** On another server: never loaded by the page. */
  | { kind: 'remote'; url: string }
  /** A file, as a path below the home; null where the address leads out of it. */
  | { kind: 'file'; path: string | null; address: string }
  | { kind: 'refused'; address: string };

const IMAGE_DATA = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|x-icon|svg\+xml)[;,]/i;

export function imageAddress(address: string, folder: string): ImageAddress {
  const url = clean(address);
  if (url === '') return { kind: 'refused', address };
  if (/^data:/i.test(url)) return IMAGE_DATA.test(url) ? { kind: 'data', url } : { kind: 'refused', address };
  if (/^attachment:/i.test(url)) return { kind: 'attachment', name: decode(url.slice('attachment:'.length)) };
  if (/^https?:/i.test(url) || /^[\\/]{2}/.test(url)) return { kind: 'remote', url: absolute(url) };
  if (/^[a-z][a-z\d+.-]*:/i.test(url)) return { kind: 'refused', address };
  return { kind: 'file', path: filePath(url, folder), address };
}

export type LinkAddress =
  | { kind: 'outside'; url: string }
  | { kind: 'heading'; fragment: string }
  | { kind: 'file'; path: string; fragment: string }
  | { kind: 'refused' };

export function linkAddress(address: string, folder: string): LinkAddress {
  const url = clean(address);
  if (url.startsWith('#')) return { kind: 'heading', fragment: decode(url.slice(1)) };
  if (/^https?:/i.test(url) || /^[\\/]{2}/.test(url)) return { kind: 'outside', url: absolute(url) };
  if (/^mailto:/i.test(url)) return { kind: 'outside', url };
  if (url === '' || /^[a-z][a-z\d+.-]*:/i.test(url)) return { kind: 'refused' };
  const path = filePath(url, folder);
  const hash = url.indexOf('#');
  return path === null || path === ''
    ? { kind: 'refused' }
    : { kind: 'file', path, fragment: hash < 0 ? '' : decode(url.slice(hash + 1)) };
}

/** Browsers drop tabs and line ends inside an address, and white space around it. */
function clean(address: string): string {
  // oxlint-disable-next-line no-control-regex
  return address.replaceAll(/[\t\n\r]/g, '').replaceAll(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
}

function absolute(url: string): string {
  return /^[\\/]{2}/.test(url) ? `https:${url.replaceAll('\\', '/')}` : url;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded after all: it means itself.
    return text;
  }
}

/** The path below the home that a relative address means; null where it leads out. */
function filePath(url: string, folder: string): string | null {
  const plain = decode(url.replace(/[?#].*$/s, ''));
  const parts = plain.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const part of plain.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
