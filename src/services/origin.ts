/** Where the backend is: base address without a trailing slash ('' = this page's origin). */
export type Origin = {
  /** Address of a path that begins with a slash. */
  http(path: string): string;
  /** The same with scheme and host. */
  absolute(path: string): string;
  /** The same for a WebSocket. */
  ws(path: string): string;
};

/** Makes addresses on the server’s origin. */
export function createOrigin(baseUrl: string, pageOrigin: string): Origin {
  const base = baseUrl.replace(/\/+$/, '');
  const absolute = /^https?:/.test(base) ? base : `${pageOrigin}${base}`;
  return {
    http: (path) => `${base}${path}`,
    absolute: (path) => `${absolute}${path}`,
    ws: (path) => `ws${absolute.slice(4)}${path}`,
  };
}

/** A path below the home as it stands in an address: each segment encoded, the slashes kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
