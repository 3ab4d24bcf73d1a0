import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder of the sockets of this run: 0700, ours, with a path so short that every socket below it stays under 100
 * bytes, wherever the data folder is. Its path is noted in the data folder: when the server was killed, the next one
 * goes on there, or ends what still runs there and removes it.
 */
export type RuntimeFolder = {
  readonly path: string;
  /** A short path that means `target`, for programs that make sockets in TMPDIR. */
  shortcutTo(target: string, name: string): Promise<string>;
  dropShortcut(name: string): Promise<void>;
  remove(): Promise<void>;
};

/** Leaves room for `/` and the name of an app's folder within the zygote's limit of 70 bytes. */
const maxFolderBytes = 48;
const maxTmpBytes = 60;
const noteName = 'runtime-folder';
const prefix = 'atelier-';

function parents(env: NodeJS.ProcessEnv): string[] {
  const candidates = [env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'].filter((path) => path !== undefined);
  return candidates.filter((path) => Buffer.byteLength(join(path, `${prefix}XXXXXX`)) <= maxFolderBytes);
}

async function makeFolder(env: NodeJS.ProcessEnv): Promise<string> {
  let last: unknown = new Error('no folder for sockets has a path that is short enough');
  for (const parent of parents(env)) {
    try {
      return await mkdtemp(join(parent, prefix));
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** The folder of a run that could not tidy up; undefined when there is none. */
export async function findRuntimeFolder(dataDir: string): Promise<RuntimeFolder | undefined> {
  const path = await readFile(join(dataDir, noteName), 'utf8').catch(() => '');
  const facts = path === '' ? undefined : await stat(path).catch(() => undefined);
  const isOurs = facts?.isDirectory() === true && facts.uid === process.getuid?.();
  if (!isOurs || !path.includes(`/${prefix}`)) return undefined;
  const links = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isSymbolicLink());
  return folderAt(path, dataDir, new Set(links.map(({ name }) => name)));
}

export async function makeRuntimeFolder(
  dataDir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RuntimeFolder> {
  const path = await makeFolder(env);
  await writeFile(join(dataDir, noteName), path, { mode: 0o600 });
  return folderAt(path, dataDir, new Set());
}

function folderAt(path: string, dataDir: string, links: ReadonlySet<string>): RuntimeFolder {
  // Apps that start on one instance at once share its shortcut: it is made once and never taken from under another.
  const shortcuts = new Map([...links].map((name) => [name, Promise.resolve()]));
  return {
    path,
    async shortcutTo(target, name) {
      if (Buffer.byteLength(target) <= maxTmpBytes) return target;
      const made = shortcuts.get(name) ?? symlink(target, join(path, name));
      shortcuts.set(name, made);
      try {
        await made;
      } catch (error) {
        shortcuts.delete(name);
        throw error;
      }
      return join(path, name);
    },
    async dropShortcut(name) {
      shortcuts.delete(name);
      await rm(join(path, name), { force: true });
    },
    async remove() {
      await rm(path, { recursive: true, force: true });
      await rm(join(dataDir, noteName), { force: true });
    },
  };
}
