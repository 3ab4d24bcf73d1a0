/**
 * Files and programs outside of the repository that tests use where they are at hand. Node is reached through
 * `process`, because this package has no types of it.
 */
interface NodeFs {
  readonly existsSync: (path: string) => boolean;
  readonly readdirSync: (path: string) => string[];
  readonly readFileSync: (path: string, encoding: 'utf8') => string;
}
interface NodeChild {
  readonly spawnSync: (
    command: string,
    args: readonly string[],
    options: { readonly input: string; readonly encoding: 'utf8' },
  ) => { readonly status: number | null; readonly stdout: string };
}
declare const process: {
  readonly getBuiltinModule: ((name: 'node:fs') => NodeFs) & ((name: 'node:child_process') => NodeChild);
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** The text of a file of this repository, by its path below the root. */
export function repositoryText(path: string): string {
  return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8');
}

export interface RealFile {
  readonly name: string;
  readonly text: string;
}

/** The shared sample notebooks; none where they are not there. */
export function realNotebooks(): RealFile[] {
  const fs = process.getBuiltinModule('node:fs');
  const folder = ['../shared/data/notebooks', '../../shared/data/notebooks'].find((path) =>
    fs.existsSync(path),
  );
  if (folder === undefined) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb'))
    .map((name) => ({ name, text: fs.readFileSync(`${folder}/${name}`, 'utf8') }));
}

const SCRIPT = `
import io, json, sys
try:
    import nbformat
except ImportError:
    sys.exit(3)
text = sys.stdin.buffer.read().decode('utf-8')
notebook = nbformat.reads(text, as_version=4)
fault = None
try:
    nbformat.validate(notebook)
except Exception as error:
    fault = str(error)
out = io.StringIO()
nbformat.write(notebook, out)
sys.stdout.buffer.write(json.dumps({'fault': fault, 'text': out.getvalue()}).encode('utf-8'))
`;

/** What Python's nbformat says of a notebook and how it writes it; undefined without nbformat. */
export function nbformatAnswers(
  text: string,
): { readonly fault: string | null; readonly text: string } | undefined {
  const python = process.env['ATELIER_PYTHON'] ?? 'python3';
  const child = process.getBuiltinModule('node:child_process');
  const { status, stdout } = child.spawnSync(python, ['-c', SCRIPT], { input: text, encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as { fault: string | null; text: string }) : undefined;
}
