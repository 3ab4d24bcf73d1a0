import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** One forbidden thing of each kind, with the words that the linter must answer. */
const planted: readonly { file: string; code: string; says: string }[] = [
  { file: 'src/base/a.ts', code: `import '@/ui/x.ts';`, says: 'Layer "base" may not import layer "ui"' },
  {
    file: 'src/ui/A.tsx',
    code: `import '@/services/x.ts';`,
    says: 'Layer "ui" may not import layer "services"',
  },
  {
    file: 'src/platform/a.ts',
    code: `import '@/workbench/x.ts';`,
    says: 'Layer "platform" may not import layer "workbench"',
  },
  {
    file: 'src/features/one/a.ts',
    code: `import '@/features/two/x.ts';`,
    says: 'may not import feature "two"',
  },
  {
    file: 'src/features/one/b.ts',
    code: `import '@/workbench/x.ts';`,
    says: 'Layer "features" may not import layer "workbench"',
  },
  {
    file: 'src/features/one/c.ts',
    code: `import '../../../server/src/x.ts';`,
    says: 'may not import layer "server"',
  },
  {
    file: 'core/src/a.ts',
    code: `import '@atelier-ide/contract';`,
    says: 'Layer "core" may not import layer "contract"',
  },
  {
    file: 'contract/src/a.ts',
    code: `import '@atelier-ide/core/x.ts';`,
    says: 'Layer "contract" may not import layer "core"',
  },
  {
    file: 'server/src/a.ts',
    code: `import '../../src/base/x.ts';`,
    says: 'Layer "server" may not import layer "base"',
  },
  { file: 'src/services/a.ts', code: `import 'node:fs';`, says: '"node:fs" may be imported only by' },
  {
    file: 'src/features/one/d.ts',
    code: `import '@jupyterlab/services';`,
    says: '"@jupyterlab/services" may be imported only by',
  },
  {
    file: 'src/features/one/e.ts',
    code: `import 'monaco-editor';`,
    says: '"monaco-editor" may be imported only by',
  },
  {
    file: 'src/features/one/f.ts',
    code: `import '@xterm/xterm';`,
    says: '"@xterm/xterm" may be imported only by',
  },
  {
    file: 'src/features/one/g.ts',
    code: `import { createStore } from 'zustand/vanilla'; createStore;`,
    says: '"zustand/vanilla" may be',
  },
  {
    file: 'src/services/b.ts',
    code: `import { useState } from 'react'; useState;`,
    says: '"react" may be imported only by',
  },
  {
    file: 'src/features/one/h.ts',
    code: `export const load = () => fetch('/x');`,
    says: 'fetch is used only in src/services',
  },
  {
    file: 'src/features/one/i.ts',
    code: `export const socket = () => new WebSocket('/x');`,
    says: 'WebSocket is used only in',
  },
  { file: 'src/platform/b.ts', code: `export const all = new Map();`, says: 'No registry at module level' },
  {
    file: 'src/services/c.ts',
    code: `let count = 0; export const next = () => (count += 1);`,
    says: 'No state at module level',
  },
  {
    file: 'src/base/cycle-a.ts',
    code: `import { b } from './cycle-b.ts'; export const a = () => b;`,
    says: 'no-cycle',
  },
  {
    file: 'src/base/cycle-b.ts',
    code: `import { a } from './cycle-a.ts'; export const b = () => a;`,
    says: 'no-cycle',
  },
  { file: 'src/base/default.ts', code: `export default 1;`, says: 'no-default-export' },
  { file: 'src/base/console.ts', code: `console.log(1);`, says: 'no-console' },
];

let folder = '';
let report = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-lint-'));
  for (const { file, code } of planted) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${code}\n`);
  }
  report = await new Promise((resolve) => {
    const args = ['-c', join(root, '.oxlintrc.json'), '--format', 'unix', folder];
    execFile(join(root, 'node_modules/.bin/oxlint'), args, { cwd: folder }, (_error, out, err) =>
      resolve(out + err),
    );
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(planted)('the linter refuses $file: $says', ({ file, says }) => {
  const lines = report.split('\n').filter((line) => line.includes(file));
  expect(lines.join('\n')).toContain(says);
});
