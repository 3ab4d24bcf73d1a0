// What `npm run check` looks at: format, lint, types, unused code, sizes, generated tables. Each is one test.
import { at } from './project.mjs';
import { capture } from './run.mjs';

const bin = (name) => at('node_modules/.bin', name);
const tool = (name) => [process.execPath, [at('tools', name), '--check']];

export const checks = [
  { name: 'format', command: [bin('oxfmt'), ['--check', '.']] },
  { name: 'lint', command: [bin('oxlint'), ['--type-aware', '--deny-warnings']] },
  { name: 'types', command: [bin('tsc'), ['-b']] },
  { name: 'unused code', command: [bin('knip'), ['--no-progress']] },
  { name: 'sizes', command: tool('check-size.mjs') },
  { name: 'table of features', command: tool('gen-tables.mjs') },
];

/** Runs all checks; prints what a failing one said. */
export async function runChecks() {
  let passed = 0;
  let failed = 0;
  for (const { name, command } of checks) {
    const start = Date.now();
    const { code, out } = await capture(command[0], command[1], { cwd: at('.') });
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok' : 'FAILED'}  ${name} (${seconds} s)`);
    if (code === 0) passed += 1;
    else {
      failed += 1;
      console.log(out.trim().split('\n').slice(-80).join('\n'));
    }
  }
  return { passed, failed };
}
