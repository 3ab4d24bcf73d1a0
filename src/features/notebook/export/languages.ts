/** How programs of a language are written to files: what begins a comment, and how the files end. */
export type ScriptLanguage = { comment: string; extension: string };

const HASH = '#';
const SLASHES = '//';

/** By the names that kernels give; others are written with the comments of most shells and scripts. */
const KNOWN: Readonly<Record<string, ScriptLanguage>> = {
  python: { comment: HASH, extension: '.py' },
  bash: { comment: HASH, extension: '.sh' },
  sh: { comment: HASH, extension: '.sh' },
  zsh: { comment: HASH, extension: '.sh' },
  fish: { comment: HASH, extension: '.fish' },
  powershell: { comment: HASH, extension: '.ps1' },
  r: { comment: HASH, extension: '.r' },
  julia: { comment: HASH, extension: '.jl' },
  ruby: { comment: HASH, extension: '.rb' },
  perl: { comment: HASH, extension: '.pl' },
  coffeescript: { comment: HASH, extension: '.coffee' },
  gnuplot: { comment: HASH, extension: '.gp' },
  octave: { comment: '%', extension: '.m' },
  matlab: { comment: '%', extension: '.m' },
  haskell: { comment: '--', extension: '.hs' },
  lua: { comment: '--', extension: '.lua' },
  sql: { comment: '--', extension: '.sql' },
  clojure: { comment: ';;', extension: '.clj' },
  scheme: { comment: ';;', extension: '.scm' },
  'common-lisp': { comment: ';;', extension: '.lisp' },
  javascript: { comment: SLASHES, extension: '.js' },
  typescript: { comment: SLASHES, extension: '.ts' },
  java: { comment: SLASHES, extension: '.java' },
  kotlin: { comment: SLASHES, extension: '.kt' },
  scala: { comment: SLASHES, extension: '.scala' },
  groovy: { comment: SLASHES, extension: '.groovy' },
  go: { comment: SLASHES, extension: '.go' },
  rust: { comment: SLASHES, extension: '.rs' },
  swift: { comment: SLASHES, extension: '.swift' },
  'c++': { comment: SLASHES, extension: '.cpp' },
  c: { comment: SLASHES, extension: '.c' },
  'c#': { comment: SLASHES, extension: '.cs' },
  'f#': { comment: SLASHES, extension: '.fs' },
};

export const isPython = (language: string): boolean => /^i?python\d*$/i.test(language);

/** `fileExtension` is what the file's metadata says, which the kernel has told. */
export function scriptLanguage(language: string, fileExtension?: string): ScriptLanguage {
  const name = language.toLowerCase();
  // C++ kernels say `C++17`.
  const known = isPython(name) ? KNOWN['python'] : (KNOWN[name] ?? KNOWN[name.replace(/[\d.]+$/, '')]);
  const told = fileExtension && /^\.[\w+-]{1,12}$/.test(fileExtension) ? fileExtension : undefined;
  return { comment: known?.comment ?? HASH, extension: told ?? known?.extension ?? '.txt' };
}
