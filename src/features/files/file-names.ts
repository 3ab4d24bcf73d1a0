/** Names and paths of files: rules and free names. Pure. */

export function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** True when `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** What is wrong with a new name, in a sentence, or null. `taken` are the other names in the folder. */
export function nameProblem(name: string, taken: ReadonlySet<string>): string | null {
  if (name.trim() === '') return 'Give a name.';
  if (name === '.' || name === '..') return 'This name means a folder of its own. Use another.';
  if (name.includes('/') || name.includes('\0'))
    return 'A name cannot contain /. Use letters, digits, - and _.';
  if (new TextEncoder().encode(name).length > 255) return 'A name has at most 255 bytes. Use a shorter one.';
  if (taken.has(name)) return `${name} exists already. Use another name.`;
  return null;
}

/** First name of `base.ext`, `base1.ext`, … that is not taken. */
export function freeName(base: string, extension: string, taken: ReadonlySet<string>): string {
  for (let n = 0; ; n += 1) {
    const name = `${base}${n === 0 ? '' : n}${extension}`;
    if (!taken.has(name)) return name;
  }
}

/** Name for a copy beside the original: `report.md` → `report-copy.md`. */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return freeName(`${stem}-copy`, extension, taken);
}
