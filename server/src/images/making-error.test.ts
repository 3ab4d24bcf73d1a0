import { expect, it } from 'vitest';
import { whyInstallFailed } from './making-error.ts';

const failed = { code: 2, signal: null };
const words = (output: string, ending: Parameters<typeof whyInstallFailed>[1] = failed): string =>
  whyInstallFailed('uv', ending, output, '/data').message;

it.each([
  [
    'error: Request failed after 3 retries\n  cause: tunnel error: failed to create underlying connection',
    'Packages could not be downloaded. Check the network, the proxy and the package index settings, then try again.',
  ],
  [
    'error: failed to write to file `/data/x`: No space left on device (os error 28)',
    'The disk of /data is full. Free some space, then try again.',
  ],
  [
    'error: Failed to read `a==1`\n  Caused by: Hash mismatch for `a==1`',
    'A package that was downloaded is not the one that is expected. Check the package index settings, then try again.',
  ],
  [
    'ERROR: No matching distribution found for a==99',
    'The package index does not have every package that is needed. Check the package index settings, then try again.',
  ],
  [
    'Using Python\nerror: Something else\n',
    'uv failed with exit code 2 (error: Something else). Read the log, then try again.',
  ],
  ['', 'uv failed with exit code 2. Read the log, then try again.'],
])('says what to do about %j', (output, expected) => {
  expect(words(output)).toBe(expected);
});

it('names the signal that ended it, whatever it wrote before', () => {
  expect(words('error: connection refused', { code: null, signal: 'SIGKILL' })).toBe(
    'uv was ended by SIGKILL. Check that there is memory left, then try again.',
  );
});
