// Builds the SPA and the server into dist/ when their sources are newer than what is there.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { at, fingerprint, readStamp, Stop, writeStamp } from './project.mjs';
import { capture, step } from './run.mjs';

const inputs = {
  app: [
    'src',
    'core/src',
    'contract/src',
    'public',
    'index.html',
    'vite.config.ts',
    'tools/vite-output-frame.ts',
    'package-lock.json',
  ],
  server: ['server/src', 'core/src', 'contract/src', 'tools/vite.server.config.ts', 'package-lock.json'],
};

async function vite(label, args, stampName, wanted) {
  await step(label, async () => {
    const { code, out } = await capture(
      process.execPath,
      [at('node_modules/vite/bin/vite.js'), 'build', ...args],
      { cwd: at('.') },
    );
    if (code !== 0) throw new Stop(`${label} failed.\n${out}`);
  });
  if (stampName === 'app') await step('Compressing the app', async () => precompress(at('dist/app')));
  writeStamp(at('dist', `.${stampName}-stamp`), wanted);
}

/** Writes .br and .gz beside every text file worth it, so that the server never compresses while it serves. */
function precompress(folder) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (statSync(file).isDirectory()) precompress(file);
    else if (/\.(js|css|html|svg|json|ttf|map)$/.test(name) && statSync(file).size > 1024) {
      const data = readFileSync(file);
      writeFileSync(`${file}.gz`, gzipSync(data, { level: 9 }));
      const quality = data.length > 1_000_000 ? 9 : 11;
      writeFileSync(
        `${file}.br`,
        brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
      );
    }
  }
}

export async function ensureBuild() {
  const app = fingerprint(inputs.app);
  if (readStamp(at('dist/.app-stamp')) !== app || !existsSync(at('dist/app/index.html')))
    await vite('Building the app', [], 'app', app);
  const server = fingerprint(inputs.server);
  if (readStamp(at('dist/.server-stamp')) !== server || !existsSync(at('dist/server/main.js'))) {
    await vite('Building the server', ['--config', 'tools/vite.server.config.ts'], 'server', server);
  }
}
