// Counts of passed and failed tests over all suites, read from the reports that the runners write.
import { existsSync, readFileSync } from 'node:fs';

export class Tally {
  passed = 0;
  failed = 0;
  #rows = [];

  add(suite, { passed, failed, seconds }) {
    this.passed += passed;
    this.failed += failed;
    this.#rows.push({ suite, passed, failed, seconds: Math.round(seconds * 10) / 10 });
  }

  /** What each suite counted, for a report. */
  get suites() {
    return this.#rows;
  }

  print() {
    console.log('');
    for (const row of this.#rows)
      console.log(`${row.suite}: ${row.passed} of ${row.passed + row.failed} passed, ${row.seconds} s`);
    console.log(`${this.passed} passed, ${this.failed} failed`);
  }
}

const json = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);

/** A runner that wrote no report, or that failed without a failed test, counts as one failure. */
function orOneFailure(counts, code) {
  if (!counts) return { passed: 0, failed: 1 };
  return counts.failed === 0 && code !== 0 ? { ...counts, failed: 1 } : counts;
}

export function vitestCounts(file, code) {
  const report = json(file);
  if (!report) return orOneFailure(null, code);
  const { numPassedTests: passed, numFailedTests: failed, testResults } = report;
  return orOneFailure({ passed, failed, files: testResults.length }, code);
}

/** Files that were asked for may all be of one part; of none is a failure. */
export function sumOfParts(parts) {
  const sum = (key) => parts.reduce((all, part) => all + (part[key] ?? 0), 0);
  const failed = sum('failed');
  return { passed: sum('passed'), failed: failed === 0 && sum('files') === 0 ? 1 : failed };
}

export function playwrightCounts(file, code) {
  const stats = json(file)?.stats;
  // A test that passed only when tried again is a race of ours, so it has failed.
  return orOneFailure(stats && { passed: stats.expected, failed: stats.unexpected + stats.flaky }, code);
}

export function junitCounts(file, code) {
  const suite = existsSync(file) ? /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] : null;
  const number = (name) => Number(new RegExp(`${name}="(\\d+)"`).exec(suite ?? '')?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  return orOneFailure(suite && { passed: number('tests') - failed - number('skipped'), failed }, code);
}
