/** Names that notebooks and files use for languages → names that the editor knows. */
const ALIASES: Readonly<Record<string, string>> = {
  ipython: 'python',
  ipython2: 'python',
  ipython3: 'python',
  py: 'python',
  md: 'markdown',
  gfm: 'markdown',
  ipythongfm: 'markdown',
  js: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  tsx: 'typescript',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  console: 'shell',
  yml: 'yaml',
  rs: 'rust',
  'c++': 'cpp',
  c: 'cpp',
  rscript: 'r',
  ir: 'r',
  txt: 'plaintext',
  text: 'plaintext',
};

const EXTENSIONS: Readonly<Record<string, string>> = {
  cfg: 'ini',
  conf: 'ini',
  css: 'css',
  cpp: 'cpp',
  dockerfile: 'dockerfile',
  go: 'go',
  h: 'cpp',
  htm: 'html',
  html: 'html',
  ini: 'ini',
  ipynb: 'json',
  java: 'java',
  jl: 'julia',
  json: 'json',
  jsonl: 'json',
  less: 'less',
  markdown: 'markdown',
  mjs: 'javascript',
  r: 'r',
  rst: 'restructuredtext',
  scala: 'scala',
  scss: 'scss',
  sql: 'sql',
  svg: 'xml',
  toml: 'ini',
  xml: 'xml',
  yaml: 'yaml',
};

/** The editor's language for a name such as a kernel's `language_info.name` or a fence in Markdown. */
export function languageNamed(name: string): string {
  const lower = name.toLowerCase();
  return ALIASES[lower] ?? lower;
}

/** The editor's language for a file, by its name. */
export function languageOfPath(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return EXTENSIONS[extension] ?? ALIASES[extension] ?? 'plaintext';
}
