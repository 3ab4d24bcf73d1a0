// `npm test`: all suites, then one line with the sum. `--only <suite>` (repeatable) picks suites, other
// words are files of it, as its runner takes them. `--long` runs full counts of slow tests and adds to their report.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ensureBuild } from './lib/build.mjs';
import { runChecks } from './lib/checks.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { withRun } from './lib/long-report.mjs';
import { checkNode, ensureNodeModules } from './lib/npm.mjs';
import { at, Stop } from './lib/project.mjs';
import { outputsEnvironment, pythonEnvironment } from './lib/python.mjs';
import { show } from './lib/run.mjs';
import { junitCounts, playwrightCounts, sumOfParts, Tally, vitestCounts } from './lib/tally.mjs';

const args = process.argv.slice(2);
const isLong = args.includes('--long');
const only = args.flatMap((arg, i) => (arg === '--only' ? [args[i + 1]] : []));
const files = args.filter((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--only');
const reports = at('node_modules/.cache/reports');
const report = (name) => `${reports}/${name}`;
const seed = Number(process.env['ATELIER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** CI gives 90 minutes; a suite that hangs must leave time to say which. */
const deadline = isLong ? Infinity : Date.now() + 75 * 60_000;
const left = () => Math.max(0, deadline - Date.now());

async function vitest(name, projects, env, ...options) {
  const file = report(`${name}.json`);
  const which = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`, ...options];
  const code = await show(at('node_modules/.bin/vitest'), ['run', ...files, ...which, ...reporters], {
    cwd: at('.'),
    env,
    withinMs: left(),
  });
  return vitestCounts(file, code);
}

const isWanted = (name) => only.length === 0 || only.includes(name);

/** The Python tests mostly wait for processes: they run beside these, but not beside the tests of control groups. */
const besidePython = ['check', 'unit', 'server'];

const suites = {
  check: async () => runChecks(),
  unit: async (env) => vitest('unit', ['core', 'contract', 'tools', 'node', 'dom', 'mocks'], env),
  server: async (env, pythonEnded) => {
    const most = await vitest('server', ['server'], env, '--passWithNoTests');
    await pythonEnded;
    const last = await vitest('groups', ['groups'], env, '--passWithNoTests');
    return sumOfParts([most, last]);
  },
  python: async (env) => {
    const file = report('python.xml');
    const marks = isLong ? ['-m', 'long or not long', '-o', 'faulthandler_timeout=3600'] : ['-m', 'not long'];
    const code = await show(
      env['ATELIER_TEST_PYTHON'],
      ['-m', 'pytest', '-q', ...files, ...marks, `--junitxml=${file}`],
      {
        cwd: at('server/python'),
        env,
        withinMs: left(),
        atOnce: !besidePython.some(isWanted),
      },
    );
    return junitCounts(file, code);
  },
  e2e: async (env) => {
    const file = report('e2e.json');
    const code = await show(
      at('node_modules/.bin/playwright'),
      ['test', ...files, '--config', 'e2e/playwright.config.ts'],
      {
        cwd: at('.'),
        withinMs: left(),
        env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
      },
    );
    return playwrightCounts(file, code);
  },
};

const git = (...words) => execFileSync('git', words, { cwd: at('.'), encoding: 'utf8' }).trim();

/** Rows that the fault tests have told (e2e/faults/counted-lines.ts). */
function faultRows() {
  if (!existsSync(report('faults'))) return [];
  const files = readdirSync(report('faults')).toSorted();
  return files.map((file) => JSON.parse(readFileSync(`${report('faults')}/${file}`, 'utf8')));
}

function writeLongReport({ suites }) {
  const file = at('docs/reports/test-long.json');
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  const when = { commit: git('rev-parse', 'HEAD'), date: new Date().toISOString(), seed };
  const report = withRun(known, { ...when, files, suites, faults: faultRows() });
  mkdirSync(at('docs/reports'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

async function main() {
  checkNode();
  await ensureNodeModules();
  const wanted = Object.keys(suites).filter(isWanted);
  if (files.length > 0 && only.length !== 1)
    throw new Stop('Files are those of one suite: say --only <suite>.');
  if (wanted.length === 0) throw new Stop(`--only takes one of: ${Object.keys(suites).join(', ')}.`);
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const env = { ...process.env, ATELIER_SEED: String(seed), ...(isLong ? { ATELIER_LONG: '1' } : {}) };
  await ensureBuild();
  env['ATELIER_PYTHON_SERVER'] = await pythonEnvironment('python', ['server']);
  env['ATELIER_TEST_PYTHON'] = await pythonEnvironment('python-test', ['server', 'test']);
  if (wanted.includes('e2e')) {
    env['CHROMIUM_PATH'] = await ensureChromium();
    env['ATELIER_PEERS_PYTHON'] = await pythonEnvironment('python-peers', ['peers']);
    env['ATELIER_OUTPUTS_PYTHON'] = await outputsEnvironment();
  }
  const tally = new Tally();
  console.log(`seed ${seed}`);
  const run = async (name, pythonEnded) => {
    console.log(`\n== ${name}`);
    const start = Date.now();
    const counts = await suites[name](env, pythonEnded);
    tally.add(name, { ...counts, seconds: (Date.now() - start) / 1000 });
  };
  const pythonEnded = wanted.includes('python') ? run('python') : Promise.resolve();
  for (const name of wanted.filter((one) => besidePython.includes(one))) await run(name, pythonEnded);
  await pythonEnded;
  if (wanted.includes('e2e')) await run('e2e');
  if (isLong) writeLongReport(tally);
  tally.print();
  process.exit(tally.failed === 0 ? 0 : 1);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
