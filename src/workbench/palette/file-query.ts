/** What is typed after "/": a folder that is there already, and the beginning of a name in it. */
export type FileQuery = { folder: string; name: string };

/** `null` = the query is about commands. The path is one of the home. */
export function fileQuery(query: string): FileQuery | null {
  if (!query.startsWith('/')) return null;
  const path = query.slice(1);
  const at = path.lastIndexOf('/');
  return { folder: at < 0 ? '' : path.slice(0, at), name: path.slice(at + 1) };
}
