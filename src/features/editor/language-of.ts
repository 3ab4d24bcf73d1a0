const byExtension: Readonly<Record<string, string>> = {
  py: 'python',
  ipynb: 'json',
  r: 'r',
  jl: 'julia',
  sql: 'sql',
  js: 'javascript',
  mjs: 'javascript',
  ts: 'typescript',
  tsx: 'typescript',
  json: 'json',
  yml: 'yaml',
  yaml: 'yaml',
  md: 'markdown',
  html: 'html',
  css: 'css',
  xml: 'xml',
  svg: 'xml',
  sh: 'shell',
  bash: 'shell',
  toml: 'ini',
  ini: 'ini',
  cfg: 'ini',
  c: 'cpp',
  h: 'cpp',
  cpp: 'cpp',
  java: 'java',
  go: 'go',
  rs: 'rust',
  dockerfile: 'dockerfile',
};

/** Monaco's language id for a file, by its extension or name; `plaintext` when none fits. */
export function languageOf(path: string): string {
  const name = (path.split('/').at(-1) ?? '').toLowerCase();
  const extension = name.includes('.') ? (name.split('.').at(-1) ?? '') : name;
  return byExtension[extension] ?? 'plaintext';
}
