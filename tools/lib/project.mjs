// Where things are in the checkout, and stamps that say whether a made thing is older than what it is made of.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const at = (...parts) => join(root, ...parts);

/** Ends the command with one sentence that says what to do. */
export class Stop extends Error {}

function* files(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === '__pycache__' || entry.name.startsWith('.')) continue;
    if (/\.test\.tsx?$/.test(entry.name)) continue;
    if (entry.isDirectory()) yield* files(join(path, entry.name));
    else yield join(path, entry.name);
  }
}

/** Hash over the content of files and folders (paths below the checkout), and further facts. */
export function fingerprint(paths, facts = []) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of [...files(at(path))].sort((a, b) => (a < b ? -1 : 1)))
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  }
  for (const fact of facts) hash.update('\0').update(String(fact));
  return hash.digest('hex').slice(0, 16);
}

export const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${value}\n`);
}
