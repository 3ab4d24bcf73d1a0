import { execFile } from 'node:child_process';
import { access, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const askMs = 60_000;

/** What a layer must know of the interpreter that it is laid over. */
export type InterpreterFacts = {
  /** The program itself, past every venv. */
  executable: string;
  version: string;
  /** Where a prefix of this interpreter keeps its packages, e.g. `lib/python3.13/site-packages`. */
  purelib: string;
  /** The environment's own folders of packages, in their order. */
  sites: readonly string[];
  /** Whether it also looks into the user's own packages below the home. */
  seesUserSite: boolean;
};

/** Runs in the environment's interpreter, of whatever version it is. */
const question = `
import json, os, site, sys, sysconfig
scheme = "venv" if "venv" in sysconfig.get_scheme_names() else "posix_prefix"
below = {"base": "", "platbase": "", "installed_base": "", "installed_platbase": ""}
print("\\n" + json.dumps({
    "executable": getattr(sys, "_base_executable", None) or sys.executable,
    "version": "%d.%d.%d" % tuple(sys.version_info[:3]),
    "purelib": sysconfig.get_path("purelib", scheme, below).lstrip("/"),
    "sites": [path for path in site.getsitepackages() if os.path.isdir(path)],
    "seesUserSite": sys.base_prefix in site.PREFIXES,
}))
`;

/** Kept unresolved, for the path is what makes it the environment's. A system may have only the second name. */
async function pythonOf(prefix: string): Promise<string> {
  const [python, python3] = [join(prefix, 'bin', 'python'), join(prefix, 'bin', 'python3')];
  return access(python).then(
    () => python,
    () => python3,
  );
}

/** Changes when the environment was made anew, perhaps with another interpreter. */
async function signatureOf(prefix: string, python: string): Promise<string> {
  const program = await realpath(python);
  const venv = await stat(join(prefix, 'pyvenv.cfg')).catch(() => undefined);
  return `${program} ${venv?.mtimeMs ?? ''}`;
}

/** Asks each interpreter once, for asking takes longer than making a layer. */
export class InterpreterAnswers {
  readonly #env: Record<string, string>;
  readonly #answers = new Map<string, { signature: string; facts: Promise<InterpreterFacts> }>();

  constructor(env: Record<string, string>) {
    this.#env = env;
  }

  async of(prefix: string): Promise<InterpreterFacts> {
    const python = await pythonOf(prefix);
    const signature = await signatureOf(prefix, python);
    const known = this.#answers.get(prefix);
    if (known?.signature === signature) return known.facts;
    const facts = this.#ask(python);
    this.#answers.set(prefix, { signature, facts });
    try {
      return await facts;
    } catch (error) {
      // It may work the next time.
      this.#answers.delete(prefix);
      throw error;
    }
  }

  async #ask(python: string): Promise<InterpreterFacts> {
    const { stdout } = await run(python, ['-I', '-c', question], { env: this.#env, timeout: askMs });
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as InterpreterFacts;
  }
}
