// The npm dependencies, installed from the lock file when missing or stale.
import { existsSync } from 'node:fs';
import { at, fingerprint, readStamp, Stop, writeStamp } from './project.mjs';
import { capture, step } from './run.mjs';

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Stop(
      `Node 20.19 or newer is needed; this is ${process.versions.node}. Install a newer Node and try again.`,
    );
  }
}

export async function ensureNodeModules() {
  const stamp = at('node_modules/.atelier-stamp');
  const wanted = fingerprint(['package-lock.json']);
  if (existsSync(stamp) && readStamp(stamp) === wanted) return;
  await step('Installing npm packages', async () => {
    // Not `npm ci`: it refuses a lock file made where the builds of optional packages for other platforms cannot be
    // had. `install` takes the locked versions, and --no-save leaves the lock file as it is.
    const { code, out } = await capture('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
      cwd: at('.'),
    });
    if (code !== 0)
      throw new Stop(
        `The npm packages could not be installed. Check the network or the npm settings.\n${out}`,
      );
  });
  writeStamp(stamp, wanted);
}
