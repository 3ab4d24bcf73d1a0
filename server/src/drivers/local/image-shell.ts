import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const bashes = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'];

/** The user's own start-up file runs first; then the app's programs come first again, whatever it put on PATH. */
const startUp = `[ -r /etc/bash.bashrc ] && . /etc/bash.bashrc
[ -r ~/.bashrc ] && . ~/.bashrc
[ -n "$ATELIER_IMAGE_BIN" ] && PATH="$ATELIER_IMAGE_BIN:$PATH"
[ -n "$ATELIER_LAYER_PYTHON" ] && export VIRTUAL_ENV="\${ATELIER_LAYER_PYTHON%/bin/python}"
hash -r
`;

/**
 * The shell of image terminals: bash with a start-up file of ours, so that \`python\` is the image's. Undefined where
 * there is no bash; the user's shell then starts with the image's PATH and may change it.
 */
export async function imageShell(folder: string): Promise<readonly string[] | undefined> {
  const bash = bashes.find((path) => existsSync(path));
  if (bash === undefined) return undefined;
  const file = join(folder, 'image-bashrc');
  await writeFile(file, startUp, { mode: 0o644 });
  return [bash, '--rcfile', file];
}
