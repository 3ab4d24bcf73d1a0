import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { featureSchema } from '@atelier-ide/contract';
import type { FurtherImage, ServerConfig } from './config.ts';
import { instanceTypesOf, limitsOf } from './command-line-types.ts';
import { basePythonId } from './images/base-python.ts';
import { UsageError } from './usage-error.ts';

export { UsageError } from './usage-error.ts';

export type CommandLine = { config: ServerConfig; isOpening: boolean } | { help: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Fixed, because a browser keeps unsaved work under the origin, and the port is part of it. */
const defaultPort = 4747;

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  root: { type: 'string' },
  data: { type: 'string' },
  'no-open': { type: 'boolean' },
  'jupyter-url': { type: 'string' },
  'jupyter-token': { type: 'string' },
  'behind-proxy': { type: 'string' },
  'rotate-link': { type: 'boolean' },
  'without-feature': { type: 'string', multiple: true },
  static: { type: 'string' },
  python: { type: 'string' },
  'python-package': { type: 'string' },
  image: { type: 'string', multiple: true },
  'instance-type': { type: 'string', multiple: true },
  'limit-vcpu': { type: 'string' },
  'limit-memory': { type: 'string' },
  'keep-apps': { type: 'string' },
  'no-data-science': { type: 'boolean' },
  uv: { type: 'string' },
  help: { type: 'boolean' },
} as const;

export const help = `Usage: npm start -- [options]
  --port <n>               port to listen on (${defaultPort}; 0 = any free one)
  --host <address>         address to listen on (127.0.0.1)
  --root <folder>          home folder of the user
  --data <folder>          state of the server
  --no-open                do not open a browser
  --jupyter-url <url>      use this running Jupyter Server instead of starting apps
  --jupyter-token <token>  its token (or JUPYTER_TOKEN)
  --image <name>=<python>  one more image: an environment with ipykernel, by its interpreter; may be repeated
  --no-data-science        do not make the image Data Science
  --instance-type <type>   one more instance type: name=vCPUs,GiB or name=vCPUs,GiB,GPUs; may be repeated
  --limit-vcpu <n>         highest sum of vCPUs of all running instances
  --limit-memory <GiB>     highest sum of memory of all running instances
  --keep-apps <seconds>    how long apps of a killed server wait for its next start before they end (900)
  --behind-proxy <origin>  origin under which people reach this server through a proxy with TLS
  --rotate-link            sign every browser out; only the new link is good
  --without-feature <f>    take a feature away; may be repeated
  --static <folder>        the built front end
  --python <file>          Python interpreter of the environment that runs apps
  --python-package <dir>   folder of the package atelier_jupyter
  --uv <file>              uv, which makes images; without it Python's venv and pip do`;

type Values = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${text.split(/\.\s|\n/, 1)[0]?.replace(/\.$/, '')}. Use --help for the list of options.`,
    );
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port ${text} is not a port. Give a number from 0 to 65535.`);
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

function proxyOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url && isSecure && url.origin === text.replace(/\/$/, '')) return url.origin;
  throw new UsageError(
    `--behind-proxy ${text} is not an origin. Give it as https://ide.example.org, without a path.`,
  );
}

function hostOf(text: string | undefined, behindProxy: string | undefined): string {
  const host = text ?? '127.0.0.1';
  if (host === '') throw new UsageError('--host is empty. Give an address to listen on.');
  if (isLoopback(host) || behindProxy !== undefined) return host === 'localhost' ? '127.0.0.1' : host;
  throw new UsageError(
    `--host ${host} opens the server to the network without TLS. Put a proxy with TLS before it and give --behind-proxy <origin>, or leave --host out.`,
  );
}

