import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mockingTests } from '../vitest.config.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

it('only files with a process of their own mock modules', () => {
  const files = ['core/src', 'contract/src', 'src', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const mocking = files
    .filter((file) => /\.test\.tsx?$/.test(file))
    .filter((file) => /\bvi\s*\.(mock|doMock|resetModules)\(/.test(readFileSync(join(root, file), 'utf8')));
  expect(mocking.toSorted()).toEqual(mockingTests.toSorted());
});
