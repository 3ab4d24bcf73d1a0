// Takes the pictures of the README from the running product: `node tools/screenshots.mjs`. The outputs in them are
// computed by a kernel while it runs. ATELIER_DIST and ATELIER_PYTHON_SERVER name another build or interpreter.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { ensureBuild } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { at, Stop } from './lib/project.mjs';
import { pythonEnvironment } from './lib/python.mjs';

const viewport = { width: 1440, height: 900 };
const folder = 'projects/churn';
const notebookName = 'churn_model.ipynb';

/** Only the standard library: the picture shows what works on a fresh machine. */
const cells = [
  [
    'markdown',
    '# Customer churn\n\nBaseline for the spring campaign. Source: `data/plans.csv`, refreshed nightly.',
  ],
  ['code', 'import csv\n\nrows = list(csv.DictReader(open("data/plans.csv")))'],
  [
    'code',
    [
      "print(f\"{'plan':<8}{'customers':>11}{'fee':>9}{'churn':>9}\")",
      'for row in rows:',
      "    print(f\"{row['plan']:<8}{int(row['customers']):>11,}{float(row['fee']):>9.2f}{float(row['churn']):>9.1%}\")",
    ].join('\n'),
  ],
  ['markdown', 'The risk falls with tenure: $r(t) = r_\\infty + (r_0 - r_\\infty)\\, e^{-t / 12}$'],
  ['code', 'from features.plots import Lines\n\nLines(rows, months=48)'],
  ['code', 'train, test = split(rows, by="signup_date")'],
];

const files = {
  'data/plans.csv':
    'plan,customers,fee,churn\nBasic,412318,9.00,0.274\nPlus,586004,29.00,0.152\nPro,205996,79.00,0.068\n',
  'features/__init__.py': '',
  'features/plots.py': `import math


class Lines:
    """Churn by tenure, one line a plan."""

    def __init__(self, rows, months):
        self.rows, self.months = rows, months

    def _repr_svg_(self):
        colours = ["#2858cf", "#c8620c", "#1c8a5a"]
        x = lambda month: 50 + month * 560 / self.months
        y = lambda share: 166 - share * 460
        parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="720" height="196" font-family="sans-serif" font-size="11">']
        parts.append('<text x="50" y="14" font-weight="600">Monthly churn by tenure (months)</text>')
        for share in (0, 0.1, 0.2, 0.3):
            parts.append(f'<path d="M50 {y(share)}H610" stroke="#d9dde3"/><text x="42" y="{y(share) + 4}" text-anchor="end" fill="#5c6572">{share:.0%}</text>')
        for month in range(0, self.months + 1, 12):
            parts.append(f'<text x="{x(month)}" y="186" text-anchor="middle" fill="#5c6572">{month}</text>')
        for row, colour in zip(self.rows, colours):
            start = float(row["churn"])
            risk = lambda month: start / 3 + start * 2 / 3 * math.exp(-month / 12)
            points = " ".join(f"{x(m):.1f},{y(risk(m)):.1f}" for m in range(self.months + 1))
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
            parts.append(f'<text x="618" y="{y(risk(self.months)) + 4:.1f}" fill="{colour}" font-weight="600">{row["plan"]}</text>')
        return "".join(parts) + "</svg>"
`,
  'README.md': '# Churn\n',
  'requirements.txt': 'lightgbm\n',
};

function writeHome(home) {
  const write = (name, text) => {
    const file = join(home, folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const notebook = {
    cells: cells.map(([cell_type, source], index) => ({
      cell_type,
      id: `cell-${index}`,
      metadata: {},
      source,
      ...(cell_type === 'code' ? { outputs: [], execution_count: null } : {}),
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  write(notebookName, `${JSON.stringify(notebook, null, 1)}\n`);
}

async function startServer(home, data) {
  const dist = process.env['ATELIER_DIST'];
  if (dist === undefined) await ensureBuild();
  const python = process.env['ATELIER_PYTHON_SERVER'] ?? (await pythonEnvironment('python', ['server']));
  const build = dist ?? at('dist');
  const places = ['--root', home, '--data', data, '--static', join(build, 'app')];
  const own = ['--port', '0', '--no-open', '--python', python, '--python-package', at('server/python')];
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

/** Everything that moves has come to rest and the fonts are there. */
const settle = (page) =>
  page.evaluate(async () => {
    await document.fonts.ready;
    const moving = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
    await Promise.all(moving.map((one) => one.finished.catch(() => undefined)));
  });

async function takePictures(browser, link) {
  const context = await browser.newContext({ viewport, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const picture = async (name) => {
    await settle(page);
    await page.screenshot({ path: at('docs/images', `${name}.png`) });
  };
  await page.goto(`${link}&test=1`);
  const tree = page.getByRole('tree', { name: 'Files' });
  const enter = async (name) => {
    await tree.getByRole('treeitem', { name, exact: true }).dblclick();
  };
  await enter('projects');
  await enter('churn');
  await tree.getByRole('treeitem', { name: 'data' }).click();
  await page.keyboard.press('ArrowRight');
  await tree.getByRole('treeitem', { name: 'plans.csv' }).waitFor();
  await page.getByRole('button', { name: 'Create notebook' }).waitFor();
  await page.getByRole('tab', { name: 'Launcher' }).click();
  await page.mouse.move(0, 0);
  await picture('launcher-light');

  await enter(notebookName);
  const notebook = page.getByRole('region', { name: `Notebook ${notebookName}` });
  await notebook.getByRole('button', { name: /^Kernel/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Change environment' });
  await dialog.getByRole('combobox', { name: 'Kernel' }).selectOption({ index: 1 });
  await dialog.getByRole('button', { name: 'Select', exact: true }).click();
  await notebook.and(page.locator('[data-kernel-state=idle]')).waitFor();
  await page.keyboard.press('ControlOrMeta+Shift+P');
  await page.getByRole('combobox', { name: 'Command' }).fill('Run all cells');
  await page.getByRole('option', { name: 'Run all cells' }).first().click();
  const last = notebook.locator(`[data-cell-index="${cells.length - 1}"]`);
  await last.and(page.locator('[data-cell-state=error]')).waitFor();
  await page.evaluate(() => globalThis.studioTest.idle());
  await notebook.locator('[data-cell-index="4"] img').waitFor();
  await page.mouse.move(0, 0);
  await picture('notebook-light');
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.locator('.at-root[data-theme=dark]').waitFor();
  await picture('notebook-dark');
  await context.close();
}

const base = mkdtempSync(join(tmpdir(), 'atelier-pictures-'));
const home = join(base, 'home');
let server = null;
let browser = null;
try {
  writeHome(home);
  mkdirSync(at('docs/images'), { recursive: true });
  server = await startServer(home, join(base, 'data'));
  browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  await takePictures(browser, server.link);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser?.close();
  if (server && server.child.exitCode === null) {
    server.child.kill('SIGINT');
    await once(server.child, 'exit');
  }
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
}
