// A Chromium for the end-to-end tests: an installed one, or Debian's package.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Stop } from './project.mjs';
import { capture, step } from './run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function find() {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return existsSync(named) ? named : null;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
  }
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return existsSync(mac) ? mac : null;
}

/** Path of a Chromium. Installs Debian's package as root; otherwise says what to do. */
export async function ensureChromium() {
  const found = find();
  if (found) return found;
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (isDebianRoot) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await step('Installing Chromium', async () => {
      await capture('apt-get', ['update'], { env });
      const { code, out } = await capture(
        'apt-get',
        ['install', '-y', '--no-install-recommends', 'chromium'],
        { env },
      );
      if (code !== 0) throw new Stop(`Chromium could not be installed with apt-get.\n${out.slice(-2000)}`);
    });
    const installed = find();
    if (installed) return installed;
  }
  throw new Stop(
    'The end-to-end tests need Chromium. Install it (on Debian: apt-get install chromium), or name one in CHROMIUM_PATH.',
  );
}
