import { existsSync } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The programs of an image that are Python scripts name the image's interpreter in their first line, so they would
 * not see what an app has installed. They are written once more, to be found before the originals on PATH: these run
 * with the interpreter that `ATELIER_LAYER_PYTHON` names, so that all apps of the image share them, and with the
 * image's own where nothing is named. The originals are not touched.
 */

const headBytes = 512;
const readAtOnce = 16;
/** conda takes the prefix of its interpreter for its root; pip and python of an app are its own. */
const leftAlone = /^(conda|mamba|activate|deactivate|python|pip[\d.]*$)/;
const plainHead = /^#! *(\/[^\n"]*?\/python[\d.]*t?)((?: +-\w+)*) *\r?\n/;
/** How installers write a path that is too long for a first line, or has a space. */
const wrappedHead =
  /^#!\/bin\/sh\n'''exec' ["']?(\/[^\n"]*?\/python[\d.]*t?)["']?((?: +-\w+)*) "\$0" "\$@"\n' '''\n/;

type Head = { length: number; interpreter: string; options: string };

function readHead(text: string): Head | undefined {
  const [head, interpreter, options] = plainHead.exec(text) ?? wrappedHead.exec(text) ?? [];
  if (head === undefined || interpreter === undefined) return undefined;
  return { length: head.length, interpreter, options: options?.trim() ?? '' };
}

async function firstText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    // A folder, a link to nothing, a program that may be run but not read: not a script that could be rewritten.
    return '';
  } finally {
    await file?.close();
  }
}

/** Valid for sh and, being a string there, for Python. */
function newHead({ interpreter, options }: Head): string {
  const inQuotes = interpreter.replace(/[\\$`]/g, String.raw`\$&`);
  return `#!/bin/sh\n'''exec' "\${ATELIER_LAYER_PYTHON:-${inQuotes}}"${options && ` ${options}`} "$0" "$@"\n' '''\n`;
}

async function rewrite(from: string, to: string, isOwn: (folder: string) => Promise<boolean>): Promise<void> {
  const head = readHead(await firstText(from));
  if (!head || head.interpreter.includes("'''")) return;
  // Read byte by byte, for a script may be in any encoding; paths are UTF-8.
  if (!(await isOwn(dirname(Buffer.from(head.interpreter, 'latin1').toString())))) return;
  const body = (await readFile(from)).subarray(head.length);
  await writeFile(to, Buffer.concat([Buffer.from(newHead(head), 'latin1'), body]), { mode: 0o755 });
}

async function rewriteAll(bin: string, outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true, mode: 0o755 });
  const home = await realpath(bin);
  const isOwn = async (folder: string): Promise<boolean> =>
    folder === bin || folder === home || (await realpath(folder).catch(() => '')) === home;
  const names = (await readdir(bin)).filter((name) => !leftAlone.test(name));
  const worker = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop())
      await rewrite(join(bin, name), join(outDir, name), isOwn);
  };
  await Promise.all(Array.from({ length: readAtOnce }, worker));
}

/** Folders of rewritten scripts, one for each state of an image's `bin`; apps that run keep the one they have. */
export class ImageScripts {
  readonly #made = new Map<string, Promise<string>>();
  readonly #cleaned = new Map<string, Promise<void>>();

  /** The folder to put before `bin` on PATH; made below `parent`, where nothing else may be. */
  async of(bin: string, parent: string): Promise<string> {
    const { mtimeMs } = await stat(bin);
    const outDir = join(parent, `${Math.round(mtimeMs)}`);
    const known = this.#made.get(`${bin}\n${outDir}`);
    // An image that was removed took its folder along, and may be there again.
    if (known && existsSync(await known)) return known;
    const made = this.#make(bin, outDir, parent);
    this.#made.set(`${bin}\n${outDir}`, made);
    try {
      return await made;
    } catch (error) {
      this.#made.delete(`${bin}\n${outDir}`);
      throw error;
    }
  }

  async #make(bin: string, outDir: string, parent: string): Promise<string> {
    // What an earlier run of the server left; no app of it is there any more.
    const cleaned = this.#cleaned.get(parent) ?? rm(parent, { recursive: true, force: true });
    this.#cleaned.set(parent, cleaned);
    await cleaned;
    await rewriteAll(bin, outDir);
    return outDir;
  }
}
