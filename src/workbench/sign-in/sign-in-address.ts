/**
 * Where the browser goes to sign in with what a person pasted: the whole printed link, or its token alone. Other query
 * parameters of this page survive. Null when there is no token in it.
 */
export function signInAddress(pasted: string, loginUrl: string, page: URL): string | null {
  const token = signInToken(pasted);
  if (token === null) return null;
  const target = new URL(loginUrl, page);
  for (const [name, value] of page.searchParams) target.searchParams.set(name, value);
  target.searchParams.set('token', token);
  return target.href;
}

/** The token in what a person pasted: the whole printed link, or the token alone. Null when there is none. */
export function signInToken(pasted: string): string | null {
  const text = pasted.trim();
  if (text === '') return null;
  if (!text.includes('/')) return /^[\w~.-]+$/.test(text) ? text : null;
  const query = /[?&]token=([^&#\s]+)/.exec(text)?.[1];
  return query === undefined ? null : decodeURIComponent(query);
}

/** Whether signing in takes a token of this server, not the page of somebody else. */
export function takesToken(loginUrl: string, page: URL): boolean {
  const { origin, pathname } = new URL(loginUrl, page);
  return origin === page.origin && pathname === '/login';
}

/** Said at the field when there is no token in what was pasted. */
export const noToken = 'There is no token in it. Paste the whole link, or the part after token=.';
