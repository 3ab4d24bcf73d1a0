// Holds the budgets of bytes: what a browser must load before the shell can be used, gzipped.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { at } from './lib/project.mjs';

const shellBudget = 400 * 1024;
const manifest = JSON.parse(readFileSync(at('dist/app/.vite/manifest.json'), 'utf8'));

/** The entry and all that it imports statically, with their style sheets. */
function eagerFiles(key, seen = new Set(), files = new Set()) {
  if (seen.has(key)) return files;
  seen.add(key);
  const chunk = manifest[key];
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const next of chunk.imports ?? []) eagerFiles(next, seen, files);
  return files;
}

let total = 0;
for (const file of eagerFiles('index.html')) {
  const size = gzipSync(readFileSync(at('dist/app', file)), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(7)} KiB  ${file}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(7)} KiB  shell, gzipped (budget ${shellBudget / 1024})`);
process.exit(total <= shellBudget ? 0 : 1);
