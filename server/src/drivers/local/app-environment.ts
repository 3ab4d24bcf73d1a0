import { existsSync } from 'node:fs';
import { homedir } from 'node:os';

/**
 * The environment of apps: clean, because what the server was started with (its secrets, npm's variables) is none of
 * a notebook's business. What package managers and drivers need to reach the outside is passed on.
 */

const passedOn = new Set([
  'CUDA_VISIBLE_DEVICES',
  'CURL_CA_BUNDLE',
  'LANG',
  'LANGUAGE',
  'LD_LIBRARY_PATH',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'SHELL',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'TZ',
]);
const passedOnPrefixes = ['LC_', 'NVIDIA_', 'PIP_', 'UV_'];
/** Where packages go is each app's own business: these would lead installers past its layer. */
const redirects = new Set([
  'PIP_PREFIX',
  'PIP_PYTHON',
  'PIP_ROOT',
  'PIP_TARGET',
  'PIP_USER',
  'UV_PROJECT_ENVIRONMENT',
  'UV_PYTHON',
  'UV_SYSTEM_PYTHON',
]);
const proxies = new Set(['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy']);

function isPassedOn(name: string): boolean {
  if (redirects.has(name)) return false;
  return (
    passedOn.has(name) ||
    proxies.has(name.toLowerCase()) ||
    passedOnPrefixes.some((prefix) => name.startsWith(prefix))
  );
}

/** PATH without the folders that npm puts before it. */
export function plainPath(path: string | undefined): string {
  const folders = (path ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const kept = folders.filter((folder) => !/\/node_modules\/(\.bin$|.*node-gyp-bin$)/.test(folder));
  return kept.length > 0 ? [...new Set(kept)].join(':') : '/usr/local/bin:/usr/bin:/bin';
}

/** What every app gets; the app's own variables are added to it. */
export function appEnvironment(
  server: NodeJS.ProcessEnv,
  own: Record<string, string>,
): Record<string, string> {
  const env: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const [name, value] of Object.entries(server))
    if (value !== undefined && isPassedOn(name)) env[name] = value;
  if (!existsSync(env['SHELL'] ?? '')) delete env['SHELL'];
  return { ...env, PATH: plainPath(server['PATH']), ...own };
}

/** What the zygote itself gets: forked apps could see it. */
export function zygoteEnvironment(
  server: NodeJS.ProcessEnv,
  own: { home: string; pythonDir: string },
): Record<string, string> {
  const library = server['LD_LIBRARY_PATH'];
  return {
    PATH: plainPath(server['PATH']),
    HOME: own.home,
    LANG: 'C.UTF-8',
    PYTHONPATH: own.pythonDir,
    ...(library === undefined ? {} : { LD_LIBRARY_PATH: library }),
  };
}

/** What downloads and installs packages gets: its caches and settings are those of who runs the server. */
export function installerEnvironment(server: NodeJS.ProcessEnv): Record<string, string> {
  const own: Record<string, string> = { HOME: homedir() };
  for (const name of ['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'USER']) {
    const value = server[name];
    if (value !== undefined) own[name] = value;
  }
  return appEnvironment(server, own);
}
