// `npm start`: makes what is missing or stale, then becomes the server. Plain JavaScript, because it runs before any
// dependency is there.
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkNode, ensureNodeModules } from './lib/npm.mjs';
import { at, root, Stop } from './lib/project.mjs';
import { pythonEnvironment } from './lib/python.mjs';
import { ensureBuild } from './lib/build.mjs';

/** The folder where the command was called; inside the checkout nobody keeps notebooks, so there it is ~/atelier. */
function defaultRoot() {
  const called = resolve(process.env['INIT_CWD'] ?? process.cwd());
  return called === root || called.startsWith(root + sep) ? join(homedir(), 'atelier') : called;
}

function withDefaults(args) {
  const has = (flag) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
  const more = [];
  if (!has('--root')) {
    const home = defaultRoot();
    try {
      mkdirSync(home, { recursive: true });
    } catch (error) {
      throw new Stop(`The folder ${home} cannot be made (${error.code}). Name another with --root <folder>.`);
    }
    more.push('--root', home);
  }
  if (!has('--data'))
    more.push('--data', join(process.env['XDG_DATA_HOME'] || join(homedir(), '.local/share'), 'atelier'));
  if (!has('--static')) more.push('--static', at('dist/app'));
  return [...args, ...more];
}

try {
  if (process.platform === 'win32')
    throw new Stop('Atelier runs on Linux and macOS. On Windows start it inside WSL.');
  checkNode();
  const args = withDefaults(process.argv.slice(2));
  await ensureNodeModules();
  const python = await pythonEnvironment('python', ['server']);
  await ensureBuild();
  // Came with the Python environment; where that was brought along, there may be none. An own --uv comes after it.
  const uv = at('.atelier/uv/bin/uv');
  process.argv = [
    process.argv[0],
    at('dist/server/main.js'),
    ...(existsSync(uv) ? ['--uv', uv] : []),
    ...args,
    '--python',
    python,
    '--python-package',
    at('server/python'),
  ];
  await import(pathToFileURL(at('dist/server/main.js')).href);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exit(1);
}
