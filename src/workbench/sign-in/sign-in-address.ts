/**
 * Where the browser goes to sign in with what a person pasted: the whole printed link, or its token alone. Other query
 * parameters of this page survive. Null when there is no token in it.
 */
export function signInAddress(pasted: string, loginUrl: string, page: URL): string | null {
  const token = tokenOf(pasted.trim());
  if (token === null) return null;
  const target = new URL(loginUrl, page);
  for (const [name, value] of page.searchParams) target.searchParams.set(name, value);
  target.searchParams.set('token', token);
  return target.href;
}

function tokenOf(text: string): string | null {
  if (text === '') return null;
  if (!text.includes('/')) return /^[\w~.-]+$/.test(text) ? text : null;
  const query = /[?&]token=([^&#\s]+)/.exec(text)?.[1];
  return query === undefined ? null : decodeURIComponent(query);
}
