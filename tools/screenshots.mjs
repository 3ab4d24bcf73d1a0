// Takes the pictures of the README from the running product: `node tools/screenshots.mjs`. The outputs in them are
// computed by a kernel while it runs. ATELIER_DIST and ATELIER_PYTHON_SERVER name another build or interpreter.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { ensureBuild } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { Stage, takeAll, takeGallery } from './lib/picture-scenes.mjs';
import { writeHome } from './lib/picture-home.mjs';
import { smallPng } from './lib/small-png.mjs';
import { at, Stop } from './lib/project.mjs';
import { pythonEnvironment } from './lib/python.mjs';

const viewport = { width: 1440, height: 900 };
async function startServer(home, data) {
  const dist = process.env['ATELIER_DIST'];
  if (dist === undefined) await ensureBuild();
  const python = process.env['ATELIER_PYTHON_SERVER'] ?? (await pythonEnvironment('python', ['server']));
  const build = dist ?? at('dist');
  const places = ['--root', home, '--data', data, '--static', join(build, 'app')];
  // The big image would be fetched from the network, and be at another step in each picture.
  const own = [
    '--port',
    '0',
    '--no-open',
    '--no-data-science',
    '--python',
    python,
    '--python-package',
    at('server/python'),
  ];
  const child = spawn(process.execPath, [join(build, 'server/main.js'), ...places, ...own], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const link = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^Ready: (\S+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Stop(`The server ended with ${code} before it was ready.`)));
  });
  return { link, child };
}

/** `node tools/screenshots.mjs [name …] [--out folder]`: names pick pictures. */
function options(argv) {
  const at_ = argv.indexOf('--out');
  const out = at_ < 0 ? at('docs/images') : argv[at_ + 1];
  return { out, only: argv.filter((_, i) => at_ < 0 || (i !== at_ && i !== at_ + 1)) };
}

async function takePictures(browser, { link, child }, { out, only }) {
  const context = await browser.newContext({ viewport, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const write = (name, png) => writeFileSync(join(out, `${name}.png`), smallPng(png));
  await page.goto(`${link}&test=1`);
  await takeAll(new Stage(page, { write, only, server: child }));
  await context.close();
  await withGallery(async (address) => {
    const size = { width: 1280, height: 860 };
    const plain = await browser.newContext({ viewport: size, reducedMotion: 'reduce' });
    await takeGallery(new Stage(await plain.newPage(), { write, only }), address);
    await plain.close();
  });
}

/** Builds the gallery and serves it while `show` runs. */
async function withGallery(show) {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-gallery-'));
  const shared = { configFile: at('tools/vite.gallery.config.ts'), logLevel: 'error' };
  await build({ ...shared, build: { outDir: folder, emptyOutDir: true } });
  const host = { host: '127.0.0.1', port: 0 };
  const server = await preview({ ...shared, build: { outDir: folder }, preview: host });
  try {
    await show(`http://127.0.0.1:${server.httpServer.address().port}/gallery.html`);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const base = mkdtempSync(join(tmpdir(), 'atelier-pictures-'));
const home = join(base, 'home');
let server = null;
let browser = null;
try {
  writeHome(home);
  const wanted = options(process.argv.slice(2));
  mkdirSync(wanted.out, { recursive: true });
  server = await startServer(home, join(base, 'data'));
  browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  await takePictures(browser, server, wanted);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser?.close();
  if (server && server.child.exitCode === null) {
    server.child.kill('SIGCONT');
    server.child.kill('SIGINT');
    await once(server.child, 'exit');
  }
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
}