function driverOf(values: Values, environment: Environment): ServerConfig['driver'] {
  const text = values['jupyter-url'];
  const token = values['jupyter-token'] ?? environment['JUPYTER_TOKEN'];
  if (text === undefined) {
    if (values['jupyter-token'] !== undefined)
      throw new UsageError(
        '--jupyter-token needs --jupyter-url. Give the address of the Jupyter Server too.',
      );
    return { kind: 'local' };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new UsageError(`--jupyter-url ${text} is not an address. Give it as http://host:8888/.`);
  // The address as Jupyter prints it carries its token.
  const inUrl = url.searchParams.get('token');
  url.search = '';
  url.hash = '';
  return { kind: 'jupyter', url: url.href, token: token ?? inUrl ?? '' };
}

function featuresOf(names: readonly string[] | undefined): readonly string[] {
  const known: readonly string[] = featureSchema.options;
  const wrong = names?.find((name) => !known.includes(name));
  if (wrong === undefined) return names ?? [];
  throw new UsageError(`--without-feature ${wrong} is not a feature. Give one of ${known.join(', ')}.`);
}

/** `--image "Data science=/envs/ds/bin/python"`: name and interpreter. */
function imageOf(text: string): FurtherImage {
  const mark = text.indexOf('=');
  const displayName = text.slice(0, Math.max(mark, 0)).trim();
  const id = displayName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (id === '' || text.slice(mark + 1) === '')
    throw new UsageError(
      `--image ${text} is not a name and an interpreter. Give it as --image "Name=/path/to/environment/bin/python".`,
    );
  // Not resolved through links: the place of the interpreter is what makes a venv one.
  const pythonExecutable = resolve(text.slice(mark + 1));
  if (existsSync(pythonExecutable)) return { id, displayName, pythonExecutable };
  throw new UsageError(
    `--image ${displayName}: there is no interpreter ${pythonExecutable}. Give the python of an environment with ipykernel.`,
  );
}

function imagesOf(values: Values): readonly FurtherImage[] {
  const images = (values.image ?? []).map(imageOf);
  if (images.length > 0 && values['jupyter-url'] !== undefined)
    throw new UsageError('--image needs apps of this server. Leave it or --jupyter-url out.');
  const ids = [basePythonId, ...images.map(({ id }) => id)];
  const twice = images.find(({ id }) => ids.indexOf(id) !== ids.lastIndexOf(id));
  if (!twice) return images;
  throw new UsageError(`--image ${twice.displayName} is a name in use. Give every image a name of its own.`);
}

function uvOf(text: string | undefined): { uv?: string } {
  if (text === undefined) return {};
  const uv = resolve(text);
  if (existsSync(uv)) return { uv };
  throw new UsageError(`--uv ${text} is not there. Give the place of uv, or leave --uv out.`);
}

function keepAppsOf(text: string | undefined): Pick<ServerConfig, 'orphanGraceSeconds'> {
  if (text === undefined) return {};
  const seconds = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= 7 * 86_400) return { orphanGraceSeconds: seconds };
  throw new UsageError(
    `--keep-apps ${text} is not a time. Give whole seconds, at most a week, or leave --keep-apps out.`,
  );
}

function folderOf(flag: string, text: string | undefined, fallback: string): string {
  if (text === '') throw new UsageError(`--${flag} is empty. Give a folder.`);
  return resolve(text ?? fallback);
}

/** Where the package and its built parts lie, seen from this file: the sources and the bundle are two levels below it. */
function packageRoot(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, 'server', 'python')) && resolve(folder, '..') !== folder)
    folder = resolve(folder, '..');
  return folder;
}

/** Reads the command line. Throws a `UsageError` with one sentence. */
export function parseCommandLine(args: readonly string[], environment: Environment): CommandLine {
  const values = parse(args);
  if (values.help) return { help };
  const base = packageRoot(import.meta.dirname);
  const behindProxy = proxyOf(values['behind-proxy']);
  const staticDir = folderOf('static', values.static, join(base, 'dist', 'app'));
  if (values.static !== undefined && !existsSync(join(staticDir, 'index.html')))
    throw new UsageError(`--static ${staticDir} has no index.html. Build the front end with npm run build.`);
  const share = environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
  const isMaking = values['no-data-science'] !== true && values['jupyter-url'] === undefined;
  const config: ServerConfig = {
    host: hostOf(values.host, behindProxy),
    port: portOf(values.port),
    ...(behindProxy === undefined ? {} : { behindProxy }),
    root: folderOf('root', values.root, process.cwd()),
    dataDir: folderOf('data', values.data, join(share, 'atelier')),
    ...(existsSync(join(staticDir, 'index.html')) ? { staticDir } : {}),
    pythonDir: folderOf('python-package', values['python-package'], join(base, 'server', 'python')),
    pythonExecutable: folderOf('python', values.python, join(base, '.venv', 'bin', 'python')),
    ...(values.image === undefined ? {} : { images: imagesOf(values) }),
    ...(isMaking ? { dataScience: uvOf(values.uv) } : {}),
    ...instanceTypesOf(values['instance-type'], values['jupyter-url'] !== undefined),
    ...limitsOf(values['limit-vcpu'], values['limit-memory']),
    ...keepAppsOf(values['keep-apps']),
    driver: driverOf(values, environment),
    withoutFeatures: featuresOf(values['without-feature']),
    rotateLink: values['rotate-link'] ?? false,
  };
  return { config, isOpening: values['no-open'] !== true };
}
