import { access, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { AppStartError } from '../driver.ts';
import { InterpreterAnswers, type InterpreterFacts } from './layer-facts.ts';
import { writeKernelspecs } from './layer-kernelspecs.ts';
import { ImageScripts } from './layer-scripts.ts';

/**
 * The writable layer of a KernelGateway app: an environment of its own in the instance's folder, over the image, which
 * stays as it is. What holds: packages are found in the layer first, then in the image; whatever installs (pip, uv)
 * writes into the layer; nothing in the layer leads an installer into the image, so no folder of it is a link into
 * one; and the layer goes with its app. Why it is made so: docs/adr/0006-layers.md.
 */

/** What a layer is laid over. */
export type LayerImage = {
  image: { displayName: string };
  prefix: string;
  /** Folder of the image's kernelspecs, in a folder of ours for this image. */
  kernelspecDir: string;
};

export type Layer = {
  /** Folders before PATH, the layer's own first. */
  path: readonly string[];
  env: Record<string, string>;
  kernelspecDirs: readonly string[];
  /** Takes it away; what was installed is gone. */
  remove(): Promise<void>;
};

export type LayerRequest = { image: LayerImage; instanceDir: string; appId: string };

export type AppLayersOptions = {
  /** Prefix of the environment that runs app servers: its pip serves images that have none. */
  serverPrefix: string;
  /** uv, for image terminals of hosts that have none. */
  uv: string | undefined;
  /** Environment for asking interpreters. */
  env: Record<string, string>;
  /** The server's own: a deployer's cache of packages is kept. */
  serverEnv: NodeJS.ProcessEnv;
};

/** Sorted after every other `.pth`, so that editable packages of the layer, too, come before the image's. */
const pthName = '~image.pth';

/** A string literal of Python in ASCII: until 3.13 a `.pth` was read in the locale's encoding. */
function pythonText(text: string): string {
  const escaped = Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (char === "'" || char === '\\') return `\\${char}`;
    return code >= 0x20 && code < 0x7f ? char : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `'${escaped.join('')}'`;
}

/** `addsitedir`, unlike a plain path, reads the image's own `.pth` files, so what is editable there is found. */
function pth({ sites, seesUserSite }: InterpreterFacts, pip: string | undefined): string {
  const userSite =
    'import site; site.check_enableusersite() and site.addsitedir(site.getusersitepackages())\n';
  return [
    ...(seesUserSite ? [userSite] : []),
    ...sites.map((folder) => `import site; site.addsitedir(${pythonText(folder)})\n`),
    ...(pip === undefined ? [] : [`import sys; sys.path.append(${pythonText(pip)})\n`]),
  ].join('');
}

function config({ executable, version }: InterpreterFacts): string {
  return `home = ${dirname(executable)}\ninclude-system-site-packages = false\nversion = ${version}\nexecutable = ${executable}\n`;
}

/** Runs the layer's Python beside it, wherever that is: a first line has no room for long paths and spaces. */
const pipScript = `#!/bin/sh
'''exec' "\${0%/*}/python" "$0" "$@"
' '''
import sys
from pip._internal.cli.main import main
sys.exit(main())
`;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** pip and its metadata among these folders of packages. */
async function findPip(sites: readonly string[]): Promise<readonly string[]> {
  for (const site of sites) {
    if (!(await exists(join(site, 'pip', '__main__.py')))) continue;
    const names = (await readdir(site)).filter((name) => /^pip(-[\w.]+\.(dist|egg)-info)?$/.test(name));
    return names.map((name) => join(site, name));
  }
  return [];
}

function broken({ image, prefix }: LayerImage): AppStartError {
  return new AppStartError(
    'image-broken',
    `${image.displayName} is gone from ${prefix}, or its Python does not run. Make it again.`,
  );
}

export class AppLayers {
  readonly #options: AppLayersOptions;
  readonly #interpreters: InterpreterAnswers;
  readonly #scripts = new ImageScripts();
  readonly #removals = new Map<string, Promise<void>>();

  constructor(options: AppLayersOptions) {
    this.#options = options;
    this.#interpreters = new InterpreterAnswers(options.env);
  }

  /** Takes away the layer of an app, whoever has made it. */
  async remove({ instanceDir, appId }: Omit<LayerRequest, 'image'>): Promise<void> {
    await this.#remove(join(instanceDir, 'layers', appId));
  }

  /** Asks what the first app of the image would have to wait for. What fails here is told when an app starts. */
  async warm(image: LayerImage): Promise<void> {
    await Promise.all([this.#facts(image), this.#scriptsOf(image), this.#spare()]).catch(() => undefined);
  }

  async make({ image, instanceDir, appId }: LayerRequest): Promise<Layer> {
    const folder = join(instanceDir, 'layers', appId);
    const path = join(folder, 'env');
    const remove = (): Promise<void> => this.#remove(folder);
    const facts = await this.#facts(image);
    try {
      // Nothing of an earlier app of this name.
      await remove();
      const [scripts] = await Promise.all([this.#scriptsOf(image), this.#write(folder, image, facts)]);
      const folders = [join(path, 'bin'), scripts, join(image.prefix, 'bin')];
      const env = {
        VIRTUAL_ENV: path,
        ATELIER_IMAGE_BIN: folders.join(delimiter),
        ATELIER_LAYER_PYTHON: join(path, 'bin', 'python'),
        // Below the prefix Jupyter's tools would find what the app has installed, and nothing of the image.
        JUPYTER_PATH: [path, image.prefix].map((folder) => join(folder, 'share', 'jupyter')).join(delimiter),
        PIP_CACHE_DIR: this.#options.serverEnv['PIP_CACHE_DIR'] ?? join(instanceDir, 'cache', 'pip'),
        UV_CACHE_DIR: this.#options.serverEnv['UV_CACHE_DIR'] ?? join(instanceDir, 'cache', 'uv'),
        PIP_DISABLE_PIP_VERSION_CHECK: '1',
        // A configuration file of the user may say otherwise, which no environment of its own can do.
        PIP_USER: '0',
      };
      return { path: folders, env, kernelspecDirs: [join(folder, 'kernelspecs')], remove };
    } catch (error) {
      await remove();
      const cause = error instanceof Error ? error.message : String(error);
      throw new AppStartError('layer-failed', `The app's environment could not be made: ${cause}.`);
    }
  }

  async #facts(image: LayerImage): Promise<InterpreterFacts> {
    try {
      return await this.#interpreters.of(image.prefix);
    } catch {
      throw broken(image);
    }
  }

  #scriptsOf({ prefix, kernelspecDir }: LayerImage): Promise<string> {
    return this.#scripts.of(join(prefix, 'bin'), join(dirname(kernelspecDir), 'scripts'));
  }

  #spare(): Promise<InterpreterFacts> {
    return this.#interpreters.of(this.#options.serverPrefix);
  }

  async #write(folder: string, image: LayerImage, facts: InterpreterFacts): Promise<void> {
    const path = join(folder, 'env');
    const bin = join(path, 'bin');
    const site = join(path, facts.purelib);
    // Beside the prefix, for what is below it an installer may take away.
    const tools = join(folder, 'tools');
    const minor = facts.version.split('.').slice(0, 2).join('.');
    const ownPip = await findPip(facts.sites);
    const sparePip = ownPip.length > 0 ? [] : await this.#sparePip();
    await Promise.all([bin, site, tools].map((one) => mkdir(one, { recursive: true, mode: 0o755 })));
    const uv = await this.#spareUv(image.prefix);
    await Promise.all([
      writeFile(join(path, 'pyvenv.cfg'), config(facts)),
      writeFile(join(site, pthName), pth(facts, sparePip.length > 0 ? tools : undefined)),
      symlink(facts.executable, join(bin, 'python')),
      ...['python3', `python${minor}`].map((name) => symlink('python', join(bin, name))),
      ...(facts.purelib.startsWith('lib/') ? [symlink('lib', join(path, 'lib64'))] : []),
      ...(ownPip.length + sparePip.length === 0
        ? []
        : ['pip', 'pip3', `pip${minor}`].map((name) =>
            writeFile(join(bin, name), pipScript, { mode: 0o755 }),
          )),
      ...sparePip.map((from) => symlink(from, join(tools, basename(from)))),
      ...(uv === undefined ? [] : [symlink(uv, join(bin, 'uv'))]),
      writeKernelspecs(image.kernelspecDir, join(folder, 'kernelspecs'), {
        bin: join(image.prefix, 'bin'),
        python: join(bin, 'python'),
      }),
    ]);
  }

  async #sparePip(): Promise<readonly string[]> {
    const spare = await this.#spare().catch(() => undefined);
    return spare === undefined ? [] : findPip(spare.sites);
  }

  /** uv where neither the image nor the host has one. */
  async #spareUv(prefix: string): Promise<string | undefined> {
    const { uv, env } = this.#options;
    if (uv === undefined) return undefined;
    const folders = [join(prefix, 'bin'), ...(env['PATH'] ?? '').split(delimiter)];
    const found = await Promise.all(folders.map((folder) => exists(join(folder, 'uv'))));
    return found.includes(true) ? undefined : uv;
  }

  /** One removal of a path at a time; a start that wants the same path waits for it. */
  #remove(path: string): Promise<void> {
    const running = this.#removals.get(path);
    if (running) return running;
    const removal = rm(path, { recursive: true, force: true, maxRetries: 3 }).finally(() =>
      this.#removals.delete(path),
    );
    this.#removals.set(path, removal);
    return removal;
  }
}
