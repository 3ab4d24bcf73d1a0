// `npm run bench`: measures against JupyterLab from PyPI in real Chromium and prints the table; `bench/results/` keeps
// it. Arguments go to the runner, so `npm run bench -- load` measures only what has "load" in its file's name.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { ensureBuild } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { checkNode, ensureNodeModules } from './lib/npm.mjs';
import { at, Stop } from './lib/project.mjs';
import { pythonEnvironment } from './lib/python.mjs';
import { show } from './lib/run.mjs';
import { tableOf } from './lib/bench-table.mjs';

const args = process.argv.slice(2);
const rowsFile = at('node_modules/.cache/bench-rows.jsonl');

const git = (...words) => execFileSync('git', words, { cwd: at('.'), encoding: 'utf8' }).trim();

async function main() {
  checkNode();
  await ensureNodeModules();
  if (process.env['ATELIER_DIST'] === undefined) await ensureBuild();
  const env = {
    ...process.env,
    ATELIER_BENCH_ROWS: rowsFile,
    ATELIER_PYTHON_SERVER: await pythonEnvironment('python', ['server']),
    ATELIER_PEERS_PYTHON: await pythonEnvironment('python-peers', ['peers']),
    CHROMIUM_PATH: await ensureChromium(),
  };
  rmSync(rowsFile, { force: true });
  const load = loadavg()[0] ?? 0;
  const runner = at('node_modules/.bin/playwright');
  const code = await show(runner, ['test', '--config', 'bench/playwright.config.ts', ...args], {
    cwd: at('.'),
    env,
  });
  const rows = readFileSync(rowsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const facts = {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAtStart: Number(load.toFixed(1)),
    rows,
  };
  const table = tableOf(facts);
  console.log(`\n${table}`);
  if (args.length === 0) {
    mkdirSync(at('bench/results'), { recursive: true });
    writeFileSync(at('bench/results/latest.json'), `${JSON.stringify(facts, null, 1)}\n`);
    writeFileSync(at('bench/results/latest.md'), table);
  }
  process.exit(code);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exit(1);
}
