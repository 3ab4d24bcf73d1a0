/** What the page's address asks for. */
export type StudioConfig = {
  /** Origin and prefix of the backend, without a trailing slash; '' = this page's. */
  baseUrl: string;
  /** Path below the home to open after sign-in. */
  path: string | null;
  /** True gives tests `window.studioTest`. */
  isTest: boolean;
};

export function readConfig(search: string): StudioConfig {
  const query = new URLSearchParams(search);
  const path = query.get('path')?.replace(/^\/+/, '') ?? '';
  return { baseUrl: '', path: path === '' ? null : path, isTest: query.get('test') === '1' };
}
