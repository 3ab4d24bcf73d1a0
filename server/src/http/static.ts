import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { fail, sendProblem } from './problem-response.ts';

/*
 * The built SPA. Names come from a narrow alphabet and have no segment that begins with a dot, so a path cannot leave
 * the folder; what is not a plain file is not found. `/` and `/share/…` are the page, nothing else falls back to it.
 */

export type StaticFiles = (
  request: IncomingMessage,
  response: ServerResponse,
  socketOrigin: string,
) => Promise<void>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

const remoteImagePath = '/frames/remote-image.html';
const outputsPath = '/frames/outputs.html';

/*
 * The document that shows an image of another server, in a frame. It has no origin, may load images and nothing else,
 * and takes only their address, so its own script needs no hash.
 */
const remoteImageCsp = [
  "default-src 'none'",
  'img-src http: https:',
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'self'",
  'sandbox allow-scripts',
].join('; ');

/*
 * The document in which outputs run their scripts. It has no origin, loads our renderers and nothing else, and can send
 * nothing anywhere: data comes from its page. `unsafe-eval` is not among what it may.
 */
const outputsCsp = (origin: string) =>
  [
    "default-src 'none'",
    `script-src 'unsafe-inline' blob: ${origin}/frames/`,
    `style-src 'unsafe-inline' ${origin}/frames/`,
    `font-src data: ${origin}/frames/`,
    'img-src data: blob:',
    'media-src data: blob:',
    'worker-src blob:',
    "connect-src 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-scripts',
  ].join('; ');

const originOf = (socketOrigin: string) => socketOrigin.replace(/^ws/, 'http');

/** CSP of the SPA. `socketOrigin` is named because not every browser takes 'self' for `ws:`. */
export function pageCsp(socketOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    `connect-src 'self' ${socketOrigin}`,
    "manifest-src 'self'",
    `frame-src ${[remoteImagePath, outputsPath].map((path) => originOf(socketOrigin) + path).join(' ')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const pageHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
};

/** File below the folder that a path means; undefined when there cannot be one. */
export function staticName(url: string): string | undefined {
  const path = url.split('?', 1)[0] ?? '';
  if (path === '/' || path === '/index.html' || /^\/share\/[\w-]{1,128}\/?$/.test(path)) return 'index.html';
  const isPlain = /^(?:\/[\w@+~-][\w.@+~-]*)+$/.test(path) && !path.includes('..');
  return isPlain && types[extname(path)] !== undefined ? path.slice(1) : undefined;
}

function accepts(header: string | undefined, encoding: string): boolean {
  const entry = (header ?? '')
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .find((each) => each === encoding || each.startsWith(`${encoding};`));
  return entry !== undefined && !/;\s*q=0(?:\.0*)?$/.test(entry);
}

type Found = { handle: FileHandle; size: number; tag: string; encoding?: string };

async function openFile(path: string, tail: string): Promise<Found | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch {
    // Absent, or not readable: not found either way.
    return undefined;
  }
  const stat = await handle.stat();
  if (stat.isFile())
    return {
      handle,
      size: stat.size,
      tag: `"${stat.mtimeMs.toString(36)}-${stat.size.toString(36)}${tail}"`,
    };
  await handle.close();
  return undefined;
}

async function find(path: string, acceptEncoding: string | undefined): Promise<Found | undefined> {
  for (const { name, suffix } of encodings) {
    const found = accepts(acceptEncoding, name) ? await openFile(`${path}${suffix}`, `-${name}`) : undefined;
    if (found) return { ...found, encoding: name };
  }
  return openFile(path, '');
}

function policyOf(name: string, socketOrigin: string): string {
  if (`/${name}` === remoteImagePath) return remoteImageCsp;
  if (`/${name}` === outputsPath) return outputsCsp(originOf(socketOrigin));
  // A picture of ours opened in a tab of its own runs nothing either.
  return name.endsWith('.html')
    ? pageCsp(socketOrigin)
    : "default-src 'none'; style-src 'unsafe-inline'; sandbox";
}

function headersOf(name: string, found: Found, socketOrigin: string): Record<string, string | number> {
  const isPage = name.endsWith('.html');
  const isHashed = /^(?:frames\/)?assets\/.*-[\w-]{8,}\.\w+$/.test(name);
  // Documents without an origin load these. They are the same for everybody and hold nothing of anybody.
  const isForFrames = name.startsWith('frames/') && !isPage;
  return {
    'Content-Type': types[extname(name)] ?? 'application/octet-stream',
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: found.tag,
    Vary: 'Accept-Encoding',
    ...(found.encoding === undefined ? {} : { 'Content-Encoding': found.encoding }),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': isForFrames ? 'cross-origin' : 'same-origin',
    ...(isForFrames ? { 'Access-Control-Allow-Origin': '*' } : {}),
    ...(`/${name}` === outputsPath ? { 'X-DNS-Prefetch-Control': 'off' } : {}),
    'Content-Security-Policy': policyOf(name, socketOrigin),
    ...(isPage ? pageHeaders : {}),
  };
}

/** Serves a folder; without one, only says that there is none. */
export function createStaticFiles(folder: string | undefined): StaticFiles {
  const serve = async (request: IncomingMessage, response: ServerResponse, socketOrigin: string) => {
    const name = staticName(request.url ?? '/');
    const encoding = request.headers['accept-encoding'];
    const found =
      folder === undefined || name === undefined
        ? undefined
        : await find(join(folder, name), String(encoding ?? ''));
    if (name === undefined || !found) {
      sendProblem(response, fail('not-found', 'There is nothing at this address.').problem);
      return;
    }
    const headers = headersOf(name, found, socketOrigin);
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    const isKnown = known?.includes(found.tag) ?? false;
    if (isKnown || request.method === 'HEAD') {
      await found.handle.close();
      response.writeHead(
        isKnown ? 304 : 200,
        isKnown ? headers : { ...headers, 'Content-Length': found.size },
      );
      response.end();
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Length': found.size });
    // The end is fixed to the announced length, should the file grow while it is sent.
    if (found.size === 0) {
      await found.handle.close();
      response.end();
      return;
    }
    pipeline(found.handle.createReadStream({ end: found.size - 1 }), response, () => undefined);
  };
  return serve;
}
